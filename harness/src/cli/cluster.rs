//! What is said of a cluster and the chart that is installed into it: by flags or by the environment.

use std::path::PathBuf;

use super::failure::Failure;
use crate::driver::helm::ChartSource;
use crate::run_id::RunId;
use crate::target::cluster::Options;

/// What is said of a cluster and its chart.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "A Kubernetes cluster (--target cluster)")]
pub(super) struct ClusterArguments {
    /// An existing cluster, by its context in the kubeconfig [default: the run makes one with kind, and deletes it]
    #[arg(long, value_name = "NAME", env = "E2E_CONTEXT", hide_env_values = true)]
    context: Option<String>,
    /// A namespace with a release that is there already, which is looked at and judged [default: each scenario has its own]
    #[arg(long, value_name = "NAME", env = "E2E_NAMESPACE", hide_env_values = true)]
    namespace: Option<String>,
    /// The image of kind's node [default: kind's own choice]
    #[arg(long, value_name = "IMAGE", env = "E2E_KIND_NODE_IMAGE", hide_env_values = true)]
    kind_node_image: Option<String>,
    /// The chart: a folder, a .tgz or oci://… [default: the profile's]
    #[arg(long, value_name = "CHART", env = "E2E_CHART", hide_env_values = true)]
    chart: Option<String>,
    /// A values file for the chart (may be given again)
    #[arg(long, value_name = "FILE")]
    values: Vec<PathBuf>,
    /// A value for the chart, as Helm's --set takes it; it wins over all others (may be given again)
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// The image of Koku and what stands around it [default: the chart's]
    #[arg(long, value_name = "IMAGE", env = "E2E_KOKU_IMAGE", hide_env_values = true)]
    koku_image: Option<String>,
    /// The image of PostgreSQL [default: the chart's]
    #[arg(long, value_name = "IMAGE", env = "E2E_POSTGRES_IMAGE", hide_env_values = true)]
    database_image: Option<String>,
}

impl ClusterArguments {
    /// All that is said, for this run. Flags win over the environment.
    pub(super) fn options(&self, owned: bool, keep: bool, run: &RunId) -> Result<Options, Failure> {
        let said = Options::from_environment(run.clone()).map_err(Failure::usage)?;
        let chart = self.chart.as_deref().map(ChartSource::read).transpose().map_err(Failure::usage)?;
        Ok(Options {
            context: self.context.clone(),
            namespace: self.namespace.clone(),
            node_image: self.kind_node_image.clone(),
            chart,
            values: self.values.clone(),
            set: self.set.clone(),
            koku_image: self.koku_image.clone(),
            database_image: self.database_image.clone(),
            owned: owned || said.owned,
            keep: keep || said.keep,
            ..said
        })
    }
}
