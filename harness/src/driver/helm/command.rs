//! What Helm is asked to do.

use std::path::PathBuf;
use std::time::Duration;

use super::chart::ChartSource;
use super::error::HelmError;
use super::post_render::PostRenderer;
use super::program::Helm;
use super::values::Values;
use crate::driver::program::{CommandLine, Printed, ProgramError};

/// A question that Helm answers at once, or as soon as the cluster does.
const QUESTION_ALLOWED: Duration = Duration::from_secs(30);
/// Rendering may fetch a chart first.
const RENDER_ALLOWED: Duration = Duration::from_mins(2);
/// Taking objects away is asked for, not waited for.
const UNINSTALL_ALLOWED: Duration = Duration::from_mins(1);

/// Which cluster is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterAccess {
    /// The kubeconfig file; without one, the one that Helm finds by itself.
    pub kubeconfig: Option<PathBuf>,
    /// The context in it.
    pub context: String,
}

/// A release of a chart in a namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// The cluster.
    pub access: ClusterAccess,
}

/// What is installed, and how.
#[derive(Debug, Clone)]
pub struct Install {
    /// The chart.
    pub chart: ChartSource,
    /// Its values.
    pub values: Values,
    /// Whether Helm waits for the workloads before it runs post-install hooks.
    pub waits: bool,
    /// How long each hook may take.
    pub allowed: Duration,
    /// Objects that the cluster does not know and that are taken out first.
    pub post_renderer: Option<PostRenderer>,
}

/// What is rendered.
#[derive(Debug, Clone, Copy)]
pub struct Rendering<'a> {
    /// The release's name.
    pub release: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
    /// The chart.
    pub chart: &'a ChartSource,
    /// Its values.
    pub values: &'a Values,
    /// The version of Kubernetes that it is rendered for, which the chart may demand to be new enough.
    pub kubernetes: &'a str,
}

impl ClusterAccess {
    /// How Helm is told of it.
    fn arguments(&self) -> Vec<String> {
        let file = self.kubeconfig.iter().flat_map(|file| ["--kubeconfig".to_owned(), file.display().to_string()]);
        file.chain(["--kube-context".to_owned(), self.context.clone()]).collect()
    }
}

impl Helm {
    /// The command that installs.
    #[must_use]
    pub fn install(&self, release: &Release, install: &Install) -> CommandLine {
        let line = self.line().with(["install", &release.name]).with(install.chart.arguments());
        let line = line.with(["--namespace", &release.namespace]).with(release.access.arguments());
        let line = line.with(install.values.arguments());
        let line = line.with(["--timeout".to_owned(), format!("{}s", install.allowed.as_secs())]);
        let line = if install.waits { line.with(["--wait"]) } else { line };
        match &install.post_renderer {
            Some(renderer) => line.with(renderer.arguments()),
            None => line,
        }
    }

    /// The command that takes a release away, without its hooks.
    #[must_use]
    pub fn uninstall(&self, release: &Release) -> CommandLine {
        let line = self.line().with(["uninstall", &release.name, "--namespace", &release.namespace]);
        line.with(release.access.arguments()).with(["--no-hooks", "--ignore-not-found"])
    }

    /// The command that renders, without a cluster.
    #[must_use]
    pub fn template(&self, rendering: &Rendering<'_>) -> CommandLine {
        let line = self.line().with(["template", rendering.release]).with(rendering.chart.arguments());
        let line = line.with(["--namespace", rendering.namespace, "--kube-version", rendering.kubernetes]);
        line.with(rendering.values.arguments())
    }

    /// What a chart renders to: YAML documents, hooks included. An error keeps Helm's message, with file and line.
    pub async fn render(&self, rendering: &Rendering<'_>) -> Result<String, HelmError> {
        Ok(done(self.template(rendering), RENDER_ALLOWED).await?.stdout)
    }

    /// Takes a release away; one that is not there is no error.
    pub async fn remove(&self, release: &Release) -> Result<(), HelmError> {
        done(self.uninstall(release), UNINSTALL_ALLOWED).await.map(drop)
    }

    /// The names of all releases in a namespace, also of those that are not whole.
    pub async fn releases(&self, access: &ClusterAccess, namespace: &str) -> Result<Vec<String>, HelmError> {
        let line = self.line().with(["list", "--all", "--short", "--namespace", namespace]).with(access.arguments());
        let printed = done(line, QUESTION_ALLOWED).await?;
        Ok(printed.stdout.lines().map(str::to_owned).collect())
    }
}

async fn done(line: CommandLine, allowed: Duration) -> Result<Printed, HelmError> {
    line.run(allowed).await.map_err(|error| match error {
        ProgramError::NotFound { program } => HelmError::NotFound(program),
        error => HelmError::Program(error),
    })
}
