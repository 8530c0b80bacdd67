//! Why something could not be observed. Never an empty answer.

use crate::secret::SecretUrl;

/// Why the database could not be observed.
#[derive(Debug, thiserror::Error)]
pub enum ObserveError {
    /// No session came about.
    #[error("database {url} cannot be reached")]
    NotReachable {
        /// The address, password hidden.
        url: SecretUrl,
        /// Why.
        source: sqlx::Error,
    },
    /// The server did not answer in time.
    #[error("database {url} did not answer within {seconds} s")]
    NoAnswer {
        /// The address, password hidden.
        url: SecretUrl,
        /// How long it was given.
        seconds: u64,
    },
    /// The server has no database of that name.
    #[error("there is no database {database} on its server")]
    NoSuchDatabase {
        /// The name that was asked for.
        database: String,
    },
    /// The server refuses the role or its password.
    #[error("database {url} refuses the session")]
    Refused {
        /// The address, password hidden.
        url: SecretUrl,
        /// In the server's words.
        source: sqlx::Error,
    },
    /// The session could write, whatever was asked for.
    #[error("the session on {url} is not read-only: default_transaction_read_only is {found}")]
    NotReadOnly {
        /// The address, password hidden.
        url: SecretUrl,
        /// What the server says of it.
        found: String,
    },
    /// The role may not read what is to be observed.
    #[error("no right to read {what}; grant the observer's role SELECT on it")]
    NotAllowed {
        /// What was asked for.
        what: &'static str,
        /// In the server's words.
        source: sqlx::Error,
    },
    /// A statement that would write was refused, as it must be.
    #[error("refused, since an observer cannot write: {what}")]
    WouldWrite {
        /// What was asked for.
        what: &'static str,
        /// In the server's words.
        source: sqlx::Error,
    },
    /// The query failed.
    #[error("{what} could not be read")]
    QueryFailed {
        /// What was asked for.
        what: &'static str,
        /// In the server's words.
        source: sqlx::Error,
    },
}

/// What PostgreSQL says (source: PostgreSQL's table of SQLSTATE codes).
mod state {
    pub(super) const NO_SUCH_DATABASE: &str = "3D000";
    pub(super) const WRONG_PASSWORD: &str = "28P01";
    pub(super) const NOT_AUTHORIZED: &str = "28000";
    pub(super) const NO_PRIVILEGE: &str = "42501";
    pub(super) const READ_ONLY_TRANSACTION: &str = "25006";
}

impl ObserveError {
    /// What an error of connecting means.
    pub(super) fn connecting(url: &SecretUrl, source: sqlx::Error) -> Self {
        let url = url.clone();
        match code(&source).as_deref() {
            Some(state::NO_SUCH_DATABASE) => {
                Self::NoSuchDatabase { database: url.url().path().trim_start_matches('/').to_owned() }
            }
            Some(state::WRONG_PASSWORD | state::NOT_AUTHORIZED | state::NO_PRIVILEGE) => Self::Refused { url, source },
            _ => Self::NotReachable { url, source },
        }
    }

    /// What an error of a query means.
    pub(super) fn asking(what: &'static str, source: sqlx::Error) -> Self {
        match code(&source).as_deref() {
            Some(state::NO_PRIVILEGE) => Self::NotAllowed { what, source },
            Some(state::READ_ONLY_TRANSACTION) => Self::WouldWrite { what, source },
            _ => Self::QueryFailed { what, source },
        }
    }
}

fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error()?.code().map(std::borrow::Cow::into_owned)
}
