//! A cluster that the run makes with kind, in a container of this machine, and deletes.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use crate::driver::program::{CommandLine, ProgramError};
use crate::run_id::RunId;

/// What the names of our clusters begin with; the run's id follows.
const PREFIX: &str = "e2e-";
/// A node image may have to be pulled first.
const CREATION_ALLOWED: Duration = Duration::from_mins(10);
/// How long kind waits for the node to be ready.
const READY_ALLOWED: &str = "3m";
/// Deleting is removing a container.
pub(super) const DELETION_ALLOWED: Duration = Duration::from_mins(2);
/// A question of the engine is answered at once.
const QUESTION_ALLOWED: Duration = Duration::from_secs(30);
/// What kind says where no engine answers.
const NO_ENGINE: [&str; 4] =
    ["Cannot connect to the Docker daemon", "docker info", "podman info", "failed to list nodes"];

/// kind did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum KindError {
    /// It is not installed.
    #[error(
        "kind is not there (looked for it in PATH); install it, or name an existing cluster by --context (E2E_CONTEXT)"
    )]
    NotFound,
    /// It finds no container engine.
    #[error(
        "kind found no container engine that answers; start Docker or Podman, or name an existing cluster by --context (E2E_CONTEXT): {0}"
    )]
    NoEngine(String),
    /// Something else.
    #[error("{what}: {why}")]
    Failed {
        /// What was to be done.
        what: String,
        /// What kind said.
        why: String,
    },
}

/// The name of a run's cluster.
pub(super) fn name(run: &RunId) -> String {
    format!("{PREFIX}{run}")
}

/// The run that a cluster's name tells of, if it is one of ours.
pub(super) fn run_of(cluster: &str) -> Option<&str> {
    cluster.strip_prefix(PREFIX)
}

/// The context that kind writes for a cluster.
pub(super) fn context(cluster: &str) -> String {
    format!("kind-{cluster}")
}

/// The command that makes a cluster, whose context goes to a kubeconfig of its own.
pub(super) fn create(cluster: &str, node_image: Option<&str>, kubeconfig: &Path) -> CommandLine {
    let line = kind().with(["create", "cluster", "--name", cluster, "--wait", READY_ALLOWED]);
    let line = line.with(["--kubeconfig".to_owned(), kubeconfig.display().to_string()]);
    node_image.map_or_else(|| line.clone(), |image| line.clone().with(["--image", image]))
}

/// Carries out the command of [`create`].
pub(super) async fn created(line: &CommandLine) -> Result<(), KindError> {
    line.run(CREATION_ALLOWED).await.map(drop).map_err(|error| failed("kind cannot make a cluster", error))
}

/// Deletes a cluster; one that is not there is no error.
pub(super) async fn delete(cluster: &str, kubeconfig: &Path) -> Result<(), KindError> {
    let line = kind().with(["delete", "cluster", "--name", cluster, "--kubeconfig"]);
    let line = line.with([kubeconfig.display().to_string()]);
    line.run(DELETION_ALLOWED).await.map(drop).map_err(|error| failed("kind cannot delete a cluster", error))
}

/// The names of our clusters that are there. Without kind, or without an engine that answers it, it is an error.
pub(super) async fn ours() -> Result<Vec<String>, KindError> {
    let listed = kind().with(["get", "clusters"]).run(QUESTION_ALLOWED).await;
    let listed = listed.map_err(|error| failed("kind cannot list its clusters", error))?.stdout;
    Ok(listed.lines().filter(|name| run_of(name).is_some()).map(str::to_owned).collect())
}

/// Gives a cluster those of the images that the engine has; the others it pulls itself. Those that were given.
pub(super) async fn load(cluster: &str, images: BTreeSet<String>) -> Result<Vec<String>, KindError> {
    let mut present = Vec::new();
    for image in images {
        let inspected = CommandLine::new("docker").with(["image", "inspect", "--format", "{{.Id}}", &image]);
        if inspected.run(QUESTION_ALLOWED).await.is_ok() {
            present.push(image);
        }
    }
    if !present.is_empty() {
        let line = kind().with(["load", "docker-image", "--name", cluster]).with(present.iter().cloned());
        line.run(CREATION_ALLOWED).await.map_err(|error| failed("kind cannot load images", error))?;
    }
    Ok(present)
}

fn kind() -> CommandLine {
    CommandLine::new("kind")
}

fn failed(what: &str, error: ProgramError) -> KindError {
    match error {
        ProgramError::NotFound { .. } => KindError::NotFound,
        ProgramError::Failed { message, .. } if NO_ENGINE.iter().any(|sign| message.contains(sign)) => {
            KindError::NoEngine(message.lines().last().unwrap_or_default().to_owned())
        }
        error => KindError::Failed { what: what.to_owned(), why: crate::error::chain(&error) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_is_named_after_its_run_and_never_touches_the_users_kubeconfig() {
        let run = RunId::new(chrono::Utc::now());
        let cluster = name(&run);
        assert_eq!((run_of(&cluster), run_of("kind")), (Some(run.as_str()), None));
        let line = create("e2e-1", Some("node:v1"), Path::new("/state/kubeconfig")).pasteable();
        let expected = "kind create cluster --name e2e-1 --wait 3m --kubeconfig /state/kubeconfig --image node:v1";
        assert_eq!(line, expected);
    }
}
