//! Leases: shared locks by which processes keep a server alive, however they end.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::files::{is_still_at, open_lock};
use super::state::{State, StateError, at};

/// The leases of this process. They end with it: the system releases a lock when its process has gone, however it went.
static HELD: Mutex<Option<HashMap<PathBuf, File>>> = Mutex::new(None);

/// Takes a lease for the rest of this process's life. The caller holds the start lock, so that nobody unmakes the server
/// between this and the look at the record.
pub(super) fn hold(state: &State) -> Result<(), StateError> {
    let path = state.lease();
    let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    let held = held.get_or_insert_default();
    if let Some(file) = held.get(&path)
        && is_still_at(file, &path).map_err(at(&path))?
    {
        return Ok(());
    }
    let file = open_lock(&path).map_err(at(&path))?;
    file.lock_shared().map_err(at(&path))?;
    held.insert(path, file);
    Ok(())
}

/// An exclusive lock on the lease file: proof that no process holds a lease.
#[derive(Debug)]
pub(super) struct NoLease(#[expect(dead_code, reason = "the lock lives as long as the open file")] File);

/// Proves that no process holds a lease, if that is so.
pub(super) fn none(state: &State) -> Result<Option<NoLease>, StateError> {
    let path = state.lease();
    let file = open_lock(&path).map_err(at(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(NoLease(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(StateError::Io { path, source }),
    }
}

/// Blocks this thread until no process holds a lease.
pub(super) fn await_none(state: &State) -> Result<(), StateError> {
    let path = state.lease();
    let file = open_lock(&path).map_err(at(&path))?;
    file.lock().map_err(at(&path))
}
