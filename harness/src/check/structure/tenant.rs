//! The structure of a tenant's schema against the catalog, a check for each aspect.

use super::cause::cause;
use super::comparison::{Aspect, Comparison, Different};
use super::remedy;
use super::shape::Shape;
use crate::check::case::TenantCase;
use crate::check::form::{Check, Deviation, Judgement};
use crate::check::sql;
use crate::check::tables::{MIGRATED, check, rebuild};

pub(in crate::check) const CHECKS: &[Check] = &[
    check(
        "columns-differ",
        "every table has the catalog's columns, by name, type, null and default",
        MIGRATED,
        |case| judge(case, Aspect::Columns),
    ),
    check(
        "keys-differ",
        "every table has the catalog's primary, unique and foreign keys and checks",
        MIGRATED,
        |case| judge(case, Aspect::Keys),
    ),
    check("indexes-differ", "every table has the catalog's indexes, whatever their names", MIGRATED, |case| {
        judge(case, Aspect::Indexes)
    }),
    check("triggers-differ", "every table has the catalog's triggers, and they are switched on", MIGRATED, |case| {
        judge(case, Aspect::Triggers)
    }),
    check(
        "sequences-differ",
        "the tenant has the catalog's sequences, which give the same numbers",
        MIGRATED,
        |case| judge(case, Aspect::Sequences),
    ),
    check("functions-differ", "the tenant has the catalog's functions, but for their bodies", MIGRATED, |case| {
        judge(case, Aspect::Functions)
    }),
];

fn judge(case: &TenantCase<'_>, aspect: Aspect) -> Judgement {
    let TenantCase { facts, system, tenant } = case;
    let Some(catalog) = &system.catalog else { return Judgement::default() };
    let expected = Shape::of_catalog(&catalog.tenant);
    let compared = Comparison::new(expected, &facts.structure, &tenant.schema, facts.server.major()).of(aspect);
    let deviation = |different: &Different| Deviation {
        place: Some(format!("{}.{}", sql::identifier(&tenant.schema), sql::identifier(&different.name))),
        expected: shown(&different.missing, &tenant.schema),
        observed: shown(&different.unexpected, &tenant.schema),
        cause: cause(aspect, different),
        remedy: remedy::statements(aspect, different, &tenant.schema).unwrap_or_else(|| rebuild(case)),
        drift: Some(different.drift),
    };
    Judgement { examined: compared.examined, deviations: compared.different.iter().map(deviation).collect() }
}

/// The texts with the schema's own name in them.
pub(super) fn shown(texts: &[String], schema: &str) -> String {
    let named = |text: &String| text.replace("{schema}", &sql::identifier(schema));
    if texts.is_empty() { "nothing".to_owned() } else { texts.iter().map(named).collect::<Vec<_>>().join("; ") }
}
