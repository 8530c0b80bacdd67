//! `completions`: what a shell needs to complete our words.

use clap_complete::Shell;

use super::command::command;
use super::output::say;
use crate::exit_code::ExitCode;

/// Print what a shell needs to complete commands and options
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The shell
    shell: Shell,
}

/// Prints them.
pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let mut command = command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, name, &mut script);
    say(&String::from_utf8_lossy(&script));
    ExitCode::AsExpected
}
