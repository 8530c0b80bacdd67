//! `checks`: all checks that there are.

use std::fmt::Write as _;

use serde::Serialize;

use super::failure::Failure;
use super::output::{Format, say};
use crate::check::{Check, Group, Severity, registry};
use crate::exit_code::ExitCode;

/// List the checks, subject by subject; `explain` tells more of one
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The form of the output
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

/// A check as `checks` tells it.
#[derive(Debug, Serialize)]
struct Listed {
    id: &'static str,
    subject: Group,
    severity: Severity,
    summary: &'static str,
    presupposes: &'static [&'static str],
}

impl From<&Check> for Listed {
    fn from(check: &Check) -> Self {
        let Check { id, group, severity, summary, presupposes, .. } = *check;
        Self { id, subject: group, severity, summary, presupposes }
    }
}

/// Prints them.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    match arguments.format {
        Format::Human => say(&human()),
        Format::Json => {
            let listed: Vec<Listed> = registry::all().map(Listed::from).collect();
            say(&serde_json::to_string_pretty(&listed).map_err(Failure::could_not_tell)?);
        }
    }
    Ok(ExitCode::AsExpected)
}

fn human() -> String {
    let widest = registry::all().map(|check| check.id.len()).max().unwrap_or_default();
    let (mut text, mut subject) = (String::new(), None);
    for check in registry::all() {
        if subject.replace(check.group) != Some(check.group) {
            let _ = writeln!(text, "{}{}", if text.is_empty() { "" } else { "\n" }, check.group.as_str());
        }
        let advisory = if check.severity == Severity::Advisory { " (advisory)" } else { "" };
        let _ = writeln!(text, "  {:widest$}  {}{advisory}", check.id, check.summary);
    }
    text
}
