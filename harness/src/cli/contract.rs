//! `contract`: replays what the real programs were seen to do.

use std::time::Duration;

use chrono::Utc;
use regex::Regex;

use super::contract_system::{OwnSystem, own_system};
use super::failure::Failure;
use super::output::{Format, say, tell};
use crate::cleanup::Cleanup;
use crate::contract::{Account, Dialect, Library, Rewriting, Suite, replay};
use crate::exit_code::ExitCode;
use crate::project::Project;
use crate::run_id::RunId;
use crate::target::local::{Options, Server, contract_system};

/// How long the unmaking of one system may take.
const CLEANUP_ALLOWED: Duration = Duration::from_secs(30);

/// Replay what the real Koku and Sources API were seen to do, against the fake or against a system that runs already
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Only the cases of this dialect
    #[arg(long, value_enum)]
    dialect: Option<Dialect>,
    /// Only the cases whose id matches this pattern, in which `*` stands for anything; cases before them are replayed too
    #[arg(long = "case", value_name = "PATTERN")]
    cases: Vec<String>,
    /// The form of the output
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    #[command(flatten)]
    system: OwnSystem,
}

/// Replays them, and tells the account.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let chosen = chosen(&arguments.cases)?;
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::could_not_tell)?;
    let account = runtime.block_on(account(arguments, &chosen))?;
    match arguments.format {
        Format::Human => say(&account.to_text()),
        Format::Json => say(&serde_json::to_string_pretty(&account).map_err(Failure::could_not_tell)?),
    }
    let tally = account.tally();
    if tally.differ > 0 {
        return Ok(ExitCode::Findings);
    }
    Ok(if tally.kept == 0 { ExitCode::NothingRan } else { ExitCode::AsExpected })
}

async fn account(arguments: &Arguments, chosen: &(dyn Fn(&str) -> bool + Sync)) -> Result<Account, Failure> {
    let folder = Project::find().fixtures().join("contract");
    let given = own_system(&arguments.system)?;
    let rewriting = given.as_ref().map_or_else(Rewriting::none, |system| system.rewriting.clone());
    let library = Library::new(folder, rewriting);
    let wanted = |dialect: &Dialect| arguments.dialect.is_none_or(|wanted| wanted == *dialect);
    let mut suites = Vec::new();
    for dialect in [Dialect::Platform, Dialect::Koku].iter().filter(|dialect| wanted(dialect)) {
        suites.extend(library.suites(*dialect).map_err(Failure::usage)?);
    }
    suites.retain(|suite| suite.cases().iter().any(|case| chosen(&case.id)));
    if suites.is_empty() {
        return Err(Failure::nothing_ran("no case has such an id; `--case '*'` names them all"));
    }
    let mut account = Account::default();
    if let Some(given) = given {
        for suite in &suites {
            let Some(system) = given.for_suite(suite) else { continue };
            account.suites.push(replay(suite, &system, chosen).await.map_err(Failure::could_not_tell)?);
        }
    } else {
        let options = Options::from_environment(RunId::new(Utc::now())).map_err(Failure::usage)?;
        let server = Server::acquire(&options).await.map_err(Failure::could_not_tell)?;
        for suite in &suites {
            account.suites.push(on_fresh_system(&server, suite, chosen).await?);
        }
    }
    Ok(account)
}

/// Replays a suite on a fresh system of the local target.
async fn on_fresh_system(
    server: &Server,
    suite: &Suite,
    chosen: &(dyn Fn(&str) -> bool + Sync),
) -> Result<crate::contract::SuiteAccount, Failure> {
    let cleanup = Cleanup::new(CLEANUP_ALLOWED);
    let replayed = match contract_system(server, suite, &cleanup).await {
        Ok(system) => replay(suite, &system, chosen).await.map_err(Failure::could_not_tell),
        Err(error) => Err(Failure::could_not_tell(error)),
    };
    for leftover in cleanup.run().await {
        tell(&format!("left behind: {}: {}", leftover.what, leftover.why));
    }
    replayed
}

/// Whether a case is chosen: by any of the patterns, or all where there is none.
fn chosen(patterns: &[String]) -> Result<impl Fn(&str) -> bool + Sync, Failure> {
    let patterns: Vec<Regex> = patterns
        .iter()
        .map(|pattern| Regex::new(&format!("^{}$", regex::escape(pattern).replace(r"\*", ".*"))))
        .collect::<Result<_, _>>()
        .map_err(Failure::usage)?;
    Ok(move |id: &str| patterns.is_empty() || patterns.iter().any(|pattern| pattern.is_match(id)))
}
