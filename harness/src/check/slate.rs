//! What is there before `install`.

use super::case::SlateCase;
use super::expectation::Capabilities;
use super::finding::Severity;
use super::form::{Applies, Check, Deviation, Group, Judge, Judgement};
use super::sql;
use crate::fact::database::NOT_TENANTS;
use crate::fact::release::NamespaceContents;

pub(super) const CHECKS: &[Check] = &[Check {
    id: "slate-not-clean",
    group: Group::Slate,
    severity: Severity::Required,
    summary: "nothing of an earlier installation is there before the first step",
    presupposes: &[],
    applies: not_running_yet,
    judge: Judge::Slate(slate_not_clean),
}];

const fn not_running_yet(capabilities: Capabilities) -> Applies {
    if capabilities.runs_already { Applies::No("the system runs already") } else { Applies::Yes }
}

fn slate_not_clean(case: &SlateCase<'_>) -> Judgement {
    if let Some(contents) = &case.facts.namespace {
        return namespace_not_clean(contents);
    }
    let Some(contents) = &case.facts.contents else {
        return Judgement::one(None);
    };
    let examined = 1 + contents.schemas.len() + contents.public_tables.len() + contents.tenants.len();
    let mut found = Vec::new();
    let tenants: Vec<&str> =
        contents.tenants.iter().map(String::as_str).filter(|name| !NOT_TENANTS.contains(name)).collect();
    if !tenants.is_empty() {
        found.push(format!("tenants {}", tenants.join(", ")));
    }
    if !contents.schemas.is_empty() {
        found.push(format!("schemas {}", listed(&contents.schemas)));
    }
    if !contents.public_tables.is_empty() {
        found.push(format!("{} tables in public", contents.public_tables.len()));
    }
    let database = &case.facts.database;
    let deviation = (!found.is_empty()).then(|| Deviation {
        place: Some(format!("database {database}")),
        expected: "no such database, or an empty one".to_owned(),
        observed: found.join("; "),
        cause: "an earlier installation, or somebody by hand, left this; a test that finds it proves nothing about the chart"
            .to_owned(),
        remedy: format!(
            "if nothing in it is needed: DROP DATABASE {}; or uninstall the release and delete the database's claim",
            sql::identifier(database)
        ),
        drift: None,
    });
    Judgement { examined, deviations: deviation.into_iter().collect() }
}

/// Where the chart is installed into a namespace, an earlier installation is known by what it left there: a claim brings its old database
/// into the new one.
fn namespace_not_clean(contents: &NamespaceContents) -> Judgement {
    let NamespaceContents { namespace, releases, objects } = contents;
    let mut found = Vec::new();
    if !releases.is_empty() {
        found.push(format!("releases {}", listed(releases)));
    }
    if !objects.is_empty() {
        found.push(listed(objects));
    }
    let deviation = (!found.is_empty()).then(|| Deviation {
        place: Some(format!("namespace {namespace}")),
        expected: "a namespace without releases, workloads, jobs, claims and services".to_owned(),
        observed: found.join("; "),
        cause: "an earlier installation, or somebody by hand, left this; claims outlive `helm uninstall`, and so do objects that are hooks"
            .to_owned(),
        remedy: format!(
            "if nothing in it is needed: helm uninstall the releases, then kubectl delete namespace {namespace}; or install into another one"
        ),
        drift: None,
    });
    Judgement { examined: 1 + releases.len() + objects.len(), deviations: deviation.into_iter().collect() }
}

fn listed(names: &std::collections::BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}
