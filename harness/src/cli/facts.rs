//! `facts`: saves what is seen of a system, to be judged later and elsewhere.

use std::path::PathBuf;

use super::failure::Failure;
use super::looking::{Looking, knowledge};
use crate::check::Observed;
use crate::doctor::FactsFile;
use crate::exit_code::ExitCode;

/// Save what is seen of a system that is there, for `judge`; changes nothing
///
/// The file holds no passwords. What could not be observed stands in it too, and makes the exit code 3.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    looking: Looking,
    /// The profile that the system is of [default: `judge` recognises it]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

/// Looks and writes.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let knowledge = knowledge()?;
    let profile = arguments.profile.as_deref();
    if let Some(name) = profile.filter(|name| knowledge.chart(name).is_none()) {
        return Err(Failure::usage(knowledge.unknown(name)));
    }
    let seen = arguments.looking.look(&knowledge, profile, None)?;
    let file = FactsFile::new(arguments.profile.clone(), seen);
    file.write(&arguments.output).map_err(Failure::usage)?;
    let seen = &file.seen;
    let failed = [
        ("database", failure(&seen.database)),
        ("Koku's API", failure(&seen.koku)),
        ("release", failure(&seen.release)),
    ];
    for (what, why) in failed {
        if let Some(why) = why {
            return Err(Failure::could_not_tell(format!(
                "the {what} could not be observed, as the file says too: {why}"
            )));
        }
    }
    Ok(ExitCode::AsExpected)
}

fn failure<T>(observed: &Observed<T>) -> Option<&str> {
    match observed {
        Observed::Failed { why } => Some(why),
        Observed::Seen(_) | Observed::NotLookedAt => None,
    }
}
