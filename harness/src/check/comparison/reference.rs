//! Comparing one schema with a reference: by the very checks that compare it with the catalog where the version of Koku is known.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::catalog::Catalog;
use crate::check::case::TenantCase;
use crate::check::expectation::{SystemExpectation, TenantExpectation};
use crate::check::form::{Deviation, Group, Judge, Judgement};
use crate::check::registry;
use crate::fact::database::DatabaseFacts;

/// What a schema is compared with.
pub(super) struct Reference<'a> {
    /// What it must have, in the form of a catalog.
    pub(super) catalog: Catalog,
    /// The migrations that it must record.
    pub(super) migrations: &'a BTreeSet<String>,
    /// Who has what is expected, in words that follow on it: `as … has it`.
    pub(super) told: String,
    /// Why it is compared with that, and what a difference means.
    pub(super) because: String,
}

impl Reference<'_> {
    /// Judges one schema: tenant by tenant, and one finding for each difference.
    ///
    /// A schema that was migrated otherwise is one difference: what follows of that is none of its own.
    pub(super) fn judge(
        self,
        facts: &DatabaseFacts,
        system: &SystemExpectation,
        schema: &TenantExpectation,
    ) -> Judgement {
        let Self { catalog, migrations, told, because } = self;
        let same = SystemExpectation { catalog: Some(Arc::new(catalog)), ..system.clone() };
        let case = TenantCase { facts, system: &same, tenant: schema };
        let mut judgement = match migrated_otherwise(&case, migrations) {
            Some(deviation) => Judgement { examined: migrations.len().max(1), deviations: vec![deviation] },
            None => structure(&case),
        };
        for deviation in &mut judgement.deviations {
            deviation.expected = format!("{}, {told}", deviation.expected);
            deviation.cause = format!("{because}: {}", deviation.cause);
        }
        judgement
    }
}

/// What every check of tables finds, but for those that presuppose one that found something. A reference has no rows, so that nothing is
/// asked of these.
fn structure(case: &TenantCase<'_>) -> Judgement {
    let mut judgement = Judgement::default();
    let mut failed = BTreeSet::new();
    for check in registry::of(&[Group::Tables]) {
        let Judge::Tenant(judge) = check.judge else { continue };
        if check.presupposes.iter().any(|id| failed.contains(id)) {
            failed.insert(check.id);
            continue;
        }
        let Judgement { examined, deviations } = judge(case);
        if !deviations.is_empty() {
            failed.insert(check.id);
        }
        judgement.examined += examined;
        judgement.deviations.extend(deviations);
    }
    judgement
}

fn migrated_otherwise(case: &TenantCase<'_>, expected: &BTreeSet<String>) -> Option<Deviation> {
    let (schema, none) = (&case.tenant.schema, BTreeSet::new());
    let own = case.facts.migrations.get(schema).unwrap_or(&none);
    let named = |what: &str, names: Vec<&String>| {
        names.first().map(|first| format!("{} of {} are {what}, {first} for one", names.len(), expected.len()))
    };
    let missing = named("missing", expected.difference(own).collect());
    let more = own.difference(expected).next().map(|first| format!("others are recorded, {first} for one"));
    let observed: Vec<String> = [missing, more].into_iter().flatten().collect();
    (!observed.is_empty()).then(|| Deviation {
        place: Some("django_migrations".to_owned()),
        expected: format!("{} migrations", expected.len()),
        observed: observed.join("; "),
        cause: "the schema's own migrations did not run, did not finish, or are of another version of Koku".to_owned(),
        remedy: case.system.commands.migrate_tenant(schema),
        drift: None,
    })
}
