//! Prepared databases: migrated once, cloned for each scenario.

use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use super::database::{Database, DatabaseError, DatabaseUrls};
use super::roles::drop_database;
use super::server::Server;
use super::{name, sql};

/// The first version that can be told to copy files, which is the faster way without durability.
const FILE_COPY_SINCE: u32 = 150_000;
/// How long a process waits for another that builds the same database.
const BUILD_ALLOWED: &str = "SET lock_timeout = '5min'";

/// What a prepared database is made from. Two with the same key on the same server are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedKey {
    /// The digest of the catalog.
    pub catalog: String,
    /// The profile.
    pub profile: String,
    /// Whatever else decides what is built, such as a digest of the builder's statements.
    pub builder: String,
}

impl PreparedKey {
    /// The name of the database: the hash of key, server version and this server's life.
    fn database(&self, server: &Server) -> String {
        let version = server.provenance().version_number.to_string();
        let mut hash = Sha256::new();
        // The token keeps apart what two machines prepare on one given server: each drops its own.
        for part in [&self.catalog, &self.profile, &self.builder, &version, server.token()] as [&str; 5] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        format!("e2e_prepared_{}", name::digest(hash))
    }
}

/// A database that is built, closed to connections, and there to be cloned.
#[derive(Debug)]
pub struct Prepared {
    server: Server,
    name: String,
}

/// Why a prepared database is not there.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError<E: std::error::Error + 'static> {
    /// What builds it failed.
    #[error("the prepared database {name} cannot be built")]
    Build {
        /// The database.
        name: String,
        /// What the builder says.
        source: E,
    },
    /// The server failed.
    #[error("the prepared database {name} cannot be made ready")]
    Server {
        /// The database.
        name: String,
        /// What the server says.
        source: sqlx::Error,
    },
}

impl Server {
    /// The prepared database of this key. The first who asks, of all processes, has it built; the others wait.
    ///
    /// `build` gets an empty database. Its sessions are ended when it returns.
    pub async fn prepared<E, B>(&self, key: &PreparedKey, build: B) -> Result<Prepared, PrepareError<E>>
    where
        E: std::error::Error + 'static,
        B: AsyncFnOnce(DatabaseUrls) -> Result<(), E>,
    {
        let prepared = Prepared { server: self.clone(), name: key.database(self) };
        let failed = |source| PrepareError::Server { name: prepared.name.clone(), source };
        let mut session = self.session().await.map_err(failed)?;
        if prepared.is_done(&mut session).await.map_err(failed)? {
            return Ok(prepared);
        }
        // The lock ends with the session, however this process ends.
        prepared.lock(&mut session).await.map_err(failed)?;
        if prepared.is_done(&mut session).await.map_err(failed)? {
            return Ok(prepared);
        }
        // Half built by a process that was killed, or there is none.
        drop_database(&mut session, &prepared.name).await.map_err(failed)?;
        self.create(&prepared.name).await.map_err(failed)?;
        if let Err(source) = build(self.urls(&prepared.name)).await {
            drop_database(&mut session, &prepared.name).await.map_err(failed)?;
            return Err(PrepareError::Build { name: prepared.name, source });
        }
        prepared.close(&mut session).await.map_err(failed)?;
        Ok(prepared)
    }
}

impl Prepared {
    /// Its name on the server.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A database of the scenario's own, equal to this one.
    pub async fn clone(&self, scenario: &str) -> Result<Database, DatabaseError> {
        let database = self.server.reserve(scenario);
        self.copy_into(&database).await?;
        Ok(database)
    }

    /// Makes a reserved database equal to this one.
    pub async fn copy_into(&self, database: &Database) -> Result<(), DatabaseError> {
        let name = database.name();
        self.copy_to(name).await.map_err(|source| DatabaseError::NotMade { name: name.to_owned(), source })
    }

    async fn copy_to(&self, name: &str) -> Result<(), sqlx::Error> {
        let mut session = self.server.session().await?;
        let strategy =
            if self.server.provenance().version_number >= FILE_COPY_SINCE { " STRATEGY FILE_COPY" } else { "" };
        let statement = format!(
            "CREATE DATABASE {} OWNER {} TEMPLATE {}{strategy}",
            sql::identifier(name),
            sql::identifier(self.server.owner_name()),
            sql::identifier(&self.name)
        );
        sql::execute(&mut session, statement).await
    }

    async fn lock(&self, session: &mut PgConnection) -> Result<(), sqlx::Error> {
        sql::execute(session, BUILD_ALLOWED.to_owned()).await?;
        sqlx::query("SELECT pg_advisory_lock(hashtextextended($1, 0))").bind(&self.name).execute(session).await?;
        Ok(())
    }

    /// Done means closed and a template: both are set at once, and last.
    async fn is_done(&self, session: &mut PgConnection) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate AND NOT datallowconn)",
        )
        .bind(&self.name)
        .fetch_one(session)
        .await
    }

    /// Ends the sessions of the builder and closes the database for good.
    async fn close(&self, session: &mut PgConnection) -> Result<(), sqlx::Error> {
        sqlx::query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
        )
        .bind(&self.name)
        .execute(&mut *session)
        .await?;
        let statement =
            format!("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true", sql::identifier(&self.name));
        sql::execute(session, statement).await
    }
}
