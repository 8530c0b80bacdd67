//! Why the contract could not be read, or not be replayed.

use std::path::PathBuf;

/// Why the contract could not be read, or not be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    /// A file of the contract is not there or cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of the contract is no JSON, or not of the form that is expected.
    #[error("{path} is no recording of the contract")]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: serde_json::Error,
    },
    /// A placeholder that means nothing.
    #[error("{path}: {case} has the placeholder {{{{{name}}}}}, which means nothing ({expected})")]
    Placeholder {
        /// The file.
        path: PathBuf,
        /// The case.
        case: String,
        /// What stands between the braces.
        name: String,
        /// What is known.
        expected: &'static str,
    },
    /// A placeholder is sent before anything could bind it.
    #[error("{path}: {case} sends the placeholder {{{{{name}}}}}, and no reply or row before it binds it")]
    Unbound {
        /// The file.
        path: PathBuf,
        /// The case.
        case: String,
        /// What stands between the braces.
        name: String,
    },
    /// A replay file names a case that is not recorded.
    #[error("{path} names the case {case:?}, which is not in the recording")]
    UnknownCase {
        /// The file.
        path: PathBuf,
        /// The case.
        case: String,
    },
    /// A payload case has a fault that nobody can put in.
    #[error("{case}: no payload can be made for it ({reason})")]
    Payload {
        /// The case.
        case: String,
        /// Why.
        reason: String,
    },
    /// A service does not answer at all.
    #[error("{service} at {url} cannot be reached: {reason}; is it running, and is its URL right?")]
    Unreachable {
        /// The service.
        service: &'static str,
        /// Where it should be, without a password.
        url: String,
        /// Why.
        reason: String,
    },
    /// The database does not answer, or refused what was asked.
    #[error("the database cannot be {purpose}")]
    Database {
        /// What was to be done.
        purpose: &'static str,
        /// What it says.
        source: sqlx::Error,
    },
    /// No HTTP client can be made.
    #[error("no HTTP client can be made")]
    Client(#[source] reqwest::Error),
}
