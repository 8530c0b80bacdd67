//! Unmaking the server of a state folder and all that belongs to it.

use std::fmt;
use std::io;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::lease::NoLease;
use super::postgres::{ContainerError, ThrowawayError, container, throwaway};
use super::record::Record;
use super::state::{StartLock, State, StateError};
use super::{name, roles};
use crate::secret::{NotAUrl, SecretUrl};

/// Something of ours that was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Removed {
    /// A server process was stopped; the folder of its state.
    Server(PathBuf),
    /// A container; its id.
    Container(String),
    /// A database on a given server.
    Database(String),
    /// A role on a given server.
    Role(String),
    /// A state folder.
    Folder(PathBuf),
}

impl fmt::Display for Removed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(folder) => write!(formatter, "server of {}", folder.display()),
            Self::Container(id) => write!(formatter, "container {id}"),
            Self::Database(name) => write!(formatter, "database {name}"),
            Self::Role(name) => write!(formatter, "role {name}"),
            Self::Folder(path) => write!(formatter, "folder {}", path.display()),
        }
    }
}

/// Why something of ours could not be removed.
#[derive(Debug, thiserror::Error)]
pub enum DismantleError {
    /// The state folder cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// The server does not stop.
    #[error(transparent)]
    Server(#[from] ThrowawayError),
    /// The container does not go.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// The given server does not let go of what we made there.
    #[error("databases and roles of ours on {url} cannot be dropped (when it is back: e2e-validate sweep; if it has gone for good: remove {})", .folder.display())]
    Given {
        /// The server, shown without its password.
        url: String,
        /// The state folder that knows of them.
        folder: PathBuf,
        /// What it says.
        source: sqlx::Error,
    },
    /// The URL in the record cannot be read.
    #[error("the record of a given server holds no URL")]
    Url(#[from] NotAUrl),
    /// The folder cannot be removed.
    #[error("cannot remove {}", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Unmakes the server and its belongings, but leaves the folder with its locks: for the one who starts the next server in
/// it, who holds a lease already.
pub(super) async fn empty(state: &State, _lock: &StartLock) -> Result<Vec<Removed>, DismantleError> {
    let mut removed = Vec::new();
    if throwaway::stop(state).await? {
        removed.push(Removed::Server(state.folder().to_owned()));
    }
    // A record that cannot be read tells nothing; what it knew of on this machine is found without it.
    if let Ok(Some(record)) = Record::read(state) {
        removed.extend(belongings(state, &record).await?);
    }
    for path in [state.server(), state.record(), state.keep()] {
        let outcome = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        match outcome {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(DismantleError::Folder { path, source });
            }
            _ => {}
        }
    }
    Ok(removed)
}

/// Unmakes everything, the folder too. Nobody may use it: the locks are the proof.
pub(super) async fn whole(state: &State, lock: StartLock, _none: NoLease) -> Result<Vec<Removed>, DismantleError> {
    let mut removed = empty(state, &lock).await?;
    let folder = state.folder();
    let failed = |source| DismantleError::Folder { path: folder.to_owned(), source };
    // Moved first: somebody who starts a server just now must not find half a folder.
    let gone = folder.with_extension(name::token());
    std::fs::rename(folder, &gone).map_err(failed)?;
    std::fs::remove_dir_all(&gone).map_err(failed)?;
    removed.push(Removed::Folder(folder.to_owned()));
    if let Some(base) = folder.parent() {
        // It stays where other state folders stand in it.
        let _ = std::fs::remove_dir(base);
    }
    Ok(removed)
}

async fn belongings(state: &State, record: &Record) -> Result<Vec<Removed>, DismantleError> {
    let mut removed = Vec::new();
    if record.engine {
        match container::remove(state).await {
            Ok(containers) => removed.extend(containers.into_iter().map(Removed::Container)),
            // Nothing of ours runs without its engine; should it come back, what it held is found as an orphan.
            Err(ContainerError::NoEngine(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    if let Some(given) = &record.given {
        let url = SecretUrl::parse(given)?;
        removed.extend(on_given_server(state, &url).await?);
    }
    Ok(removed)
}

/// Drops what was made on a given server on behalf of this state folder, in this life or an earlier one.
pub(super) async fn on_given_server(state: &State, url: &SecretUrl) -> Result<Vec<Removed>, DismantleError> {
    let cleared = roles::clear(url, &roles::mark(state)).await.map_err(|source| DismantleError::Given {
        url: url.to_string(),
        folder: state.folder().to_owned(),
        source,
    })?;
    let databases = cleared.databases.into_iter().map(Removed::Database);
    Ok(databases.chain(cleared.roles.into_iter().map(Removed::Role)).collect())
}
