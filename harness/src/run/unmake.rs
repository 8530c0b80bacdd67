//! Unmaking what was made, for one trial or for the run as a whole, and telling what is left of it.

use std::time::Duration;

use crate::cleanup::Cleanup;
use crate::event::{Happening, Journal};

/// How long one finalizer may take, unless it says otherwise.
pub(super) const FINALIZER_ALLOWED: Duration = Duration::from_secs(30);

/// Unmakes it all, and tells what could not be and what is kept on purpose.
pub(super) async fn unmake(cleanup: &Cleanup, journal: &Journal) {
    for leftover in cleanup.run().await {
        journal.record(Happening::LeftBehind { what: leftover.what, why: leftover.why });
    }
    for what in cleanup.kept() {
        journal.record(Happening::Kept { what });
    }
}
