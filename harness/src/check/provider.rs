//! A provider, as Koku's database has it.

use std::collections::BTreeMap;

use super::case::ProviderCase;
use super::finding::Severity;
use super::form::{Check, Deviation, Group, Judge, Judgement, always};
use super::sql;
use crate::fact::database::ProviderRow;
use crate::profile::SourcesDialect;

const fn check(
    id: &'static str,
    summary: &'static str,
    presupposes: &'static [&'static str],
    judge: fn(&ProviderCase<'_>) -> Judgement,
) -> Check {
    let (group, severity) = (Group::Provider, Severity::Required);
    Check { id, group, severity, summary, presupposes, applies: always, judge: Judge::Provider(judge) }
}

pub(super) const CHECKS: &[Check] = &[
    check(
        "provider-in-wrong-tenant",
        "the provider belongs to the tenant whose source it is",
        &["source-refused", "application-missing", "customer-missing"],
        in_wrong_tenant,
    ),
    check("provider-missing", "api_provider has the source's provider", &["provider-in-wrong-tenant"], missing),
    check("provider-duplicated", "a source has one provider, not two", &["provider-missing"], duplicated),
    check("source-missing", "api_sources has the source of the provider", &["provider-duplicated"], source_missing),
    check("provider-inactive", "the provider is active and not paused", &["provider-missing"], inactive),
    check(
        "credentials-differ",
        "the provider has the source's credentials and billing source",
        &["provider-missing"],
        credentials,
    ),
];

/// The provider that is meant: by its source's uuid where that is known, else by name and type.
fn is_meant(case: &ProviderCase<'_>, row: &ProviderRow) -> bool {
    match case.provider.source_uuid {
        Some(uuid) => row.uuid == uuid,
        None => row.name == case.provider.name && row.provider_type == case.provider.provider_type,
    }
}

fn meant<'a>(case: &ProviderCase<'a>) -> Option<&'a ProviderRow> {
    case.facts.providers_of(&case.provider.schema).find(|row| is_meant(case, row))
}

fn in_wrong_tenant(case: &ProviderCase<'_>) -> Judgement {
    let schema_of = |row| case.facts.customer_of(row).map(|customer| customer.schema_name.as_str());
    let rows = case.facts.providers.iter().flatten();
    let strays: Vec<&ProviderRow> =
        rows.clone().filter(|row| is_meant(case, row) && schema_of(row) != Some(&case.provider.schema)).collect();
    let stray = strays.into_iter().next().filter(|_| meant(case).is_none());
    let deviation = stray.map(|row| Deviation {
        place: Some(format!("api_provider {}", row.uuid)),
        expected: format!("a provider of tenant {}", case.provider.schema),
        observed: format!(
            "a provider of {}",
            schema_of(row).map_or_else(|| "no customer".to_owned(), |name| format!("tenant {name}"))
        ),
        cause: "the event or request that made it carried another org's identity".to_owned(),
        remedy: format!(
            "delete the source of {} and make it again with the identity of this tenant's org",
            case.provider.name
        ),
        drift: None,
    });
    // Every provider was looked at, and every customer whose it could be.
    let searched = rows.count() + case.facts.customers.iter().flatten().count();
    Judgement { examined: searched, deviations: deviation.into_iter().collect() }
}

fn missing(case: &ProviderCase<'_>) -> Judgement {
    let ProviderCase { facts, provider } = case;
    Judgement::one(meant(case).is_none().then(|| {
        let taken_over = facts.sources.iter().flatten().any(|row| row.name.as_deref() == Some(&provider.name));
        Deviation {
            place: Some("api_provider".to_owned()),
            expected: format!("a provider {} of type {}", provider.name, provider.provider_type),
            observed: format!(
                "{} providers of this tenant, none of them this one; api_sources {} the source",
                facts.providers_of(&provider.schema).count(),
                if taken_over { "has" } else { "has not" }
            ),
            cause: match (taken_over, provider.dialect) {
                (true, SourcesDialect::Platform) => {
                    "Koku took the source over and failed to make the provider; its log says why"
                }
                (false, SourcesDialect::Platform) => {
                    "Koku never heard of the source: its Sources listener does not run, or the event was lost"
                }
                (_, SourcesDialect::Koku) => {
                    "Koku makes source and provider at once: somebody deleted the provider since"
                }
            }
            .to_owned(),
            remedy: match provider.dialect {
                SourcesDialect::Platform => format!(
                    "see that Koku's Sources listener runs, then delete the application of source {} and make it again",
                    provider.name
                ),
                SourcesDialect::Koku => {
                    format!("delete the source {} through the Sources API, and make it again", provider.name)
                }
            },
            drift: None,
        }
    }))
}

fn duplicated(case: &ProviderCase<'_>) -> Judgement {
    let ProviderCase { facts, provider } = case;
    let Some(meant) = meant(case) else { return Judgement::default() };
    // Two sources of one name are no twins: Koku takes both (source: measured on Koku 768be82, facts `koku.md` §6.1).
    let of_other_source = |row: &ProviderRow| {
        row.uuid != meant.uuid && facts.sources.iter().flatten().any(|source| source.source_uuid == Some(row.uuid))
    };
    let same = |row: &&ProviderRow| {
        row.provider_type == provider.provider_type
            && (row.credentials == meant.credentials || row.name == provider.name && !of_other_source(row))
    };
    let twins: Vec<String> =
        facts.providers_of(&provider.schema).filter(same).map(|row| row.uuid.to_string()).collect();
    let deviation = (twins.len() > 1).then(|| Deviation {
        place: Some("api_provider".to_owned()),
        expected: format!("one provider {}", provider.name),
        observed: format!("{}: {}", twins.len(), twins.join(", ")),
        cause: "an event was handled twice, or somebody made the provider by hand beside the source's; usage is counted twice"
            .to_owned(),
        remedy: format!("keep {}, whose uuid is the source's, and delete the others through Koku", meant.uuid),
        drift: None,
    });
    Judgement { examined: facts.providers_of(&provider.schema).count(), deviations: deviation.into_iter().collect() }
}

fn source_missing(case: &ProviderCase<'_>) -> Judgement {
    let Some(row) = meant(case) else { return Judgement::default() };
    let uuid = row.uuid.to_string();
    let sources = case.facts.sources.as_deref().unwrap_or_default();
    let is_there = sources.iter().any(|source| source.koku_uuid.as_deref() == Some(&uuid));
    let deviation = (!is_there).then(|| Deviation {
        place: Some("api_sources".to_owned()),
        expected: format!("a row with koku_uuid {uuid}"),
        observed: format!("no such row among {}", sources.len()),
        cause: "the provider was made without a source, by SQL or the Django ORM, or the row was deleted; nobody can pause, change or remove \
                the provider through Sources"
            .to_owned(),
        remedy: format!("remove the provider {uuid}, and make the source {} through the Sources API", case.provider.name),
        drift: None,
    });
    Judgement { examined: 1 + sources.len(), deviations: deviation.into_iter().collect() }
}

fn inactive(case: &ProviderCase<'_>) -> Judgement {
    let Some(row) = meant(case) else { return Judgement::default() };
    Judgement::one((!row.active || row.paused).then(|| Deviation {
        place: Some(format!("api_provider {}", row.uuid)),
        expected: "active, not paused".to_owned(),
        observed: format!("active: {}, paused: {}", row.active, row.paused),
        cause: "somebody paused the source or switched the provider off; its payloads are not processed".to_owned(),
        remedy: if row.paused {
            format!("unpause the source {} in Sources", case.provider.name)
        } else {
            format!("UPDATE api_provider SET active = true WHERE uuid = {};", sql::literal(&row.uuid.to_string()))
        },
        drift: None,
    }))
}

fn credentials(case: &ProviderCase<'_>) -> Judgement {
    let ProviderCase { provider, .. } = case;
    let Some(row) = meant(case) else { return Judgement::default() };
    let expected =
        [("credentials", &provider.credentials, &row.credentials), ("billing source", &provider.billing, &row.billing)];
    // A source may give none of these: then the provider is all that was looked at.
    let mut judgement = Judgement::one(None);
    for (what, expected, observed) in expected {
        judgement.examined += expected.len();
        for (key, value) in expected.iter().filter(|(key, value)| observed.get(*key) != Some(value)) {
            judgement.deviations.push(Deviation {
                place: Some(format!("api_provider {}, {what} {key}", row.uuid)),
                expected: value.clone(),
                observed: entry(observed, key),
                cause: "the source's authentication or application was changed and Koku did not follow, or the rows were shared with \
                        another provider"
                    .to_owned(),
                remedy: format!("set {key} of source {} again through the Sources API", provider.name),
                drift: None,
            });
        }
    }
    judgement
}

fn entry(entries: &BTreeMap<String, String>, key: &str) -> String {
    entries.get(key).cloned().unwrap_or_else(|| format!("no {key}"))
}
