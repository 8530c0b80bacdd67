//! A folder of state folders of a test's own, and what is left that belongs to it.
#![allow(dead_code, reason = "each test program uses its part of this module")]

use std::collections::HashMap;
use std::future::Future;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use harness::run_id::RunId;
use harness::target::local::Options;
use harness::wait::{Progress, Wait};
use testcontainers::bollard::query_parameters::ListContainersOptionsBuilder;
use testcontainers::core::client::docker_client_instance;

/// Longer than any reaper's delay and work.
const GONE_ALLOWED: Duration = Duration::from_secs(30);

/// Runs a future to its end.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

/// The options that the environment of the tests gives.
pub(crate) fn options() -> Options {
    Options::from_environment(RunId::new(chrono::Utc::now())).expect("a readable environment")
}

/// A folder of state folders of a test's own. Reapers remove it when it is empty; a test that fails leaves it.
pub(crate) struct StateFolder(PathBuf);

impl StateFolder {
    pub(crate) fn new() -> Self {
        let storage = Path::new("/dev/shm");
        let storage = if storage.is_dir() { storage.to_owned() } else { std::env::temp_dir() };
        let permissions = std::fs::Permissions::from_mode(0o711);
        let made = tempfile::Builder::new().prefix("e2e-test-").permissions(permissions).tempdir_in(storage);
        Self(made.expect("a folder").keep())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The one state folder in it.
    pub(crate) fn only(&self) -> PathBuf {
        let mut folders: Vec<_> =
            std::fs::read_dir(&self.0).expect("readable").map(|entry| entry.expect("one").path()).collect();
        assert_eq!(folders.len(), 1, "{folders:?}");
        folders.remove(0)
    }

    /// Asserts that nothing was ever made in it, and removes it.
    pub(crate) fn assert_untouched(&self) {
        std::fs::remove_dir(&self.0).expect("an empty folder");
    }

    /// What is left that belongs to it: processes, containers, the folder.
    pub(crate) async fn leftovers(&self) -> Vec<String> {
        let mut left = processes_of(&self.0);
        left.extend(containers_of(&self.0).await);
        if self.0.exists() {
            left.push(format!("folder {}", self.0.display()));
        }
        left
    }

    /// Waits until nothing is left.
    pub(crate) async fn await_gone(&self) {
        Wait::new("nothing to be left", GONE_ALLOWED)
            .until(|| async {
                let left = self.leftovers().await;
                if left.is_empty() { Progress::<_, String>::Done(()) } else { Progress::NotYet(left.join(", ")) }
            })
            .await
            .unwrap_or_else(|error| panic!("{error}"));
    }
}

/// Living processes that have the folder in their command.
pub(crate) fn processes_of(folder: &Path) -> Vec<String> {
    let output = Command::new("ps").args(["-axww", "-o", "pid=,stat=,command="]).output().expect("ps runs");
    let wanted = folder.display().to_string();
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().filter(|line| line.contains(&wanted)).map(|line| format!("process {}", line.trim())).collect()
}

/// Containers of the state folders below, where an engine answers.
pub(crate) async fn containers_of(folder: &Path) -> Vec<String> {
    let Ok(engine) = docker_client_instance().await else { return Vec::new() };
    let filters = HashMap::from([("label", vec!["e2e-validate.state"])]);
    let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
    let Ok(containers) = engine.list_containers(Some(options)).await else { return Vec::new() };
    let wanted = folder.display().to_string();
    containers
        .into_iter()
        .filter(|container| {
            let state = container.labels.as_ref().and_then(|labels| labels.get("e2e-validate.state"));
            state.is_some_and(|state| state.starts_with(&wanted))
        })
        .filter_map(|container| container.id.map(|id| format!("container {id}")))
        .collect()
}
