//! `explain`: a check's page.

use include_dir::{Dir, include_dir};

use super::failure::Failure;
use super::output::say;
use crate::check::registry;
use crate::exit_code::ExitCode;
use crate::yaml::did_you_mean;

/// The pages, of the checks of this very build.
static PAGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../docs/checks");

/// Explain a check: what one sees, the cause, the remedy, and where the fact comes from
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The check's id, such as `domain-missing`; `checks` lists them
    id: String,
}

/// Prints the page.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let check = registry::find(&arguments.id).ok_or_else(|| unknown(&arguments.id))?;
    let page = PAGES.get_file(format!("{}.md", check.id)).and_then(|file| file.contents_utf8());
    say(page.ok_or_else(|| Failure::could_not_tell(format!("this build has no page of check {}", check.id)))?);
    Ok(ExitCode::AsExpected)
}

fn unknown(id: &str) -> Failure {
    let ids: Vec<&str> = registry::all().map(|check| check.id).collect();
    let help = did_you_mean(id, &ids).unwrap_or_else(|| "`e2e-validate checks` lists them all".to_owned());
    Failure::usage(format!("no check is named `{id}`: {help}"))
}
