//! Who puts defects into a release of ours: by SQL as the superuser, and by the door for troubles that fakes have.

use std::str::FromStr;

use async_trait::async_trait;
use reqwest::{Method, RequestBuilder};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Executor, PgPool};

use super::credentials::Role;
use super::door::Doors;
use crate::check::sql::identifier;
use crate::fault::trouble::{Service, Stream, Trouble};
use crate::http::HttpEndpoint;
use crate::identity::Identity;
use crate::secret::SecretUrl;
use crate::target::{ActError, Administrator};

/// Where fakes take troubles in, and out again.
const TROUBLES: &str = "/internal/troubles";
/// What a server answers where a database is missing.
const NO_SUCH_DATABASE: &str = "3D000";
/// The database that every server has.
const MAINTENANCE: &str = "postgres";
/// How many sessions a fault may have at once.
const SESSIONS: u32 = 4;

/// The superuser of a release's database, and who makes the fakes in it misbehave.
pub struct ClusterAdministrator {
    doors: Doors,
}

impl ClusterAdministrator {
    pub(super) const fn new(doors: Doors) -> Self {
        Self { doors }
    }

    /// The part at which a trouble happens: the service that is asked, or the one that sends the message.
    fn part(&self, trouble: &Trouble) -> HttpEndpoint {
        match trouble {
            Trouble::Requests(trouble) => match trouble.service {
                Service::Sources => self.doors.sources(),
                Service::Koku => self.doors.koku(),
                Service::Ingress => self.doors.upload(),
            },
            Trouble::Messages(trouble) => match trouble.stream {
                Stream::SourcesEvents => self.doors.sources(),
                Stream::Announcements => self.doors.upload(),
            },
        }
    }

    /// Makes the database, empty, for its owner.
    async fn make_database(&self, superuser: &SecretUrl) -> Result<(), ActError> {
        let database = self.doors.any_database();
        let server = pool(&superuser.with_database(MAINTENANCE))?;
        let statement = format!("CREATE DATABASE {} OWNER {}", identifier(&database.name), identifier(&database.owner));
        let made = server.execute(sqlx::AssertSqlSafe(statement)).await;
        server.close().await;
        made.map(drop).map_err(|error| ActError::of(&error))
    }
}

fn pool(url: &SecretUrl) -> Result<PgPool, ActError> {
    let options = PgConnectOptions::from_str(url.reveal()).map_err(|error| ActError::of(&error))?;
    Ok(PgPoolOptions::new().max_connections(SESSIONS).connect_lazy_with(options))
}

/// Sends a request to the door for troubles of one part.
async fn at_the_door(
    part: &HttpEndpoint,
    method: Method,
    complete: impl FnOnce(RequestBuilder) -> RequestBuilder,
) -> Result<(), ActError> {
    let reply = part.send(method, TROUBLES, &Identity::default(), complete).await;
    reply.and_then(|reply| reply.expect(&[204])).map(drop).map_err(|error| ActError::of(&error))
}

#[async_trait]
impl Administrator for ClusterAdministrator {
    async fn sessions(&self) -> Result<PgPool, ActError> {
        let url = self.doors.any_database().url(Role::Superuser).await?;
        let pool = pool(&url)?;
        match pool.acquire().await {
            Ok(_) => {}
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(NO_SUCH_DATABASE) => {
                self.make_database(&url).await?;
            }
            Err(error) => return Err(ActError::of(&error)),
        }
        Ok(pool)
    }

    async fn make_trouble(&self, trouble: &Trouble) -> Result<(), ActError> {
        at_the_door(&self.part(trouble), Method::POST, |request| request.json(&[trouble])).await
    }

    async fn leave_claim(&self, name: &str) -> Result<(), ActError> {
        self.doors.leave_claim(name).await.map_err(|error| ActError::of(&error))
    }

    async fn end_troubles(&self) -> Result<(), ActError> {
        for part in [self.doors.koku(), self.doors.sources(), self.doors.upload()] {
            at_the_door(&part, Method::DELETE, |request| request).await?;
        }
        Ok(())
    }
}
