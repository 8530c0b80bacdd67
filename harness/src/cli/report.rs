//! `report`: renders a run from its events, whether it ended or was killed.

use std::path::PathBuf;

use super::failure::Failure;
use super::output::{Format, colour_on_stdout, say, tell};
use crate::event;
use crate::exit_code::ExitCode;
use crate::report::{Fold, RunFolder, results_folder, summary, to_json};

/// Render a run from its events, whether it ended or was killed; the exit code is that of the run
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The run's folder, or its events.jsonl; without it, the newest run
    #[arg(value_name = "RUN_FOLDER|EVENTS")]
    run: Option<PathBuf>,
    /// The form of the output
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

/// Prints the report.
pub(super) fn run(arguments: &Arguments, no_color: bool) -> Result<ExitCode, Failure> {
    let newest = || RunFolder::latest(&results_folder());
    let folder = arguments.run.as_deref().map_or_else(newest, RunFolder::of);
    let events = match &arguments.run {
        Some(file) if file.is_file() => file.clone(),
        _ => folder.events(),
    };
    let recorded = event::read(&events).map_err(Failure::usage)?;
    if recorded.torn {
        tell("note: the last event breaks off and is left out, as the run was killed while it was written");
    }
    let report = Fold::all(&recorded.events).ok_or_else(|| Failure::usage("no events"))?;
    match arguments.format {
        Format::Human => say(&summary(&report, Some(folder.path()), colour_on_stdout(no_color))),
        Format::Json => say(&to_json(&report).map_err(Failure::could_not_tell)?),
    }
    Ok(ExitCode::of(&report))
}
