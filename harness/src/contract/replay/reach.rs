//! Whether the services answer at all: otherwise every case would differ, and say nothing.

use reqwest::Client;
use url::Url;

use crate::contract::error::ContractError;
use crate::contract::system::System;

/// Asks each service once; any reply will do.
pub(super) async fn must_answer(client: &Client, system: &System) -> Result<(), ContractError> {
    let apis = system.processes.values().map(|url| ("the API", url));
    for (service, url) in apis.chain(system.upload.iter().map(|url| ("the ingress", url))) {
        client.get(url.clone()).send().await.map_err(|error| unreachable(service, url, &error))?;
    }
    for pool in system.watcher.iter().chain(&system.administrator) {
        let asked = sqlx::query("SELECT 1").execute(pool).await;
        asked.map_err(|source| ContractError::Database { purpose: "reached", source })?;
    }
    Ok(())
}

/// The error of a service that does not answer.
pub(super) fn unreachable(service: &'static str, url: &Url, error: &reqwest::Error) -> ContractError {
    let mut shown = url.clone();
    // A URL without a host has neither.
    let _ = shown.set_password(None);
    let _ = shown.set_username("");
    let mut reason: &dyn std::error::Error = error;
    while let Some(cause) = reason.source() {
        reason = cause;
    }
    ContractError::Unreachable { service, url: shown.to_string(), reason: reason.to_string() }
}
