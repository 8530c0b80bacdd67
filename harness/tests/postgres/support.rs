//! What the tests of this program share.

use std::error::Error;

use harness::target::local::Server;
use libtest_mimic::Trial;

pub(crate) use crate::state_folder::{StateFolder, containers_of, options, processes_of, run};

/// A trial that passes unless it panics.
pub(crate) fn trial(name: &str, test: fn()) -> Trial {
    Trial::test(name, move || {
        test();
        Ok(())
    })
}

/// An error with its causes.
pub(crate) fn explained(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = error.source();
    }
    text
}

/// The server that the tests of this program share with whoever else runs tests now.
pub(crate) async fn server() -> Server {
    Server::acquire(&options()).await.unwrap_or_else(|error| panic!("{}", explained(&error)))
}

/// Compares with the snapshot of this name.
pub(crate) fn assert_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(format!("postgres__{name}"), text));
}
