//! A source, as the Sources API tells it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::case::SourceCase;
use super::expectation::Capabilities;
use super::finding::Severity;
use super::form::{Applies, Check, Deviation, Group, Judge, Judgement, always};
use super::sql;
use crate::profile::{SourcesDialect, TenantMaker};

const CREATED: u16 = 201;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "source-misreported",
        group: Group::Provider,
        severity: Severity::Required,
        summary: "a source that was not made is not reported as a success",
        presupposes: &[],
        applies: makes_tenants,
        judge: Judge::Source(source_misreported),
    },
    Check {
        id: "source-refused",
        group: Group::Provider,
        severity: Severity::Required,
        summary: "the Sources API made the source: status 201 and an id",
        presupposes: &["source-misreported"],
        applies: always,
        judge: Judge::Source(source_refused),
    },
    Check {
        id: "source-slow",
        group: Group::Provider,
        severity: Severity::Required,
        summary: "the Sources API answered before anything in front of it gives up",
        presupposes: &["source-refused"],
        applies: always,
        judge: Judge::Source(source_slow),
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

const fn makes_tenants(capabilities: Capabilities) -> Applies {
    match capabilities.tenant_maker {
        TenantMaker::FirstSource => Applies::Yes,
        TenantMaker::BootstrapJob => Applies::No("this chart's Sources API makes no tenants"),
    }
}

fn source_misreported(case: &SourceCase<'_>) -> Judgement {
    let SourceCase { facts, provider } = case;
    let schema = &provider.schema;
    Judgement::one(facts.empty_list.then(|| Deviation {
        place: Some(facts.request.clone()),
        expected: format!("{CREATED} and the id of source {}", provider.name),
        observed: format!("{} and an empty list; nothing was made", facts.status),
        cause: format!(
            "while an org has no tenant, Koku answers any failure like this: another org's source was being made at the same moment, an \
             empty schema {schema} is in the way, or the request took longer than Koku allows"
        ),
        remedy: format!(
            "send the request again when no other source is being made; where it is answered so again, and that schema is there and \
             empty: DROP SCHEMA {}; and send it once more",
            sql::identifier(schema)
        ),
        drift: None,
    }))
}

fn source_slow(case: &SourceCase<'_>) -> Judgement {
    let SourceCase { facts, provider } = case;
    let allowed = provider.reply_within;
    let slow = facts.elapsed_ms.map(Duration::from_millis).filter(|elapsed| *elapsed > allowed);
    Judgement::one(slow.map(|elapsed| Deviation {
        place: Some(facts.request.clone()),
        expected: format!("an answer within {:.1} s", allowed.as_secs_f64()),
        observed: format!("{CREATED} after {:.1} s", elapsed.as_secs_f64()),
        cause: match provider.dialect {
            SourcesDialect::Koku => {
                "the first source of a database has Koku make its template schema, by all migrations; a gateway in front of it cuts such a \
                 request off and sends it again, while Koku goes on"
            }
            SourcesDialect::Platform => "the Sources API or its database is overloaded; a gateway in front of it cuts such a request off",
        }
        .to_owned(),
        remedy: match provider.dialect {
            SourcesDialect::Koku => {
                "make the first source past the gateway, at Koku itself, or have the gateway allow a try several minutes; later ones take \
                 less than a second"
            }
            SourcesDialect::Platform => "see what the Sources API waits for, in its log and in pg_stat_activity of its database",
        }
        .to_owned(),
        drift: None,
    }))
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
        drift: None,
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
        drift: None,
    }))
}

/// What an application carries, in words.
fn carried(extra: &BTreeMap<String, String>) -> String {
    let entries: Vec<String> = extra.iter().map(|(key, value)| format!("{key} {value}")).collect();
    if entries.is_empty() { String::new() } else { format!(" with extra {}", entries.join(", ")) }
}
