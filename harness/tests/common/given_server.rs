//! A server of a test's own that plays the one whose URL a person gives.
#![allow(dead_code, reason = "each test program uses its part of this module")]

use harness::error::chain;
use harness::secret::SecretUrl;
use harness::target::local::{Options, Server};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::state_folder::{StateFolder, options};

/// A server of a test's own, that plays the given one. It lasts as long as this process; its reaper then removes it.
pub(crate) struct Host {
    pub(crate) admin: SecretUrl,
}

impl Host {
    pub(crate) async fn start() -> Self {
        let options = Options { state: Some(StateFolder::new().path().to_owned()), ..options() };
        let server = Server::acquire(&options).await.unwrap_or_else(|error| panic!("{}", chain(&error)));
        let database = server.empty("host").await.expect("a database");
        let admin = database.superuser_url().with_database("postgres");
        database.discard().await.expect("dropped");
        Self { admin }
    }

    /// A role on it, as a URL.
    pub(crate) async fn role(&self, name: &str, rights: &str, password: &str) -> SecretUrl {
        let mut session = PgConnection::connect(self.admin.reveal()).await.expect("a session");
        let statement = format!("CREATE ROLE {name} {rights} PASSWORD '{password}'");
        session.execute(AssertSqlSafe(statement)).await.expect("made");
        let mut url = self.admin.url().clone();
        url.set_username(name).expect("a host");
        url.set_password(Some(password)).expect("a host");
        url.into()
    }

    /// The databases and roles on it that carry our names.
    pub(crate) async fn ours(&self) -> Vec<String> {
        let mut session = PgConnection::connect(self.admin.reveal()).await.expect("a session");
        sqlx::query_scalar(
            "SELECT 'database ' || datname FROM pg_database WHERE datname LIKE 'e2e%' \
             UNION ALL SELECT 'role ' || rolname FROM pg_roles WHERE rolname LIKE 'e2e%' ORDER BY 1",
        )
        .fetch_all(&mut session)
        .await
        .expect("names")
    }
}
