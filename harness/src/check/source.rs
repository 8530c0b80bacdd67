//! A source, as the Sources API tells it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::case::SourceCase;
use super::expectation::Capabilities;
use super::finding::Severity;
use super::form::{Applies, Check, Deviation, Group, Judge, Judgement};
use super::sql;
use crate::fact::sources::SourceFacts;
use crate::profile::SourcesDialect;

const CREATED: u16 = 201;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "source-misreported",
        group: Group::Provider,
        severity: Severity::Required,
        summary: "the reply says what became of the source: no success where nothing was made, none but success where it was",
        presupposes: &[],
        applies: asked,
        judge: Judge::Source(source_misreported),
    },
    Check {
        id: "source-refused",
        group: Group::Provider,
        severity: Severity::Required,
        summary: "the Sources API made the source: status 201 and an id",
        presupposes: &["source-misreported"],
        applies: asked,
        judge: Judge::Source(source_refused),
    },
    Check {
        id: "source-slow",
        group: Group::Provider,
        severity: Severity::Required,
        summary: "the Sources API answered before anything in front of it gives up",
        presupposes: &["source-refused"],
        applies: asked,
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

const fn asked(capabilities: Capabilities) -> Applies {
    if capabilities.sources_asked { Applies::Yes } else { Applies::No("nobody asks the Sources API about each source") }
}

const fn keeps_applications(capabilities: Capabilities) -> Applies {
    if capabilities.source_applications {
        asked(capabilities)
    } else {
        Applies::No("this chart's Sources API keeps no applications")
    }
}

fn source_misreported(case: &SourceCase<'_>) -> Judgement {
    let not_made = case.facts.empty_list.then(|| listed(case));
    Judgement::one(not_made.or_else(|| unreported(case)))
}

/// A list without entries, where a source had to be.
fn listed(case: &SourceCase<'_>) -> Deviation {
    let SourceCase { facts, provider } = case;
    let schema = &provider.schema;
    let (brought_about, remedy) = match provider.dialect {
        SourcesDialect::Koku => (
            format!(
                "while an org has no tenant, Koku answers any failure like this: another org's source was being made at the same moment, an \
                 empty schema {schema} is in the way, or the request took longer than Koku allows"
            ),
            format!(
                "send the request again when no other source is being made; where it is answered so again, and that schema is there and \
                 empty: DROP SCHEMA {}; and send it once more",
                sql::identifier(schema)
            ),
        ),
        SourcesDialect::Platform => (
            "something in front of the Sources API answered for it, or redirected the request, which made of it one for the list".to_owned(),
            "send the request to the Sources API itself, by its own scheme, host and path, so that nothing has to redirect it".to_owned(),
        ),
    };
    Deviation {
        place: Some(facts.request.clone()),
        expected: format!("{CREATED} and the id of source {}", provider.name),
        observed: format!("{} and an empty list; nothing was made", status(facts)),
        cause: brought_about,
        remedy,
        drift: None,
    }
}

/// Anything else but its id, where the source is there.
fn unreported(case: &SourceCase<'_>) -> Option<Deviation> {
    let SourceCase { facts, provider } = case;
    let unreported = facts.unreported.as_ref().filter(|unreported| !unreported.late)?;
    Some(Deviation {
        place: Some(facts.request.clone()),
        expected: format!("{CREATED} and the id of source {}", provider.name),
        observed: format!("it {}; the source is there, id {}", unreported.problem, facts.id.as_deref().unwrap_or("?")),
        cause: "the Sources API made the source, and its reply was lost or replaced on the way: by a gateway, or since the API was \
                restarted"
            .to_owned(),
        remedy: format!(
            "do not send the request again: source {} is there; see what the log of the gateway in front of the Sources API says",
            provider.name
        ),
        drift: None,
    })
}

/// The reply's status, in words.
fn status(facts: &SourceFacts) -> String {
    facts.status.map_or_else(|| "no status".to_owned(), |status| status.to_string())
}

fn source_slow(case: &SourceCase<'_>) -> Judgement {
    let SourceCase { facts, provider } = case;
    let allowed = provider.reply_within;
    let late = facts.unreported.as_ref().is_some_and(|unreported| unreported.late);
    let slow = facts.elapsed_ms.map(Duration::from_millis).filter(|elapsed| late || *elapsed > allowed);
    Judgement::one(slow.map(|elapsed| Deviation {
        place: Some(facts.request.clone()),
        expected: format!("an answer within {:.1} s", allowed.as_secs_f64()),
        observed: match (late, elapsed.as_secs_f64()) {
            (true, elapsed) => format!("no answer within {elapsed:.1} s; the source is there"),
            (false, elapsed) => format!("{CREATED} after {elapsed:.1} s"),
        },
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
    let made = facts.id.is_some() && (facts.status == Some(CREATED) || facts.unreported.is_some());
    Judgement::one((!made).then(|| Deviation {
        place: Some(facts.request.clone()),
        expected: format!("{CREATED} and the id of source {}", provider.name),
        observed: format!("{}: {}", status(facts), facts.body),
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
