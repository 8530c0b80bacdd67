//! `catalog`: captures the catalog of a new version of Koku, shows what differs between two, lists those that there are.

use std::path::PathBuf;

use super::failure::Failure;
use super::output::{Format, say, tell};
use crate::catalog::{
    CaptureError, CaptureRequest, Catalog, CatalogDiff, CatalogError, CatalogFile, CatalogSummary, capture, look,
};
use crate::exit_code::ExitCode;
use crate::observer::database::DatabaseObserver;
use crate::project::Project;
use crate::secret::SecretUrl;

/// Capture what a Koku database must look like, and compare: a new version of Koku is a file
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Capture(Capture),
    Diff(Diff),
    List(List),
}

/// Capture a catalog from a database that is known to be good, and write its file; changes nothing in the database
#[derive(Debug, clap::Args)]
struct Capture {
    /// The database that is captured; its user must be able to read it all
    #[arg(long, env = "E2E_CATALOG_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    database_url: String,
    /// The catalog's name, such as koku-1a2b3c4-231: that is what profiles call it
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The tenant to capture; when not given, Koku's template schema, or else the first tenant that holds no data
    #[arg(long, value_name = "SCHEMA")]
    tenant: Option<String>,
    /// The commit of the Koku that migrated the database
    #[arg(long, value_name = "COMMIT")]
    koku_commit: Option<String>,
    /// The folder of the file, instead of the project's fixtures/catalogs
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// Show what differs between two catalogs, or between a catalog and a database: exit code 0 for nothing, 1 for something
#[derive(Debug, clap::Args)]
struct Diff {
    /// A catalog, by its name or its file
    left: String,
    /// Another one
    right: Option<String>,
    /// A database to compare with, where no second catalog is named
    #[arg(long, env = "E2E_CATALOG_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    database_url: Option<String>,
    /// The tenant of that database
    #[arg(long, value_name = "SCHEMA")]
    tenant: Option<String>,
    /// The form of the output
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

/// List the catalogs that there are
#[derive(Debug, clap::Args)]
struct List {
    /// The form of the output
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

/// Why a catalog has no such name.
#[derive(Debug, thiserror::Error)]
enum NoName {
    #[error(
        "{0:?} is no name for a catalog: koku- and then letters, digits, `-`, `_` and `.`, such as koku-1a2b3c4-231"
    )]
    Form(String),
    #[error("{0:?} is no commit: from 7 to 40 hexadecimal digits")]
    Commit(String),
}

/// Does what the word after `catalog` says.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    match &arguments.command {
        Command::Capture(arguments) => run_capture(arguments),
        Command::Diff(arguments) => run_diff(arguments),
        Command::List(arguments) => run_list(arguments),
    }
}

fn run_capture(arguments: &Capture) -> Result<ExitCode, Failure> {
    let fixtures = Project::find().fixtures();
    named_well(arguments).map_err(Failure::usage)?;
    let folder = arguments.output.clone().unwrap_or_else(|| fixtures.join("catalogs"));
    CatalogFile::ensure_free(&folder, &arguments.name).map_err(Failure::usage)?;
    let names = Catalog::names(&fixtures).map_err(Failure::usage)?;
    let known: Result<Vec<CatalogFile>, CatalogError> =
        names.iter().map(|name| CatalogFile::load(&fixtures, name)).collect();
    let known = known.map_err(Failure::usage)?;
    let request = CaptureRequest {
        name: arguments.name.clone(),
        tenant: arguments.tenant.clone(),
        koku_commit: arguments.koku_commit.clone(),
    };
    let captured = observing(&arguments.database_url, async |observer| capture(observer, &request, &known).await)?;
    let path = captured.write(&folder).map_err(Failure::could_not_tell)?;
    say(&format!("{}\nwritten to {}", listed(&captured.summary()), path.display()));
    tell("a profile takes it by its name: `catalog:` under `database:` in fixtures/profiles");
    Ok(ExitCode::AsExpected)
}

fn named_well(arguments: &Capture) -> Result<(), NoName> {
    let name = &arguments.name;
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    if name.strip_prefix("koku-").is_none_or(|rest| rest.is_empty() || !rest.chars().all(is_plain)) {
        return Err(NoName::Form(name.clone()));
    }
    let is_commit =
        |commit: &&String| (7..=40).contains(&commit.len()) && commit.chars().all(|digit| digit.is_ascii_hexdigit());
    match &arguments.koku_commit {
        Some(commit) if !is_commit(&commit) => Err(NoName::Commit(commit.clone())),
        _ => Ok(()),
    }
}

fn run_diff(arguments: &Diff) -> Result<ExitCode, Failure> {
    let fixtures = Project::find().fixtures();
    let left = CatalogFile::find(&fixtures, &arguments.left).map_err(Failure::usage)?;
    let right = match (&arguments.right, &arguments.database_url) {
        (Some(right), _) => CatalogFile::find(&fixtures, right).map_err(Failure::usage)?,
        (None, Some(url)) => observing(url, async |observer| look(observer, arguments.tenant.as_deref()).await)?,
        (None, None) => return Err(Failure::usage("name a second catalog, or a database with --database-url")),
    };
    let diff = CatalogDiff::of(&left, &right);
    match arguments.format {
        Format::Human => say(&diff.to_text()),
        Format::Json => say(&serde_json::to_string_pretty(&diff).map_err(Failure::could_not_tell)?),
    }
    Ok(if diff.is_same() { ExitCode::AsExpected } else { ExitCode::Findings })
}

fn run_list(arguments: &List) -> Result<ExitCode, Failure> {
    let fixtures = Project::find().fixtures();
    let names = Catalog::names(&fixtures).map_err(Failure::usage)?;
    let files: Result<Vec<CatalogFile>, CatalogError> =
        names.iter().map(|name| CatalogFile::load(&fixtures, name)).collect();
    let summaries: Vec<CatalogSummary> = files.map_err(Failure::usage)?.iter().map(CatalogFile::summary).collect();
    match arguments.format {
        Format::Human => say(&summaries.iter().map(listed).collect::<Vec<_>>().join("\n")),
        Format::Json => say(&serde_json::to_string_pretty(&summaries).map_err(Failure::could_not_tell)?),
    }
    Ok(if summaries.is_empty() { ExitCode::NothingRan } else { ExitCode::AsExpected })
}

fn listed(summary: &CatalogSummary) -> String {
    format!(
        "{}: Koku {}, {} tables in public, {} in a tenant ({} reporting), {} migrations; {} on PostgreSQL {}",
        summary.name,
        summary.koku_commit,
        summary.public_tables,
        summary.tenant_tables,
        summary.reporting_tables,
        summary.migrations,
        if summary.captured { "captured" } else { "measured" },
        summary.server_version
    )
}

/// Looks at a database. One that is not good is a finding; one that cannot be looked at, or is changed meanwhile, is not known.
fn observing(
    url: &str,
    looking: impl AsyncFnOnce(&DatabaseObserver) -> Result<CatalogFile, CaptureError>,
) -> Result<CatalogFile, Failure> {
    let url = SecretUrl::parse(url).map_err(Failure::usage)?;
    if !["postgres", "postgresql"].contains(&url.url().scheme()) {
        return Err(Failure::usage("--database-url is not of the form postgres://user:password@host:port/name"));
    }
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::could_not_tell)?;
    let seen = runtime.block_on(async {
        let observer = DatabaseObserver::connect(&url).await.map_err(CaptureError::from)?;
        let seen = looking(&observer).await;
        observer.close().await;
        seen
    });
    seen.map_err(|error| match error {
        CaptureError::Observe(_) | CaptureError::Changed => Failure::could_not_tell(error),
        CaptureError::NoSuchTenant { .. } => Failure::usage(error),
        _ => Failure::findings(error),
    })
}
