//! The last lines of containers' logs, fetched where something is wrong and kept: a container's log goes when its pod does.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, LogParams};

use crate::fact::release::{ContainerFact, ContainerState, PodFact};
use crate::redact::redact;

/// How many lines of one container are kept, and how long each may be.
const LINES: usize = 12;
const LONGEST_LINE: usize = 400;
/// More is not fetched of one container.
const BYTES: i64 = 64 << 10;
/// How long one log may take to come.
const ALLOWED: Duration = Duration::from_secs(2);

/// Which run of a container a log is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Which {
    restarts: i32,
    previous: bool,
    ended: bool,
}

/// Logs by pod and container.
#[derive(Default)]
pub(super) struct Logs(Mutex<Kept>);

type Kept = BTreeMap<(String, String), (Which, Vec<String>)>;

impl Logs {
    /// Adds what is kept to the containers of these pods.
    pub(super) fn add_to(&self, pods: &mut [PodFact]) {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for pod in pods {
            for container in &mut pod.containers {
                if let Some((_, lines)) = kept.get(&(pod.name.clone(), container.name.clone())) {
                    container.log.clone_from(lines);
                }
            }
        }
    }

    /// Fetches the logs of all containers that failed, and, where `all` is set, of those that run and are not ready, or run for a job.
    /// Gives whether any came.
    pub(super) async fn fetch(&self, api: &Api<Pod>, pods: &[PodFact], all: bool) -> bool {
        let mut wanted = Vec::new();
        for pod in pods {
            for container in &pod.containers {
                let is_kept = |which| self.has(&pod.name, &container.name, which);
                wanted.extend(
                    which(container, all).filter(|which| !is_kept(*which)).map(|which| (pod, container, which)),
                );
            }
        }
        let fetched = wanted.into_iter().map(|(pod, container, which)| self.fetch_one(api, pod, container, which));
        futures::future::join_all(fetched).await.into_iter().any(|came| came)
    }

    fn has(&self, pod: &str, container: &str, which: Which) -> bool {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // What a container that runs logs goes on.
        let is_over = which.ended || which.previous;
        is_over && kept.get(&(pod.to_owned(), container.to_owned())).is_some_and(|(kept, _)| *kept == which)
    }

    async fn fetch_one(&self, api: &Api<Pod>, pod: &PodFact, container: &ContainerFact, which: Which) -> bool {
        let asked = last_lines_of(&container.name, which.previous, LINES);
        // A log that does not come is missing in the facts, which say so by having none.
        let Ok(Ok(text)) = tokio::time::timeout(ALLOWED, api.logs(&pod.name, &asked)).await else { return false };
        let key = (pod.name.clone(), container.name.clone());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, (which, last_lines(&text)));
        true
    }
}

/// What is asked for of a container's log, or of the log of the one before it: no more than so many lines at its end.
pub(super) fn last_lines_of(container: &str, previous: bool, lines: usize) -> LogParams {
    LogParams {
        container: Some(container.to_owned()),
        previous,
        tail_lines: i64::try_from(lines).ok(),
        limit_bytes: Some(BYTES),
        ..LogParams::default()
    }
}

/// Which log shows what is wrong with a container; none where nothing is.
fn which(container: &ContainerFact, all: bool) -> Option<Which> {
    let restarts = container.restarts;
    match &container.state {
        ContainerState::Ended(end) if end.exit_code != 0 => Some(Which { restarts, previous: false, ended: true }),
        ContainerState::Waiting { .. } if container.last_ended.is_some() => {
            Some(Which { restarts, previous: true, ended: true })
        }
        ContainerState::Running { .. } if !container.ready && (all || restarts > 0) => {
            Some(Which { restarts, previous: restarts > 0, ended: false })
        }
        ContainerState::Running { .. } if all => Some(Which { restarts, previous: false, ended: false }),
        _ => None,
    }
}

fn last_lines(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let kept = lines.iter().skip(lines.len().saturating_sub(LINES));
    kept.map(|line| redact(line).chars().take(LONGEST_LINE).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept_without_their_passwords() {
        let text = (1..=20).map(|number| format!("line {number}\n")).collect::<Vec<_>>().join("\n")
            + "cannot reach postgres://koku:hunter2@db/koku\n"
            + &"x".repeat(1000);
        let lines = last_lines(&text);
        assert_eq!(lines.len(), LINES);
        assert_eq!(lines[LINES - 2], "cannot reach postgres://koku:***@db/koku");
        assert_eq!(lines[LINES - 1].len(), LONGEST_LINE);
    }
}
