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
