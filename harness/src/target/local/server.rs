//! The one server of a test run.

use std::sync::Arc;

use super::database::{Database, DatabaseError, DatabaseUrls};
use super::dismantle;
use super::error::ServerError;
use super::options::Options;
use super::postgres::{self, Provenance, Provider};
use super::record::{Record, Role, Running};
use super::state::{StartLock, State};
use super::{lease, name, reaper, roles, sql, sweep};
use crate::run_id::RunId;
use crate::secret::SecretUrl;

/// What a server answers that lives but takes no session: too many connections, cannot connect now.
const ALIVE: [&str; 2] = ["53300", "57P03"];

/// A PostgreSQL server that this process holds a lease on, for the rest of the process's life.
#[derive(Debug, Clone)]
pub struct Server(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    state: State,
    provenance: Provenance,
    token: String,
    admin: SecretUrl,
    superuser: bool,
    owner: SecretUrl,
    observer: SecretUrl,
    owner_name: String,
    keep: bool,
    run: RunId,
}

impl Server {
    /// Joins the server that other processes of this run use, or starts it.
    ///
    /// What an earlier run left behind when its machine crashed is removed first.
    pub async fn acquire(options: &Options) -> Result<Self, ServerError> {
        let state = State::of(options);
        let lock = state.start_lock().await?;
        lease::hold(&state)?;
        // First of all: whatever is made from here on, somebody unmakes it.
        reaper::ensure(&state, options).await?;
        let record = match Record::read(&state) {
            Ok(Some(record)) if answers(&record).await => record,
            _ => {
                clear_away(&state, &lock, options).await?;
                start(&state, options).await?
            }
        };
        let running = record.running.as_ref().ok_or(ServerError::NotRunning)?;
        Self::reached_by(state, &record.token, running, options)
    }

    fn reached_by(state: State, token: &str, running: &Running, options: &Options) -> Result<Self, ServerError> {
        let admin = SecretUrl::parse(&running.admin).map_err(super::options::OptionsError::from)?;
        Ok(Self(Arc::new(Inner {
            owner: as_role(&admin, &running.owner),
            observer: as_role(&admin, &running.observer),
            owner_name: running.owner.name.clone(),
            state,
            provenance: running.provenance.clone(),
            token: token.to_owned(),
            superuser: running.superuser,
            admin,
            keep: options.keep,
            run: options.run.clone(),
        })))
    }

    /// Where the server comes from.
    #[must_use]
    pub fn provenance(&self) -> &Provenance {
        &self.0.provenance
    }

    /// Whether the database of a failed scenario is to stay (`E2E_KEEP`).
    #[must_use]
    pub fn keeps(&self) -> bool {
        self.0.keep
    }

    /// A database of a scenario's own that is not there yet: its name is taken and its dropping can be prepared before it is
    /// made by [`Database::make_empty`] or [`super::Prepared::copy_into`].
    pub fn reserve(&self, scenario: &str) -> Database {
        Database::new(self.clone(), name::of_database(&self.0.run, scenario))
    }

    /// A new database with nothing in it, for a scenario that truly migrates.
    pub async fn empty(&self, scenario: &str) -> Result<Database, DatabaseError> {
        let database = self.reserve(scenario);
        database.make_empty().await?;
        Ok(database)
    }

    /// Creates an empty database. One who is no superuser makes it from `template1`, where a superuser has installed
    /// `pg_stat_statements` for it.
    pub(super) async fn create(&self, name: &str) -> Result<(), sqlx::Error> {
        let mut session = self.session().await?;
        let template =
            if self.0.superuser { "template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'" } else { "template1" };
        let statement = format!(
            "CREATE DATABASE {} OWNER {} TEMPLATE {template}",
            sql::identifier(name),
            sql::identifier(&self.0.owner_name)
        );
        sql::execute(&mut session, statement).await
    }

    /// A session of the role that administers the server.
    pub(super) async fn session(&self) -> Result<sqlx::PgConnection, sqlx::Error> {
        sql::connect(&self.0.admin).await
    }

    /// How a database on this server is reached.
    pub(super) fn urls(&self, database: &str) -> DatabaseUrls {
        DatabaseUrls {
            owner: self.0.owner.with_database(database),
            observer: self.0.observer.with_database(database),
            superuser: self.0.admin.with_database(database),
        }
    }

    /// The role that Koku's parts work as, which is no superuser.
    #[must_use]
    pub fn owner_name(&self) -> &str {
        &self.0.owner_name
    }

    pub(super) fn token(&self) -> &str {
        &self.0.token
    }

    pub(super) fn state(&self) -> &State {
        &self.0.state
    }
}

/// Whether the recorded server still answers. One that has no room for another session, or is not ready for it, lives.
async fn answers(record: &Record) -> bool {
    let Some(running) = &record.running else { return false };
    let Ok(admin) = SecretUrl::parse(&running.admin) else { return false };
    match sql::connect(&as_role(&admin, &running.observer)).await {
        Ok(_) => true,
        Err(error) => error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .is_some_and(|code| ALIVE.contains(&&*code)),
    }
}

/// Removes what an earlier life of this state folder left, and what crashed machines left elsewhere.
async fn clear_away(state: &State, lock: &StartLock, options: &Options) -> Result<(), ServerError> {
    dismantle::empty(state, lock).await?;
    if let Some(url) = &options.database_url {
        // The machine may have been restarted, and its state folders with their records be gone.
        let cleared = dismantle::on_given_server(state, url).await;
        if let Err(error) = cleared {
            tracing::debug!(%error, "leftovers on the given server were not looked for");
        }
    }
    sweep::abandoned(options, state).await;
    Ok(())
}

/// Starts a server, and writes down how it is reached.
async fn start(state: &State, options: &Options) -> Result<Record, ServerError> {
    let mut record = Record::new(name::token());
    record.write(state)?;
    let started = postgres::start(options, state, &mut record).await?;
    tracing::info!(provenance = %started.provenance, "PostgreSQL serves");
    let superuser = started.rights.superuser;
    if started.provenance.provider == Provider::Url {
        // From here on there may be something of ours on it.
        record.given = Some(started.admin.reveal().to_owned());
        record.write(state)?;
    }
    let roles = roles::make(&started.admin, state, &record, started.provenance.version_number, superuser).await?;
    record.running = Some(Running {
        provenance: started.provenance,
        admin: started.admin.reveal().to_owned(),
        superuser,
        owner: roles.owner,
        observer: roles.observer,
    });
    record.write(state)?;
    Ok(record)
}

/// The same server, as another role.
fn as_role(admin: &SecretUrl, role: &Role) -> SecretUrl {
    let mut url = admin.url().clone();
    // A URL with a host takes both; that it has one was seen when the server answered.
    let _ = url.set_username(&role.name);
    let _ = url.set_password(Some(&role.password));
    SecretUrl::from(url)
}
