//! `plan`: shows what would run, resolved, and touches nothing.

use chrono::Utc;

use super::external::SystemArguments;
use super::failure::Failure;
use super::output::{Format, say};
use super::selection::{Selection, plans};
use crate::exit_code::ExitCode;
use crate::run_id::RunId;
use crate::scenario::plan::CheckDescriptor;

/// Show what would run: names resolved, phases in order and why, checks and what they apply to
///
/// Names that carry the run's id differ in each run.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    system: SystemArguments,
    /// The form of the output
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

/// Prints the plans.
pub(super) fn run(arguments: &Arguments, checks: Vec<CheckDescriptor>) -> Result<ExitCode, Failure> {
    let settings = arguments.system.settings()?;
    let selection = arguments.selection.clone();
    let selection = if selection.is_external() { selection.or_profile(settings.profile) } else { selection };
    let plans = plans(&selection, &settings.tenant, checks, &RunId::new(Utc::now()))?;
    match arguments.format {
        Format::Human => {
            let texts: Vec<String> = plans.iter().map(ToString::to_string).collect();
            say(&texts.join("\n"));
        }
        Format::Json => say(&serde_json::to_string_pretty(&plans).map_err(Failure::could_not_tell)?),
    }
    Ok(if plans.is_empty() { ExitCode::NothingRan } else { ExitCode::AsExpected })
}
