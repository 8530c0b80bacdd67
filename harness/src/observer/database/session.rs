//! The session: read-only by its settings, and each look a read-only transaction of its own.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::{ConnectOptions, Connection, PgConnection, Row, SqlSafeStr};
use tokio::sync::{Mutex, MutexGuard};

use super::error::ObserveError;
use crate::secret::SecretUrl;

/// Under which name the session is seen in `pg_stat_activity`.
const APPLICATION_NAME: &str = "e2e-validate observer";

/// How long a server may take to open a session.
const CONNECT_DEADLINE: Duration = Duration::from_secs(10);

/// Enough to sort the columns of a hundred tenants without a file.
const WORK_MEMORY: &str = "64MB";

/// How long one query may take, on the server.
const STATEMENT_TIMEOUT: &str = "60s";

/// Looks at a database and cannot change it.
///
/// The session is opened with `default_transaction_read_only=on`, which is verified, and each look is one `READ ONLY` transaction
/// that is rolled back, with one statement a message: a statement can neither leave its transaction and go on, nor change a
/// setting for the next. What this cannot hinder is what a read-only transaction may do (a superuser's `COPY … TO PROGRAM`): where
/// the profile has a role that can only read, give its URL.
#[derive(Debug)]
pub struct DatabaseObserver {
    url: SecretUrl,
    /// Taken out while a look is under way, so that a session whose look broke off is never used again.
    session: Mutex<Option<PgConnection>>,
}

impl DatabaseObserver {
    /// Opens a session.
    pub async fn connect(url: &SecretUrl) -> Result<Self, ObserveError> {
        let session = open(url).await?;
        Ok(Self { url: url.clone(), session: Mutex::new(Some(session)) })
    }

    /// An observer that opens its session at its first look.
    #[must_use]
    pub const fn lazily(url: SecretUrl) -> Self {
        Self { url, session: Mutex::const_new(None) }
    }

    /// The address, password hidden when printed.
    #[must_use]
    pub const fn url(&self) -> &SecretUrl {
        &self.url
    }

    /// Ends the session, so that its database can be dropped.
    pub async fn close(self) {
        if let Some(session) = self.session.into_inner() {
            // The server ends a session that was cut off as well; there is nothing to be done about an error here.
            let _ = session.close().await;
        }
    }

    /// Asks one query, in a read-only transaction of its own. `what` says in an error what could not be read.
    pub async fn read(&self, what: &'static str, query: impl SqlSafeStr) -> Result<Vec<PgRow>, ObserveError> {
        let mut look = self.look().await?;
        let rows = look.rows(what, sqlx::query(query)).await?;
        look.end().await?;
        Ok(rows)
    }

    /// The texts that a query of one column gives.
    pub async fn texts(&self, what: &'static str, query: impl SqlSafeStr) -> Result<Vec<String>, ObserveError> {
        let rows = self.read(what, query).await?;
        let texts: Result<Vec<String>, sqlx::Error> = rows.iter().map(|row| row.try_get(0)).collect();
        texts.map_err(|source| ObserveError::asking(what, source))
    }

    /// Begins a look: a read-only transaction that sees one state of the database throughout.
    pub(super) async fn look(&self) -> Result<Look<'_>, ObserveError> {
        let mut place = self.session.lock().await;
        let mut session = match place.take() {
            Some(session) => session,
            None => open(&self.url).await?,
        };
        sqlx::query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .execute(&mut session)
            .await
            .map_err(|source| ObserveError::asking("the start of a read-only transaction", source))?;
        Ok(Look { session, place })
    }
}

async fn open(url: &SecretUrl) -> Result<PgConnection, ObserveError> {
    let options = PgConnectOptions::from_str(url.reveal())
        .map_err(|source| ObserveError::connecting(url, source))?
        .application_name(APPLICATION_NAME)
        .options([
            ("default_transaction_read_only", "on"),
            ("statement_timeout", STATEMENT_TIMEOUT),
            // Compiling the query of fingerprints takes three times as long as running it for twenty tenants.
            ("jit", "off"),
            ("work_mem", WORK_MEMORY),
        ])
        .disable_statement_logging();
    let mut session = tokio::time::timeout(CONNECT_DEADLINE, PgConnection::connect_with(&options))
        .await
        .map_err(|_| ObserveError::NoAnswer { url: url.clone(), seconds: CONNECT_DEADLINE.as_secs() })?
        .map_err(|source| ObserveError::connecting(url, source))?;
    let found: String = sqlx::query_scalar("SHOW default_transaction_read_only")
        .fetch_one(&mut session)
        .await
        .map_err(|source| ObserveError::asking("default_transaction_read_only", source))?;
    if found == "on" { Ok(session) } else { Err(ObserveError::NotReadOnly { url: url.clone(), found }) }
}

/// One read-only transaction.
pub(super) struct Look<'a> {
    session: PgConnection,
    place: MutexGuard<'a, Option<PgConnection>>,
}

impl Look<'_> {
    /// All rows of a query.
    pub(super) async fn rows(
        &mut self,
        what: &'static str,
        query: sqlx::query::Query<'_, sqlx::Postgres, sqlx::postgres::PgArguments>,
    ) -> Result<Vec<PgRow>, ObserveError> {
        query.fetch_all(&mut self.session).await.map_err(|source| ObserveError::asking(what, source))
    }

    /// All rows of a query, typed.
    pub(super) async fn typed<T>(
        &mut self,
        what: &'static str,
        query: sqlx::query::QueryAs<'_, sqlx::Postgres, T, sqlx::postgres::PgArguments>,
    ) -> Result<Vec<T>, ObserveError>
    where
        T: for<'r> sqlx::FromRow<'r, PgRow> + Send + Unpin,
    {
        query.fetch_all(&mut self.session).await.map_err(|source| ObserveError::asking(what, source))
    }

    /// Ends the transaction and puts the session back for the next look.
    pub(super) async fn end(mut self) -> Result<(), ObserveError> {
        sqlx::query("ROLLBACK")
            .execute(&mut self.session)
            .await
            .map_err(|source| ObserveError::asking("the end of a read-only transaction", source))?;
        *self.place = Some(self.session);
        Ok(())
    }
}
