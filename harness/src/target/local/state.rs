//! The folder that the processes of a run share: who may start a server, who uses it, and how it is reached.

use std::fs::{DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::files::{is_still_at, open_lock};
use super::name;
use super::options::Options;
use super::postgres::Provider;
use crate::wait::{Progress, Wait, WaitError};

/// Changes when programs of two versions could not share a folder.
const FORMAT: &str = "1";
/// A process that starts a server may have to fetch an image or an archive first.
const START_ALLOWED: Duration = Duration::from_mins(5);
/// Storage that is kept in memory, on Linux.
const MEMORY: &str = "/dev/shm";
/// Less than this in all, and memory-backed storage is not meant for a database.
const MEMORY_WANTED: u64 = 2 << 30;

/// Why the shared folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// A file in it cannot be made, read or locked.
    #[error("cannot use {} (E2E_STATE names another folder)", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Somebody else made the folder.
    #[error("{} belongs to user {owner}, not to us; remove it, or name another folder by E2E_STATE", .path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
        /// The user id of its owner.
        owner: u32,
    },
    /// Another process holds the start lock for too long.
    #[error("{0}; end the process that starts it, or run `e2e-validate sweep`")]
    Busy(WaitError<String>),
    /// What was written there cannot be read.
    #[error("{} cannot be read; run `e2e-validate sweep`", .path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// Adds the path to an error of the system.
pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> StateError + use<'_> {
    move |source| StateError::Io { path: path.to_owned(), source }
}

/// One state folder, for one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    folder: PathBuf,
}

/// The exclusive right to start or to unmake the server of a state folder; ends when dropped, or with the process.
#[derive(Debug)]
pub(super) struct StartLock(#[expect(dead_code, reason = "the lock lives as long as the open file")] File);

impl State {
    /// The folder for the server that these options ask for: processes that ask for the same share it.
    pub(super) fn of(options: &Options) -> Self {
        let pin = options.pin.map_or("any", Provider::as_str);
        let mut hash = Sha256::new();
        for part in [FORMAT, &options.image, options.database_url.as_ref().map_or("", |url| url.reveal())] {
            hash.update(part);
            hash.update([0]);
        }
        Self::at(base(options.state.as_deref()).join(format!("{pin}-{}", name::digest(hash))))
    }

    /// The state folder at this path.
    pub(super) fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file whose shared locks are the leases.
    pub(super) fn lease(&self) -> PathBuf {
        self.folder.join("lease")
    }

    /// The file that a living reaper holds locked.
    pub(super) fn reaper(&self) -> PathBuf {
        self.folder.join("reaper.lock")
    }

    /// What the server is and how it is reached; holds passwords.
    pub(super) fn record(&self) -> PathBuf {
        self.folder.join("server.json")
    }

    /// Stands there when a database is to outlive the run.
    pub(super) fn keep(&self) -> PathBuf {
        self.folder.join("keep")
    }

    /// The folder of a server that we start: its data and its log.
    pub(super) fn server(&self) -> PathBuf {
        self.folder.join("server")
    }

    /// Makes the folder and takes the start lock. Waits for a process that holds it.
    pub(super) async fn start_lock(&self) -> Result<StartLock, StateError> {
        Wait::new(format!("the start lock in {}", self.folder.display()), START_ALLOWED)
            .until(|| async {
                match self.create().and_then(|()| self.try_start_lock()) {
                    Ok(Some(lock)) => Progress::Done(Ok(lock)),
                    Ok(None) => Progress::NotYet("another process starts or stops the server".to_owned()),
                    Err(error) => Progress::Done(Err(error)),
                }
            })
            .await
            .map_err(StateError::Busy)?
    }

    /// Takes the start lock of a folder that is there, unless somebody holds it or the folder has gone.
    pub(super) fn try_start_lock(&self) -> Result<Option<StartLock>, StateError> {
        let path = self.folder.join("start.lock");
        let file = match open_lock(&path) {
            Ok(file) => file,
            // The folder was removed under us: there is nothing to lock.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(StateError::Io { path, source }),
        };
        match file.try_lock() {
            Ok(()) if is_still_at(&file, &path).map_err(at(&path))? => Ok(Some(StartLock(file))),
            Ok(()) | Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(StateError::Io { path, source }),
        }
    }

    /// Makes the folder. Others may pass through it (a server of another user lives in it), but not look into it.
    fn create(&self) -> Result<(), StateError> {
        match DirBuilder::new().recursive(true).mode(0o711).create(&self.folder) {
            Ok(()) => {}
            // The parent was removed between two steps; the caller asks again.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(source) => return Err(StateError::Io { path: self.folder.clone(), source }),
        }
        let Ok(metadata) = std::fs::metadata(&self.folder) else { return Ok(()) };
        if metadata.uid() == rustix::process::getuid().as_raw() {
            Ok(())
        } else {
            Err(StateError::Foreign { path: self.folder.clone(), owner: metadata.uid() })
        }
    }
}

/// The folder of state folders: the same for every process of this user, whatever else changes.
pub(in crate::target) fn base(given: Option<&Path>) -> PathBuf {
    let ours = || storage().join(format!("e2e-validate-{}", rustix::process::getuid().as_raw()));
    let base = given.map_or_else(ours, Path::to_owned);
    // The reaper works elsewhere. It only fails for an empty path, which is refused when the folder is made.
    std::path::absolute(&base).unwrap_or(base)
}

/// Memory-backed storage where it is large enough, else the folder for temporary files. Asks for its size, not for what
/// is free just now, so that all processes come to the same answer.
fn storage() -> PathBuf {
    let memory = Path::new(MEMORY);
    let large = rustix::fs::statvfs(memory).is_ok_and(|room| room.f_blocks * room.f_frsize >= MEMORY_WANTED);
    let writable = rustix::fs::access(memory, rustix::fs::Access::WRITE_OK).is_ok();
    if large && writable { memory.to_owned() } else { std::env::temp_dir() }
}

/// The state folders that are there.
pub(super) fn all(base: &Path) -> Result<Vec<State>, StateError> {
    let entries = match std::fs::read_dir(base) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(StateError::Io { path: base.to_owned(), source }),
    };
    let mut states = Vec::new();
    for entry in entries {
        let path = entry.map_err(at(base))?.path();
        if path.join("start.lock").exists() {
            states.push(State::at(path));
        }
    }
    states.sort_by(|left, right| left.folder.cmp(&right.folder));
    Ok(states)
}
