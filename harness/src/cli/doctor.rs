//! `doctor`: looks at a system that is there and tells what is wrong with it.

use super::failure::Failure;
use super::looking::{Judging, Looking, knowledge, tell_diagnosis};
use crate::doctor::{FactsFile, Request, diagnose};
use crate::exit_code::ExitCode;

/// Look at a system that is there and tell what is wrong with it, and how to mend it; changes nothing
///
/// Silent where nothing is wrong. Exit code 0: nothing was found; 1: findings; 2: bad usage; 3: something could not be observed.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    looking: Looking,
    #[command(flatten)]
    judging: Judging,
}

/// Looks, judges and tells.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let knowledge = knowledge()?;
    let Judging { profile, tenant, .. } = &arguments.judging;
    let seen = arguments.looking.look(&knowledge, profile.as_deref(), tenant.as_deref())?;
    let file = FactsFile::new(profile.clone(), seen);
    let request = Request { profile: profile.as_deref(), tenant: tenant.as_deref() };
    let diagnosis = diagnose(&file, &knowledge, request).map_err(Failure::usage)?;
    tell_diagnosis(&diagnosis, &arguments.judging)
}
