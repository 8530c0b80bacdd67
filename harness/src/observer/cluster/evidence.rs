//! All that there is to know of a release, bounded in time and bytes, without secrets.

use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::api::Api;
use serde_json::Value;

use super::logs::last_lines_of;
use super::secret::StoredRelease;
use super::watch::ReleaseWatch;
use crate::error::chain;
use crate::fact::release::{ContainerState, LogFact, PodFact, ReleaseEvidence, RevisionFact};
use crate::redact::redact;

/// More lines are not kept of one log, and of no more logs.
const LINES: usize = 200;
const LOGS: usize = 40;

pub(super) async fn gather(watch: &ReleaseWatch, allowed: Duration) -> ReleaseEvidence {
    let facts = watch.explained().await;
    let mut missing = Vec::new();
    if let Err(error) = watch.inner.client.apiserver_version().await {
        missing.push(format!(
            "the cluster's API server does not answer, so that this is what it told last: {}",
            chain(&error)
        ));
    }
    let stored = watch.inner.kinds.releases.state();
    let mut stored: Vec<StoredRelease> = stored.iter().filter_map(|secret| StoredRelease::of(secret)).collect();
    stored.sort_by_key(|release| release.version);
    let values = stored.last().map_or(Value::Null, |newest| without_secrets("", &newest.config));
    let mut wanted = wanted(&facts.pods);
    if wanted.len() > LOGS {
        missing.push(format!("the logs of {} containers, which are too many", wanted.len() - LOGS));
        wanted.truncate(LOGS);
    }
    let logs = logs(&watch.inner.pods(), wanted, allowed, &mut missing).await;
    let history = stored.into_iter().map(|release| RevisionFact {
        revision: release.version,
        status: release.info.status,
        description: redact(&release.info.description).into_owned(),
        deployed: release.info.last_deployed,
    });
    ReleaseEvidence { facts, history: history.collect(), values, logs, missing }
}

/// Pod, container, and whether the one before is meant; those of jobs first, since their work is what fails most.
fn wanted(pods: &[PodFact]) -> Vec<(String, String, bool)> {
    let mut pods: Vec<&PodFact> = pods.iter().collect();
    pods.sort_by_key(|pod| !pod.owner.as_ref().is_some_and(|owner| owner.starts_with("Job/")));
    let mut wanted = Vec::new();
    for pod in pods {
        for container in &pod.containers {
            let of = |previous| (pod.name.clone(), container.name.clone(), previous);
            if container.restarts > 0 {
                wanted.push(of(true));
            }
            if !matches!(container.state, ContainerState::Waiting { .. }) {
                wanted.push(of(false));
            }
        }
    }
    wanted
}

async fn logs(
    api: &Api<Pod>,
    wanted: Vec<(String, String, bool)>,
    allowed: Duration,
    missing: &mut Vec<String>,
) -> Vec<LogFact> {
    let fetched = wanted.into_iter().map(|(pod, container, is_previous)| async move {
        let asked = last_lines_of(&container, is_previous, LINES);
        let what = format!("the log of container {container} of pod {pod}");
        match tokio::time::timeout(allowed, api.logs(&pod, &asked)).await {
            Ok(Ok(text)) => {
                let lines = text.lines().map(|line| redact(line).into_owned()).collect();
                Ok(LogFact { pod, container, is_previous, lines })
            }
            Ok(Err(error)) => Err(format!("{what}: {}", chain(&error))),
            Err(_) => Err(format!("{what}: it did not come within {} s", allowed.as_secs())),
        }
    });
    let mut logs = Vec::new();
    for log in futures::future::join_all(fetched).await {
        match log {
            Ok(log) => logs.push(log),
            Err(why) => missing.push(why),
        }
    }
    logs
}

/// Values without those whose name says that they are secret, and without passwords in texts.
fn without_secrets(key: &str, value: &Value) -> Value {
    let key = key.to_lowercase();
    let is_secret = ["password", "passwd", "token", "secretkey", "accesskey"].iter().any(|word| key.contains(word));
    match value {
        Value::Object(entries) => {
            entries.iter().map(|(key, value)| (key.clone(), without_secrets(key, value))).collect()
        }
        Value::Array(entries) => entries.iter().map(|entry| without_secrets(&key, entry)).collect(),
        Value::Null => Value::Null,
        _ if is_secret => Value::String("***".to_owned()),
        Value::String(text) => Value::String(redact(text).into_owned()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_lose_their_secrets_and_nothing_else() {
        let values = json!({
            "database": { "adminPassword": "hunter2", "name": "koku", "existingSecret": "db-credentials" },
            "urls": ["postgres://koku:hunter2@db/koku"],
            "accessKeys": ["hunter2"],
        });
        let shown = json!({
            "database": { "adminPassword": "***", "name": "koku", "existingSecret": "db-credentials" },
            "urls": ["postgres://koku:***@db/koku"],
            "accessKeys": ["***"],
        });
        assert_eq!(without_secrets("", &values), shown);
    }
}
