//! `schema`: the JSON schemas of what the harness reads and writes.

use super::failure::Failure;
use super::output::say;
use crate::exit_code::ExitCode;
use crate::report::{events_schema, report_schema};

/// Print the JSON schema of a file that the harness reads or writes
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Which file
    #[arg(default_value = "scenario")]
    file: Described,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Described {
    /// A scenario file
    Scenario,
    /// A run's report.json
    Report,
    /// One line of a run's events.jsonl
    Events,
}

/// Prints it.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let schema = match arguments.file {
        Described::Scenario => crate::scenario::schema(),
        Described::Report => report_schema(),
        Described::Events => events_schema(),
    };
    say(&serde_json::to_string_pretty(&schema).map_err(Failure::could_not_tell)?);
    Ok(ExitCode::AsExpected)
}
