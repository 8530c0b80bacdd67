//! `judge`: judges what `facts` has saved.

use std::path::PathBuf;

use super::failure::Failure;
use super::looking::{Judging, knowledge, tell_diagnosis};
use crate::doctor::{FactsFile, Request, diagnose};
use crate::exit_code::ExitCode;

/// Judge what `facts` has saved, as `doctor` would have judged it then and there
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A file that `facts --output` has written
    #[arg(value_name = "FACTS")]
    file: PathBuf,
    #[command(flatten)]
    judging: Judging,
}

/// Reads, judges and tells.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let file = FactsFile::read(&arguments.file).map_err(Failure::usage)?;
    let Judging { profile, tenant, .. } = &arguments.judging;
    let request = Request { profile: profile.as_deref(), tenant: tenant.as_deref() };
    let diagnosis = diagnose(&file, &knowledge()?, request).map_err(Failure::usage)?;
    tell_diagnosis(&diagnosis, &arguments.judging)
}
