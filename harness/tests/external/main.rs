//! Runs on a system that runs already: `koku serve` as a program of its own, on a server of the tests' own.

#[path = "../common/command.rs"]
#[allow(dead_code, reason = "each test program uses its part of this module")]
mod command;
mod differences;
mod given;
#[path = "../common/given_server.rs"]
mod given_server;
mod neighbours;
mod running;
#[path = "../common/state_folder.rs"]
mod state_folder;
mod system;

use libtest_mimic::{Arguments, Trial};

fn main() {
    harness::target::local::reaper::run_if_asked();
    let trials = [given::trials(), differences::trials(), running::trials()];
    libtest_mimic::run(&Arguments::from_args(), trials.into_iter().flatten().collect()).exit();
}

/// A trial that passes unless it panics.
fn trial(name: &str, test: fn()) -> Trial {
    Trial::test(name, move || {
        test();
        Ok(())
    })
}

/// Compares a text with its snapshot in the top-level folder. What differs from run to run is replaced, and no password may be in it.
fn assert_seen(name: &str, text: &str) {
    assert!(!text.contains(system::PASSWORD), "the password is told: {text}");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    command::filters(&mut settings, &std::env::temp_dir().join("no-such-folder"));
    settings.add_filter(r"\[RUN\]-[a-z0-9]{4}\b", "[RUN]-[MARK]");
    settings.add_filter(r"\be2e-acme-[a-z0-9]{4}\b", "e2e-acme-[MARK]");
    settings.add_filter(r"(127\.0\.0\.1|localhost):\d+", "[ADDRESS]");
    settings.add_filter(r"e2e_external_\w+", "[DATABASE]");
    settings.add_filter(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "[UUID]");
    settings.bind(|| insta::assert_snapshot!(name, text));
}
