//! What a run has made in clusters, written down so that the next `sweep` finds it, however the run ended.
//!
//! A folder a run, with a file that the run holds locked as long as it lives.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use chrono::{NaiveDateTime, TimeDelta, Utc};

use crate::run_id::RunId;
use crate::target::local::files::open_lock;
use crate::target::local::state::base;

/// Of a run that this machine knows nothing of, it is not known whether it lives; after so long it does not.
const LONGEST_RUN: TimeDelta = TimeDelta::days(1);

/// What a run makes could not be written down or read.
#[derive(Debug, thiserror::Error)]
#[error("cannot use {} (E2E_STATE names another folder)", .path.display())]
pub struct LedgerError {
    path: PathBuf,
    source: std::io::Error,
}

/// The folder of a run that lives; while this is held, `sweep` leaves alone what the run made.
#[derive(Debug)]
pub(super) struct Ledger {
    folder: PathBuf,
    #[expect(dead_code, reason = "the lock lives as long as the open file")]
    lease: File,
}

/// How a run stands whose name was found on something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Its process lives, or may.
    Lives,
    /// It has ended.
    Gone,
}

impl Ledger {
    /// Opens the folder of a run.
    pub(super) fn open(state: Option<&Path>, run: &RunId) -> Result<Self, LedgerError> {
        let folder = root(state).join(run.as_str());
        std::fs::create_dir_all(&folder).map_err(at(&folder))?;
        let path = lease(&folder);
        let file = open_lock(&path).map_err(at(&path))?;
        file.lock().map_err(at(&path))?;
        Ok(Self { folder, lease: file })
    }

    /// Where kind writes how its cluster is reached.
    pub(super) fn kubeconfig(&self) -> PathBuf {
        self.folder.join("kubeconfig")
    }

    /// Writes down in which context the run works.
    pub(super) fn works_in(&self, context: &str) -> Result<(), LedgerError> {
        let path = context_file(&self.folder);
        std::fs::write(&path, context).map_err(at(&path))
    }

    /// The folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Forgets a run of which nothing is left.
pub(super) fn forget(folder: &Path) -> Result<(), LedgerError> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(at(folder)(error)),
        _ => Ok(()),
    }
}

/// The folders of the runs that this machine knows, each with the run's id.
pub(super) fn known(state: Option<&Path>) -> Result<Vec<(String, PathBuf)>, LedgerError> {
    let root = root(state);
    let entries = match std::fs::read_dir(&root) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(at(&root)(error)),
    };
    let mut known = Vec::new();
    for entry in entries {
        let entry = entry.map_err(at(&root))?;
        known.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
    }
    known.sort();
    Ok(known)
}

/// The context in which a run worked, where it was an existing one.
pub(super) fn context_of(folder: &Path) -> Option<String> {
    std::fs::read_to_string(context_file(folder)).ok()
}

/// Whether a run lives. One that this machine does not know may live on another, until it would be too old.
pub(super) fn standing(state: Option<&Path>, run: &str) -> Result<Standing, LedgerError> {
    let path = lease(&root(state).join(run));
    if !path.exists() {
        return Ok(if is_old(run) { Standing::Gone } else { Standing::Lives });
    }
    let file = open_lock(&path).map_err(at(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(Standing::Gone),
        Err(TryLockError::WouldBlock) => Ok(Standing::Lives),
        Err(TryLockError::Error(source)) => Err(LedgerError { path, source }),
    }
}

/// Whether a run began so long ago that it cannot live. What is no run's id is nothing that we know.
fn is_old(run: &str) -> bool {
    let began = run.get(..13).and_then(|moment| NaiveDateTime::parse_from_str(moment, "%y%m%d-%H%M%S").ok());
    began.is_some_and(|began| Utc::now().naive_utc() - began > LONGEST_RUN)
}

fn root(state: Option<&Path>) -> PathBuf {
    base(state).join("clusters")
}

fn lease(folder: &Path) -> PathBuf {
    folder.join("lease")
}

fn context_file(folder: &Path) -> PathBuf {
    folder.join("context")
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> LedgerError + use<> {
    let path = path.to_owned();
    move |source| LedgerError { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_lives_as_long_as_its_ledger_is_open() {
        let state = tempfile::tempdir().expect("a folder");
        let run = RunId::new(Utc::now());
        let ledger = Ledger::open(Some(state.path()), &run).expect("opened");
        ledger.works_in("kind-x").expect("written");
        let standing = || standing(Some(state.path()), run.as_str()).expect("looked at");
        assert_eq!(standing(), Standing::Lives);
        let folder = ledger.folder().to_owned();
        drop(ledger);
        assert_eq!(standing(), Standing::Gone);
        assert_eq!(known(Some(state.path())).expect("listed"), [(run.to_string(), folder.clone())]);
        assert_eq!(context_of(&folder).as_deref(), Some("kind-x"));
        forget(&folder).expect("forgotten");
        assert_eq!(known(Some(state.path())).expect("listed"), []);
        assert_eq!(standing(), Standing::Lives, "it may be another machine's");
    }

    #[test]
    fn a_run_of_another_day_is_gone() {
        let state = tempfile::tempdir().expect("a folder");
        let standing = |run| standing(Some(state.path()), run).expect("looked at");
        assert_eq!(standing("260101-120000-abcd"), Standing::Gone);
        assert_eq!(standing("my-own"), Standing::Lives, "nothing of ours");
    }
}
