//! Runs as a whole: how they end and with which code, that they leave nothing behind and tell no secret, and what is said
//! when a scenario, a server or a service is not as it should be.
//!
//! This program is three things: the tests, the reaper of the servers that they play with, and the command on a target that
//! is broken on purpose.

mod bad_input;
mod broken;
#[path = "../common/command.rs"]
#[allow(dead_code, reason = "each test program uses its part of this module")]
mod command;
mod ending;
mod exit_code;
#[path = "../common/given_server.rs"]
mod given_server;
mod in_rust;
mod keep;
mod secrets;
#[path = "../common/state_folder.rs"]
mod state_folder;
mod world;

use libtest_mimic::{Arguments, Trial};

fn main() {
    harness::target::local::reaper::run_if_asked();
    if let Some(code) = broken::command_if_asked() {
        std::process::exit(code.number().into());
    }
    let trials = [
        ending::trials(),
        exit_code::trials(),
        in_rust::trials(),
        keep::trials(),
        secrets::trials(),
        bad_input::trials(),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials.into_iter().flatten().collect()).exit();
}

/// A trial that passes unless it panics.
fn trial(name: &str, test: fn()) -> Trial {
    Trial::test(name, move || {
        test();
        Ok(())
    })
}
