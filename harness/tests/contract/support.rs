//! Suites replayed on fresh systems.

use std::time::Duration;

use chrono::Utc;
use harness::cleanup::Cleanup;
use harness::contract::{Account, Dialect, Library, Rewriting, Suite, replay};
use harness::project::Project;
use harness::run_id::RunId;
use harness::target::local::{Options, Server, contract_system};

/// The contract of this project.
pub(crate) fn library() -> Library {
    Library::new(Project::find().fixtures().join("contract"), Rewriting::none())
}

/// The suites of a dialect.
pub(crate) fn suites(dialect: Dialect) -> Vec<Suite> {
    library().suites(dialect).expect("the contract can be read")
}

/// Replays a suite on a system of its own. The server is sought only where a database is needed.
pub(crate) async fn replayed(suite: &Suite, chosen: &(dyn Fn(&str) -> bool + Sync)) -> Account {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let options = Options::from_environment(RunId::new(Utc::now())).expect("the environment can be read");
    let server = Server::acquire(&options).await.expect("a server");
    let cleanup = Cleanup::new(Duration::from_secs(30));
    let system = contract_system(&server, suite, &cleanup).await.expect("a system");
    let account = replay(suite, &system, chosen).await.expect("the system can be reached");
    assert!(cleanup.run().await.is_empty(), "nothing is left behind");
    Account { suites: vec![account] }
}

/// Snapshots are in the one folder.
pub(crate) fn with_snapshots(assert: impl FnOnce()) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(assert);
}
