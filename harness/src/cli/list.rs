//! `list`: the scenarios that there are.

use serde::Serialize;

use super::failure::Failure;
use super::output::{Format, say};
use super::selection::{Selected, Selection, selected};
use crate::exit_code::ExitCode;
use crate::scenario::plan::CheckDescriptor;

/// List the scenarios: name, labels, profiles, and what each proves
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// The form of the output
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

/// A scenario as `list` tells it.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    name: &'a str,
    summary: &'a str,
    labels: &'a [String],
    profiles: Vec<&'a str>,
    expects: &'a [String],
    path: String,
}

/// Prints them.
pub(super) fn run(arguments: &Arguments, checks: Vec<CheckDescriptor>) -> Result<ExitCode, Failure> {
    let selected = selected(&arguments.selection, checks)?;
    selected.tell_left_out();
    let listed = listed(&selected);
    match arguments.format {
        Format::Human => say(&listed.iter().map(text).collect::<Vec<_>>().join("\n")),
        Format::Json => say(&serde_json::to_string_pretty(&listed).map_err(Failure::could_not_tell)?),
    }
    Ok(if listed.is_empty() { ExitCode::NothingRan } else { ExitCode::AsExpected })
}

fn listed(selected: &Selected) -> Vec<Listed<'_>> {
    let files = selected.files.iter();
    files
        .map(|file| Listed {
            name: &file.scenario.name,
            summary: &file.scenario.summary,
            labels: &file.scenario.labels,
            profiles: selected.profiles_of(file).into_iter().map(|profile| profile.name.as_str()).collect(),
            expects: &file.scenario.expect.findings,
            path: file.path().display().to_string(),
        })
        .collect()
}

fn text(listed: &Listed<'_>) -> String {
    let expects =
        if listed.expects.is_empty() { String::new() } else { format!(", expects {}", listed.expects.join(", ")) };
    let labels = if listed.labels.is_empty() { String::new() } else { format!(" ({})", listed.labels.join(", ")) };
    format!("{}{labels} on {}{expects}\n  {}", listed.name, listed.profiles.join(", "), listed.summary)
}
