//! A scenario's own database.

use std::path::PathBuf;

use super::files::write_private;
use super::roles;
use super::server::Server;
use super::state::StateError;
use crate::secret::SecretUrl;

/// How a database is reached, by role.
#[derive(Debug, Clone)]
pub struct DatabaseUrls {
    /// As the role that owns it, which is no superuser: the role of Koku's parts.
    pub owner: SecretUrl,
    /// As the role that can only read, in transactions that are read-only by default.
    pub observer: SecretUrl,
    /// As the role that administers the server: a superuser, except on a given server whose URL names none.
    pub superuser: SecretUrl,
}

/// A database that belongs to one scenario. Whoever took it drops it, after the evidence is collected; what a process that
/// was killed did not drop goes with the server.
#[derive(Debug)]
#[must_use = "a database stays until it is dropped by `Database::discard` or goes with the server"]
pub struct Database {
    server: Server,
    name: String,
    urls: DatabaseUrls,
}

/// Why a database could not be made, dropped or kept.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// It was not made.
    #[error("database {name} cannot be made")]
    NotMade {
        /// The database.
        name: String,
        /// What the server says.
        source: sqlx::Error,
    },
    /// Whether it is there could not be seen.
    #[error("database {name} cannot be looked for")]
    NotSeen {
        /// The database.
        name: String,
        /// What the server says.
        source: sqlx::Error,
    },
    /// It was not dropped.
    #[error("database {name} cannot be dropped")]
    NotDropped {
        /// The database.
        name: String,
        /// What the server says.
        source: sqlx::Error,
    },
    /// The files that keep it could not be written.
    #[error("database {name} cannot be kept")]
    NotKept {
        /// The database.
        name: String,
        /// What is in the way.
        source: StateError,
    },
}

impl Database {
    pub(super) fn new(server: Server, name: String) -> Self {
        let urls = server.urls(&name);
        Self { server, name, urls }
    }

    /// Its name on the server.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Makes it, with nothing in it.
    pub async fn make_empty(&self) -> Result<(), DatabaseError> {
        let made = self.server.create(&self.name).await;
        made.map_err(|source| DatabaseError::NotMade { name: self.name.clone(), source })
    }

    /// How it is reached, by role.
    #[must_use]
    pub fn urls(&self) -> &DatabaseUrls {
        &self.urls
    }

    /// Its URL as the role that owns it.
    #[must_use]
    pub fn owner_url(&self) -> &SecretUrl {
        &self.urls.owner
    }

    /// Its URL as the role that can only read.
    #[must_use]
    pub fn observer_url(&self) -> &SecretUrl {
        &self.urls.observer
    }

    /// Its URL as the role that administers the server.
    #[must_use]
    pub fn superuser_url(&self) -> &SecretUrl {
        &self.urls.superuser
    }

    /// Whether it is there: one that was only reserved is not.
    pub async fn exists(&self) -> Result<bool, DatabaseError> {
        let asked = async {
            let mut session = self.server.session().await?;
            sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
                .bind(&self.name)
                .fetch_one(&mut session)
                .await
        };
        asked.await.map_err(|source| DatabaseError::NotSeen { name: self.name.clone(), source })
    }

    /// Drops it, with all sessions in it.
    pub async fn discard(&self) -> Result<(), DatabaseError> {
        let dropped = async {
            let mut session = self.server.session().await?;
            roles::drop_database(&mut session, &self.name).await
        };
        dropped.await.map_err(|source| DatabaseError::NotDropped { name: self.name.clone(), source })
    }

    /// Lets it outlive the run, and its server with it, until `e2e-validate sweep`. Gives the line that opens it.
    pub fn keep(&self) -> Result<String, DatabaseError> {
        let failed = |source| DatabaseError::NotKept { name: self.name.clone(), source };
        let state = self.server.state();
        let marker = state.keep();
        write_private(&marker, self.name.as_bytes()).map_err(super::state::at(&marker)).map_err(failed)?;
        self.psql_line().map_err(failed)
    }

    /// A command to paste, which opens the database as its owner. The password stands in a file that only this user may
    /// read, and which goes with the server.
    pub fn psql_line(&self) -> Result<String, StateError> {
        let url = self.urls.owner.url();
        let (host, port) = (url.host_str().unwrap_or("localhost"), url.port().unwrap_or(5432));
        let user = url.username();
        let passfile = self.passfile();
        let entry = format!("{host}:{port}:*:{user}:{}\n", url.password().unwrap_or_default());
        write_private(&passfile, entry.as_bytes()).map_err(super::state::at(&passfile))?;
        Ok(format!("PGPASSFILE={} psql -h {host} -p {port} -U {user} -d {}", passfile.display(), self.name))
    }

    fn passfile(&self) -> PathBuf {
        self.server.state().folder().join(format!("{}.pgpass", self.name))
    }
}
