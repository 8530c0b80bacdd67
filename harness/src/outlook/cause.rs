//! Why something of a release cannot come, in one sentence.

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};

use crate::fact::release::{ContainerFact, ContainerState, EventFact, JobFact, PodFact, Termination};

/// Texts by which programs say that they do not reach their database (PostgreSQL's client, psycopg2, Rust's drivers).
const UNREACHABLE: &[&str] = &[
    "connection refused",
    "could not connect to server",
    "could not translate host name",
    "connection timed out",
    "the database system is starting up",
    "database is not reachable",
    "failed to lookup address",
];

/// Why something of a release cannot come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The workload, job or claim that it keeps from being done, as `Kind/name`.
    pub of: String,
    /// The object that shows it, as `Kind/name`.
    pub object: String,
    /// In one sentence, without its full stop.
    pub sentence: String,
    /// Lines of a log that show it.
    pub log: Vec<String>,
    /// Whether it is only that a readiness probe has not succeeded, whose cause may be elsewhere.
    pub is_probe: bool,
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.sentence)
    }
}

impl Cause {
    fn of_pod(pod: &PodFact, sentence: String) -> Self {
        let object = format!("Pod/{}", pod.name);
        Self {
            of: pod.owner.clone().unwrap_or_else(|| object.clone()),
            object,
            sentence,
            log: Vec::new(),
            is_probe: false,
        }
    }

    pub(super) fn image(pod: &PodFact, container: &ContainerFact, why: &str) -> Self {
        let ContainerFact { name, image, .. } = container;
        Self::of_pod(pod, format!("pod {}: image {image} of container {name} cannot be pulled: {why}", pod.name))
    }

    pub(super) fn image_name(pod: &PodFact, container: &ContainerFact) -> Self {
        let ContainerFact { name, image, .. } = container;
        Self::of_pod(pod, format!("pod {}: image {image:?} of container {name} is no valid name of an image", pod.name))
    }

    pub(super) fn image_absent(pod: &PodFact, container: &ContainerFact) -> Self {
        let ContainerFact { name, image, .. } = container;
        let sentence = format!(
            "pod {}: image {image} of container {name} is not on the node, and its pull policy is Never",
            pod.name
        );
        Self::of_pod(pod, sentence)
    }

    pub(super) fn configuration(pod: &PodFact, container: &ContainerFact, reason: &str, message: &str) -> Self {
        Self::of_pod(
            pod,
            format!("pod {}: container {} cannot be made ({reason}): {message}", pod.name, container.name),
        )
    }

    pub(super) fn crash(pod: &PodFact, container: &ContainerFact) -> Self {
        let times = match container.restarts {
            0 => "and is not started again".to_owned(),
            1 => "and was started again once".to_owned(),
            many => format!("and was started again {many} times"),
        };
        let kind = if container.is_init { "init container" } else { "container" };
        let sentence = format!("pod {}: {kind} {} ended {}, {times}", pod.name, container.name, end(container));
        Self { log: container.log.clone(), ..Self::of_pod(pod, sentence) }
    }

    pub(super) fn unschedulable(pod: &PodFact, why: &str) -> Self {
        Self::of_pod(pod, format!("pod {} finds no node: {why}", pod.name))
    }

    pub(super) fn probe(pod: &PodFact, event: Option<&EventFact>) -> Self {
        let said = event.map_or("its readiness probe has not succeeded yet", |event| event.message.as_str());
        let log = pod.containers.iter().find(|container| !container.ready).map(|container| container.log.clone());
        let sentence = format!("pod {} runs but is not ready: {}", pod.name, said.trim_end());
        Self { log: log.unwrap_or_default(), is_probe: true, ..Self::of_pod(pod, sentence) }
    }

    pub(super) fn claim_without_class(claim: &str, class: Option<&str>) -> Self {
        Self::of_claim(
            claim,
            match class {
                Some(class) => format!("claim {claim} wants storage class {class}, which the cluster does not have"),
                None => format!("claim {claim} names no storage class, and the cluster has no default one"),
            },
        )
    }

    pub(super) fn not_provisioned(claim: &str, why: &str) -> Self {
        Self::of_claim(claim, format!("claim {claim} cannot be provided: {why}"))
    }

    fn of_claim(claim: &str, sentence: String) -> Self {
        let object = format!("PersistentVolumeClaim/{claim}");
        Self { of: object.clone(), object, sentence, log: Vec::new(), is_probe: false }
    }

    /// The pods of a workload cannot be made, as an event tells.
    pub(super) fn no_pods(of: &str, event: &EventFact) -> Self {
        let sentence = if event.message.contains("exceeded quota") {
            format!("{of} gets no pod, since a quota is used up: {}", event.message)
        } else {
            format!("{of} gets no pod: {}", event.message)
        };
        Self { of: of.to_owned(), object: event.object.clone(), sentence, log: Vec::new(), is_probe: false }
    }

    /// A job failed; `pod` is its last one, where it is known.
    pub(super) fn job(job: &JobFact, reason: &str, message: &str, pod: Option<&PodFact>) -> Self {
        let object = format!("Job/{}", job.name);
        let hook = if job.is_hook { "hook job" } else { "job" };
        let failed =
            pod.and_then(|pod| pod.containers.iter().find(|container| code(container).is_some_and(|code| code != 0)));
        let why = match failed {
            Some(container) => format!("its container {} ended {}", container.name, end(container)),
            None => message.to_owned(),
        };
        Self {
            of: object.clone(),
            object,
            sentence: format!("{hook} {} failed ({reason}): {why}", job.name),
            log: failed.map(|container| container.log.clone()).unwrap_or_default(),
            is_probe: false,
        }
    }
}

/// How a container ended this time or the time before.
pub(super) fn ended(container: &ContainerFact) -> Option<&Termination> {
    match &container.state {
        ContainerState::Ended(termination) => Some(termination),
        _ => container.last_ended.as_ref(),
    }
}

fn code(container: &ContainerFact) -> Option<i32> {
    ended(container).map(|termination| termination.exit_code)
}

/// With which exit code and which last line it ended.
fn end(container: &ContainerFact) -> String {
    let mut text = match ended(container) {
        Some(Termination { exit_code, reason, .. }) if reason.is_empty() || reason == "Error" => {
            format!("with exit code {exit_code}")
        }
        Some(Termination { exit_code, reason, .. }) => format!("with exit code {exit_code} ({reason})"),
        None => "at a moment that is not known".to_owned(),
    };
    let last = container.log.iter().rev().find(|line| !line.trim().is_empty());
    if let Some(last) = last {
        // Writing to a text cannot fail.
        let _ = write!(text, ", its last line {:?}", last.trim());
    }
    let shows = |line: &String| UNREACHABLE.iter().any(|sign| line.to_lowercase().contains(sign));
    if container.log.iter().any(shows) {
        text += ", since the database is not reachable";
    }
    text
}
