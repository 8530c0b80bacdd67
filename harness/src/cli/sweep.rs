//! `sweep`: removes what runs left behind.

use chrono::Utc;

use super::failure::Failure;
use super::output::{Format, say, tell};
use crate::exit_code::ExitCode;
use crate::run_id::RunId;
use crate::target::local::Options;
use crate::target::local::sweep::{Swept, sweep};

/// Remove what crashed or kept runs left behind on this machine: servers, containers, databases, folders
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The form of the output
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

/// Removes what no running process uses.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let options = Options::from_environment(RunId::new(Utc::now())).map_err(Failure::usage)?;
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::could_not_tell)?;
    let swept = runtime.block_on(sweep(&options));
    match arguments.format {
        Format::Human => tell_people(&swept),
        Format::Json => say(&serde_json::to_string_pretty(&swept).map_err(Failure::could_not_tell)?),
    }
    Ok(if swept.failed.is_empty() { ExitCode::AsExpected } else { ExitCode::CouldNotTell })
}

fn tell_people(swept: &Swept) {
    swept.removed.iter().for_each(|removed| say(&format!("removed: {removed}")));
    swept.in_use.iter().for_each(|folder| say(&format!("in use: {}", folder.display())));
    swept.failed.iter().for_each(|failed| tell(&format!("error: cannot remove {failed}")));
    if swept.removed.is_empty() && swept.in_use.is_empty() && swept.failed.is_empty() {
        say("nothing was left behind");
    }
}
