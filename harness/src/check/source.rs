//! A source, as the Sources API tells it.

use std::collections::BTreeMap;

use super::case::SourceCase;
use super::expectation::Capabilities;
use super::finding::Severity;
use super::form::{Applies, Check, Deviation, Group, Judge, Judgement, always};

const CREATED: u16 = 201;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "source-refused",
        group: Group::Provider,
        severity: Severity::Required,
        summary: "the Sources API made the source: status 201 and an id",
        presupposes: &[],
        applies: always,
        judge: Judge::Source(source_refused),
    },
    Check {
        id: "application-missing",
        group: Group::Provider,
        severity: Severity::Required,
        summary: "the source has its Cost Management application, without which Koku never hears of it",
        presupposes: &["source-refused"],
        applies: keeps_applications,
        judge: Judge::Source(application_missing),
    },
];

const fn keeps_applications(capabilities: Capabilities) -> Applies {
    if capabilities.source_applications {
        Applies::Yes
    } else {
        Applies::No("this chart's Sources API keeps no applications")
    }
}

fn source_refused(case: &SourceCase<'_>) -> Judgement {
    let SourceCase { facts, provider } = case;
    let made = facts.status == CREATED && facts.id.is_some();
    Judgement::one((!made).then(|| Deviation {
        place: Some(facts.request.clone()),
        expected: format!("{CREATED} and the id of source {}", provider.name),
        observed: format!("{}: {}", facts.status, facts.body),
        cause: "the Sources API refused the source; its own words are the observed ones".to_owned(),
        remedy: "mend what the reply names, and send the request again under the same name".to_owned(),
    }))
}

fn application_missing(case: &SourceCase<'_>) -> Judgement {
    let SourceCase { facts, provider } = case;
    let applications = facts.applications.as_deref().unwrap_or_default();
    let cost = applications.iter().find(|application| application.type_name == provider.application_type);
    let wrong_extra = |extra: &BTreeMap<String, String>| {
        provider.application_extra.iter().any(|(key, value)| extra.get(key) != Some(value))
    };
    let observed = match cost {
        Some(application) if wrong_extra(&application.extra) => {
            format!("application {} with other extra:{}", application.id, carried(&application.extra))
        }
        Some(_) => return Judgement::one(None),
        None => format!("{} applications of other types", applications.len()),
    };
    let id = facts.id.as_deref().unwrap_or("?");
    let application = format!("{}{}", provider.application_type, carried(&provider.application_extra));
    Judgement::one(Some(Deviation {
        place: Some(format!("source {id}")),
        expected: format!("an application of type {application}"),
        observed,
        cause: "the source was made without its application; Koku makes the provider when it hears of the application"
            .to_owned(),
        remedy: format!("POST /applications with source_id {id} and the id of application type {application}"),
    }))
}

/// What an application carries, in words.
fn carried(extra: &BTreeMap<String, String>) -> String {
    let entries: Vec<String> = extra.iter().map(|(key, value)| format!("{key} {value}")).collect();
    if entries.is_empty() { String::new() } else { format!(" with extra {}", entries.join(", ")) }
}
