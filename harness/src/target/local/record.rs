//! What `server.json` in a state folder says. It holds passwords, so only its owner may read it and it is never printed.

use std::io;

use serde::{Deserialize, Serialize};

use super::files::write_private;
use super::postgres::Provenance;
use super::state::{State, StateError, at};

/// What must be unmade, and how the server is reached once it runs.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Record {
    /// Marks what this server's life made: roles on a given server, containers.
    pub(super) token: String,
    /// Whether a container may have been made.
    pub(super) engine: bool,
    /// A given server on which we may have made roles and databases.
    pub(super) given: Option<String>,
    /// The server, once it runs.
    pub(super) running: Option<Running>,
}

/// How a running server is reached.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Running {
    /// Where it came from.
    pub(super) provenance: Provenance,
    /// The role that administers it, and its maintenance database.
    pub(super) admin: String,
    /// Whether that role is a superuser.
    pub(super) superuser: bool,
    /// The role that owns Koku's databases.
    pub(super) owner: Role,
    /// The role that can only read.
    pub(super) observer: Role,
}

/// A role and its password.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Role {
    /// Its name.
    pub(super) name: String,
    /// Its password.
    pub(super) password: String,
}

impl Record {
    /// A record of a server that is about to be made.
    pub(super) fn new(token: String) -> Self {
        Self { token, engine: false, given: None, running: None }
    }

    /// Reads the record of a state folder, if there is one.
    pub(super) fn read(state: &State) -> Result<Option<Self>, StateError> {
        let path = state.record();
        match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|source| StateError::Record { path, source }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(StateError::Io { path, source }),
        }
    }

    /// Writes it down.
    pub(super) fn write(&self, state: &State) -> Result<(), StateError> {
        let path = state.record();
        let text =
            serde_json::to_vec_pretty(self).map_err(|source| StateError::Record { path: path.clone(), source })?;
        write_private(&path, &text).map_err(at(&path))
    }
}
