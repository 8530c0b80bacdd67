//! What is kept of a trial that did not end as expected, before it is unmade.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::catalog::Catalog;
use crate::diagnosis;
use crate::error::chain;
use crate::event::TrialId;
use crate::observer::database::DatabaseObserver;
use crate::outlook::Grace;
use crate::profile::Profile;
use crate::target::Endpoints;

/// How long the database may take to be looked at once more.
const ALLOWED: Duration = Duration::from_secs(15);

/// Writes the facts of the trial's database below the run's folder. Gives the file, relative to that folder.
pub(super) async fn collect(
    folder: &Path,
    trial: &TrialId,
    endpoints: &Endpoints,
    catalog: &Catalog,
) -> Result<PathBuf, String> {
    let looking = async {
        let url = endpoints.observer.url().await.map_err(|error| error.0)?;
        let observer = DatabaseObserver::connect(&url).await.map_err(|error| chain(&error))?;
        observer.observe(&catalog.seeded_tables()).await.map_err(|error| chain(&error))
    };
    let facts = tokio::time::timeout(ALLOWED, looking)
        .await
        .map_err(|_| format!("the database did not answer within {} s", ALLOWED.as_secs()))??;
    let facts = serde_json::to_value(facts).map_err(|error| chain(&error))?;
    write(folder, trial, &facts).map_err(|error| chain(&error))
}

/// How long the cluster may take to tell all of a release.
const RELEASE_ALLOWED: Duration = Duration::from_secs(20);

/// Writes what there is of the trial's release below the run's folder, where it has one: the facts, and a page for people. Gives the files,
/// relative to that folder.
pub(super) async fn collect_release(
    folder: &Path,
    trial: &TrialId,
    endpoints: &Endpoints,
    profile: &Profile,
) -> Result<Vec<PathBuf>, String> {
    let Some(release) = &endpoints.release else { return Ok(Vec::new()) };
    let evidence = release.evidence(RELEASE_ALLOWED).await;
    let page = diagnosis::release_page(&evidence, &Grace::of(profile));
    let facts = serde_json::to_vec_pretty(&evidence).map_err(|error| chain(&error))?;
    let page = write_file(folder, trial, "release.txt", page.as_bytes());
    let facts = write_file(folder, trial, "release.json", &facts);
    [page, facts].into_iter().collect::<std::io::Result<_>>().map_err(|error| chain(&error))
}

fn write(folder: &Path, trial: &TrialId, facts: &Value) -> std::io::Result<PathBuf> {
    write_file(folder, trial, "database.json", &serde_json::to_vec_pretty(facts)?)
}

fn write_file(folder: &Path, trial: &TrialId, name: &str, bytes: &[u8]) -> std::io::Result<PathBuf> {
    let file = Path::new("evidence").join(format!("{}.{name}", trial.file_stem()));
    std::fs::create_dir_all(folder.join("evidence"))?;
    std::fs::write(folder.join(&file), bytes)?;
    Ok(file)
}
