//! What is kept of a trial that did not end as expected, before it is unmade.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::catalog::Catalog;
use crate::error::chain;
use crate::event::TrialId;
use crate::observer::database::DatabaseObserver;
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

fn write(folder: &Path, trial: &TrialId, facts: &Value) -> std::io::Result<PathBuf> {
    let file = Path::new("evidence").join(format!("{}.database.json", trial.file_stem()));
    std::fs::create_dir_all(folder.join("evidence"))?;
    std::fs::write(folder.join(&file), serde_json::to_vec_pretty(facts)?)?;
    Ok(file)
}
