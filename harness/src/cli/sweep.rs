//! `sweep`: removes what runs left behind.

use chrono::Utc;

use super::failure::Failure;
use super::output::{Format, say, tell};
use crate::exit_code::ExitCode;
use crate::run_id::RunId;
use crate::target::cluster;
use crate::target::local::Options;
use crate::target::local::sweep::{Swept, sweep};

/// Remove what crashed or kept runs left behind: servers, containers, databases, folders, kind clusters, namespaces
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The form of the output
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// Also look into this cluster for namespaces of runs that have ended; those in which runs of this machine worked are known
    #[arg(long, value_name = "NAME", env = "E2E_CONTEXT", hide_env_values = true)]
    context: Option<String>,
}

/// What was swept, on this machine and in clusters.
struct AllSwept {
    machine: Swept,
    clusters: cluster::sweep::Swept,
}

/// Removes what no running process uses.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let options = Options::from_environment(RunId::new(Utc::now())).map_err(Failure::usage)?;
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::could_not_tell)?;
    let swept = runtime.block_on(async {
        let clusters = cluster::sweep::sweep(options.state.as_deref(), arguments.context.as_deref()).await;
        AllSwept { machine: sweep(&options).await, clusters }
    });
    match arguments.format {
        Format::Human => swept.tell_people(),
        Format::Json => say(&swept.as_json().map_err(Failure::could_not_tell)?),
    }
    let failed = !swept.machine.failed.is_empty() || !swept.clusters.failed.is_empty();
    Ok(if failed { ExitCode::CouldNotTell } else { ExitCode::AsExpected })
}

impl AllSwept {
    fn tell_people(&self) {
        let Self { machine, clusters } = self;
        machine.removed.iter().for_each(|removed| say(&format!("removed: {removed}")));
        clusters.removed.iter().for_each(|removed| say(&format!("removed: {removed}")));
        machine.in_use.iter().for_each(|folder| say(&format!("in use: {}", folder.display())));
        clusters.in_use.iter().for_each(|used| say(&format!("in use: {used}")));
        let failed = machine.failed.iter().chain(&clusters.failed);
        failed.for_each(|failed| tell(&format!("error: cannot remove {failed}")));
        if *machine == Swept::default() && *clusters == cluster::sweep::Swept::default() {
            say("nothing was left behind");
        }
    }

    fn as_json(&self) -> Result<String, serde_json::Error> {
        let mut all = serde_json::to_value(&self.machine)?;
        all["clusters"] = serde_json::to_value(&self.clusters)?;
        serde_json::to_string_pretty(&all)
    }
}
