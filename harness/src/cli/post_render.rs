//! `post-render`: takes out of what Helm has rendered what a cluster does not know. Helm calls it; people do not see it.

use std::io::{Read, Write};

use super::failure::Failure;
use crate::driver::helm::without;
use crate::exit_code::ExitCode;

/// Take objects of these API groups out of the YAML documents on standard input, as a post-renderer of Helm
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// An API group that the cluster does not know
    #[arg(value_name = "GROUP", required = true)]
    groups: Vec<String>,
}

/// Filters standard input to standard output.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let mut manifest = String::new();
    let read = std::io::stdin().read_to_string(&mut manifest);
    read.map_err(|error| Failure::could_not_tell(format!("cannot read standard input: {error}")))?;
    let kept = without(&manifest, &arguments.groups).map_err(Failure::usage)?;
    // Not as other output is written: a chart's secrets must reach the cluster as they are.
    let written = std::io::stdout().write_all(kept.as_bytes());
    written.map_err(|error| Failure::could_not_tell(format!("cannot write standard output: {error}")))?;
    Ok(ExitCode::AsExpected)
}
