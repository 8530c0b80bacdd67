//! Why something could not be observed. Never an empty answer.

use crate::check::sql;
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
    /// The role may not enter the database.
    #[error(
        "role {role} may not enter database {database}; as its owner or a superuser: GRANT CONNECT ON DATABASE {database} TO {role};"
    )]
    NotAdmitted {
        /// The role, as SQL writes it.
        role: String,
        /// The database, as SQL writes it.
        database: String,
    },
    /// One side demands TLS and the other does not speak it.
    #[error("no TLS with database {url}: {way_out}")]
    NoTls {
        /// The address, password hidden.
        url: SecretUrl,
        /// What is to be done.
        way_out: &'static str,
        /// In the server's or the library's words.
        source: sqlx::Error,
    },
    /// The role may not read all that is to be observed.
    #[error("role {role} may not read all of {schemas}; as their owner or a superuser: {grants}")]
    GrantsMissing {
        /// The role.
        role: String,
        /// The schemas in which it lacks something.
        schemas: String,
        /// The statements that give it.
        grants: String,
    },
    /// What was seen a moment ago is not there any more.
    #[error(
        "while reading {what}, something vanished: a migration or somebody drops it just now; look again when that is over"
    )]
    Vanished {
        /// What was asked for.
        what: &'static str,
        /// In the server's words.
        source: sqlx::Error,
    },
    /// The server ended the session half way.
    #[error("the connection was lost while reading {what}; see that the server runs, then look again")]
    ConnectionLost {
        /// What was asked for.
        what: &'static str,
        /// In the server's or the library's words.
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
    pub(super) const NO_SUCH_TABLE: &str = "42P01";
    pub(super) const NO_SUCH_SCHEMA: &str = "3F000";
    /// A catalog function was asked of an object that is gone.
    pub(super) const INTERNAL: &str = "XX000";
    pub(super) const ENDED_BY_ADMINISTRATOR: &str = "57P01";
    pub(super) const CRASHED: &str = "57P02";
    pub(super) const READ_ONLY_TRANSACTION: &str = "25006";
}

impl ObserveError {
    /// What an error of connecting means.
    pub(super) fn connecting(url: &SecretUrl, source: sqlx::Error) -> Self {
        let url = url.clone();
        if let sqlx::Error::Tls(_) = source {
            let way_out = "the URL's sslmode demands it; where the server offers none, or shows a certificate that nobody vouches for, say \
                           another sslmode";
            return Self::NoTls { url, way_out, source };
        }
        match code(&source).as_deref() {
            Some(state::NOT_AUTHORIZED) if says(&source, "no encryption") => {
                Self::NoTls { url, way_out: "the server demands it; say sslmode=require in the URL", source }
            }
            Some(state::NO_PRIVILEGE) => Self::NotAdmitted {
                role: sql::identifier(&decoded(url.url().username())),
                database: sql::identifier(&decoded(url.url().path().trim_start_matches('/'))),
            },
            Some(state::NO_SUCH_DATABASE) => {
                Self::NoSuchDatabase { database: url.url().path().trim_start_matches('/').to_owned() }
            }
            Some(state::WRONG_PASSWORD | state::NOT_AUTHORIZED) => Self::Refused { url, source },
            _ => Self::NotReachable { url, source },
        }
    }

    /// What an error of a query means.
    pub(super) fn asking(what: &'static str, source: sqlx::Error) -> Self {
        match code(&source).as_deref() {
            Some(state::NO_PRIVILEGE) => Self::NotAllowed { what, source },
            Some(state::READ_ONLY_TRANSACTION) => Self::WouldWrite { what, source },
            Some(state::ENDED_BY_ADMINISTRATOR | state::CRASHED) => Self::ConnectionLost { what, source },
            None if matches!(source, sqlx::Error::Io(_)) => Self::ConnectionLost { what, source },
            _ => Self::QueryFailed { what, source },
        }
    }

    /// What an error means of something that was seen just before: where it is not there, it has vanished.
    pub(super) fn of_what_was_seen(self) -> Self {
        let Self::QueryFailed { what, source } = self else { return self };
        let vanished = match code(&source).as_deref() {
            Some(state::NO_SUCH_TABLE | state::NO_SUCH_SCHEMA) => true,
            Some(state::INTERNAL) => says(&source, "could not open relation") || says(&source, "cache lookup failed"),
            // A definition that PostgreSQL no longer prints is NULL.
            _ => matches!(source, sqlx::Error::ColumnDecode { .. }),
        };
        if vanished { Self::Vanished { what, source } } else { Self::QueryFailed { what, source } }
    }
}

/// Whether the server says this, in English: it says so in no code.
fn says(error: &sqlx::Error, words: &str) -> bool {
    error.as_database_error().is_some_and(|error| error.message().contains(words))
}

/// A part of a URL as a plain name.
fn decoded(part: &str) -> String {
    url::form_urlencoded::parse(format!("x={}", part.replace('+', "%2B")).as_bytes())
        .next()
        .map_or_else(|| part.to_owned(), |(_, value)| value.into_owned())
}

fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error()?.code().map(std::borrow::Cow::into_owned)
}
