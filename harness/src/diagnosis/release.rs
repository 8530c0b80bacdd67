//! A release, as a page for people.

use std::fmt::{Display, Write as _};

use chrono::{DateTime, Utc};

use crate::fact::release::{ContainerState, JobState, ReleaseEvidence, ReleaseFacts};
use crate::outlook::{Grace, hindrances};

/// What there is of a release, the first cause first.
#[must_use]
pub fn release_page(evidence: &ReleaseEvidence, grace: &Grace) -> String {
    let facts = &evidence.facts;
    let status = facts.status.as_deref().unwrap_or("not known to Helm");
    let mut page = format!("release {} in namespace {}: {status}\n", facts.release, facts.namespace);
    let causes = hindrances(facts, grace, facts.observed_at);
    section(&mut page, "first cause", causes.first().into_iter());
    section(&mut page, "further causes", causes.iter().skip(1));
    section(&mut page, "what could not be had", evidence.missing.iter());
    section(
        &mut page,
        "revisions",
        evidence
            .history
            .iter()
            .map(|one| format!("{} {} ({}): {}", one.revision, one.status, one.deployed, one.description)),
    );
    section(&mut page, "values", serde_yaml::to_string(&evidence.values).iter().flat_map(|text| text.lines()));
    objects(&mut page, facts);
    section(
        &mut page,
        "events",
        facts.events.iter().map(|event| {
            let warning = if event.is_warning { "warning " } else { "" };
            format!(
                "{} {} {warning}{} (x{}): {}",
                clock(event.last),
                event.object,
                event.reason,
                event.count,
                event.message
            )
        }),
    );
    for log in &evidence.logs {
        let previous = if log.is_previous { ", before it was started again" } else { "" };
        let title = format!("log of container {} of pod {}{previous}", log.container, log.pod);
        section(&mut page, &title, log.lines.iter());
    }
    page
}

fn objects(page: &mut String, facts: &ReleaseFacts) {
    section(
        page,
        "workloads",
        facts.workloads.iter().map(|one| format!("{}/{}: {}/{} ready", one.kind, one.name, one.ready, one.desired)),
    );
    section(
        page,
        "jobs",
        facts.jobs.iter().map(|job| {
            let state = match &job.state {
                JobState::Running => "runs".to_owned(),
                JobState::Complete => "complete".to_owned(),
                JobState::Failed { reason, message } => format!("failed ({reason}): {message}"),
            };
            format!(
                "{} {}: {state}, {} to {}",
                if job.is_hook { "hook" } else { "job" },
                job.name,
                clock(job.started),
                clock(job.ended)
            )
        }),
    );
    let claim = |class: &Option<String>| class.clone().unwrap_or_else(|| "none".to_owned());
    section(
        page,
        "claims",
        facts
            .claims
            .iter()
            .map(|one| format!("{}: {}, storage class {}", one.name, one.phase, claim(&one.storage_class))),
    );
    section(
        page,
        "pods",
        facts.pods.iter().flat_map(|pod| {
            let ready = if pod.ready { "ready" } else { "not ready" };
            let containers = pod.containers.iter().map(|one| {
                format!("  {}: {}, {} restarts, image {}", one.name, state(&one.state), one.restarts, one.image)
            });
            std::iter::once(format!("{}: {}, {ready}", pod.name, pod.phase)).chain(containers).collect::<Vec<_>>()
        }),
    );
}

fn state(state: &ContainerState) -> String {
    match state {
        ContainerState::Waiting { reason, message } if message.is_empty() => format!("waits ({reason})"),
        ContainerState::Waiting { reason, message } => format!("waits ({reason}: {message})"),
        ContainerState::Running { since } => format!("runs since {}", clock(*since)),
        ContainerState::Ended(end) => format!("ended with exit code {} at {}", end.exit_code, clock(end.at)),
    }
}

fn clock(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| "-".to_owned(), |at| at.format("%H:%M:%S").to_string())
}

/// A part of the page; none where there is nothing to tell.
fn section(page: &mut String, title: &str, lines: impl Iterator<Item = impl Display>) {
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return;
    }
    // Writing to a text cannot fail.
    let _ = writeln!(page, "\n{title}");
    for line in lines {
        let _ = writeln!(page, "  {line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without the facts' own times a page is the same at any time.
    const EVIDENCE: &str = r#"
facts:
  namespace: cost
  release: cost
  observed_at: "2026-01-01T12:01:00Z"
  status: failed
  chart: { hooks: [], probes: [], waits: false }
  workloads: [{ kind: Deployment, name: api, desired: 1, ready: 0 }]
  jobs:
    - { name: migrate, is_hook: true, state: complete, started: "2026-01-01T12:00:01Z", ended: "2026-01-01T12:00:09Z" }
    - { name: bootstrap, is_hook: true, state: !failed { reason: BackoffLimitExceeded, message: limit } }
  pods:
    - name: bootstrap-x
      owner: Job/bootstrap
      phase: Failed
      ready: false
      containers:
        - { name: koku, is_init: false, image: "fake:dev", ready: false, restarts: 0, state: !ended { exit_code: 3, reason: Error }, log: [asked to fail] }
    - name: api-1
      owner: Deployment/api
      phase: Running
      ready: false
      containers:
        - { name: koku, is_init: false, image: "fake:dev", ready: false, restarts: 0, state: !running { since: null }, log: [] }
  claims: [{ name: data-db-0, phase: Bound, storage_class: standard, class_exists: true }]
  events: [{ object: Pod/api-1, is_warning: true, reason: Unhealthy, message: "Readiness probe failed", count: 4, last: "2026-01-01T12:00:59Z" }]
history: [{ revision: 1, status: failed, description: "failed post-install", deployed: "2026-01-01T12:00:00Z" }]
values: { database: { password: "***" } }
logs: [{ pod: bootstrap-x, container: koku, is_previous: false, lines: [made tenants, asked to fail] }]
missing: ["the log of container koku of pod api-1: it did not come within 20 s"]
"#;

    #[test]
    fn a_page_begins_with_the_first_cause_and_says_what_is_missing() {
        let evidence: ReleaseEvidence = serde_yaml::from_str(EVIDENCE).expect("is evidence");
        let page = release_page(&evidence, &Grace::with_database("database"));
        insta::with_settings!({ snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"), prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!("cluster_release_page", page);
        });
    }
}
