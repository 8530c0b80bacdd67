//! Where PostgreSQL comes from, that one server serves many processes, and that nothing of it is left behind.
//!
//! A test program with a `main` of its own: it hosts its reapers itself, and runs itself again as a process that holds a
//! lease. `E2E_POSTGRES` decides which provider is tested; the embedded one always is.

mod chain;
mod given;
#[path = "../common/given_server.rs"]
mod given_server;
mod holder;
mod lifecycle;
mod prepared;
#[path = "../common/state_folder.rs"]
mod state_folder;
mod support;

use harness::target::local::reaper;

fn main() {
    reaper::run_if_asked();
    if holder::run_if_asked() {
        return;
    }
    let arguments = libtest_mimic::Arguments::from_args();
    let trials = [chain::trials(), given::trials(), lifecycle::trials(), prepared::trials()];
    libtest_mimic::run(&arguments, trials.into_iter().flatten().collect()).exit();
}
