//! The command line as a whole.

use std::ffi::OsString;

use clap::{CommandFactory, Parser, Subcommand};

use super::failure::Failure;
use super::output::{say, tell};
use super::{
    catalog, checks, completions, contract, doctor, explain, facts, installed, judge, list, plan, post_render, report,
    run, schema, sweep,
};
use crate::exit_code::ExitCode;
use crate::run::Runner;

/// Proves that a Cost Management chart provisions its tenants, and that a provider's data becomes the right numbers.
#[derive(Debug, Parser)]
#[command(name = "e2e-validate", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Write without colour, as with `NO_COLOR=1`
    #[arg(long, global = true)]
    no_color: bool,
}

/// What the command can do. A later issue adds `gate` here.
#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Arguments),
    Plan(plan::Arguments),
    List(list::Arguments),
    Doctor(doctor::Arguments),
    Facts(facts::Arguments),
    Judge(judge::Arguments),
    Checks(checks::Arguments),
    Explain(explain::Arguments),
    Report(report::Arguments),
    Sweep(sweep::Arguments),
    Contract(contract::Arguments),
    Catalog(catalog::Arguments),
    Schema(schema::Arguments),
    Completions(completions::Arguments),
    #[command(hide = true)]
    PostRender(post_render::Arguments),
}

const EXIT_CODES: &str = "\
Exit codes:
    0  as expected
    1  findings: something is not as expected
    2  bad usage, or a bad file
    3  something could not be run or observed
    4  nothing ran
  130  interrupted";

/// The command line as clap knows it, for completions and help.
#[must_use]
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Carries out a command line, and says what the process has to end with. Trials are carried out by `runner`.
pub fn execute(arguments: impl IntoIterator<Item = OsString>, runner: &dyn Runner) -> ExitCode {
    let arguments = installed::spelled_out(arguments.into_iter().collect());
    let done = match Arguments::try_parse_from(&arguments) {
        Ok(parsed) => carry_out(parsed, &arguments, runner),
        Err(answer) => return answered(&answer),
    };
    done.unwrap_or_else(|failure| {
        tell(&failure.to_string());
        failure.code
    })
}

fn carry_out(parsed: Arguments, typed: &[OsString], runner: &dyn Runner) -> Result<ExitCode, Failure> {
    let no_color = parsed.no_color;
    match parsed.command {
        Command::Run(arguments) => run::run(&arguments, typed, no_color, runner),
        Command::Plan(arguments) => plan::run(&arguments, runner.checks()),
        Command::List(arguments) => list::run(&arguments, runner.checks()),
        Command::Doctor(arguments) => doctor::run(&arguments),
        Command::Facts(arguments) => facts::run(&arguments),
        Command::Judge(arguments) => judge::run(&arguments),
        Command::Checks(arguments) => checks::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Sweep(arguments) => sweep::run(&arguments),
        Command::Report(arguments) => report::run(&arguments, no_color),
        Command::Contract(arguments) => contract::run(&arguments),
        Command::Catalog(arguments) => catalog::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::PostRender(arguments) => post_render::run(&arguments),
        Command::Completions(arguments) => Ok(completions::run(&arguments)),
    }
}

/// What clap answers itself: help and version on the one hand, errors on the other.
fn answered(answer: &clap::Error) -> ExitCode {
    let text = answer.render().to_string();
    if answer.use_stderr() {
        tell(&text);
        ExitCode::Usage
    } else {
        say(&text);
        ExitCode::AsExpected
    }
}
