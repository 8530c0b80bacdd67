//! The structure of the shared schema against the catalog: one check, a finding for each thing that differs.

use super::cause::cause;
use super::comparison::{Aspect, Comparison, Different};
use super::remedy;
use super::shape::Shape;
use super::tenant::shown;
use crate::check::case::SystemCase;
use crate::check::finding::Severity;
use crate::check::form::{Check, Deviation, Group, Judge, Judgement, catalog_known};
use crate::check::sql;

pub(in crate::check) const CHECKS: &[Check] = &[Check {
    id: "public-differs",
    group: Group::Install,
    severity: Severity::Required,
    summary: "the shared tables have the catalog's columns, keys, indexes and triggers, and public its sequences and functions",
    presupposes: &["public-tables-missing"],
    applies: catalog_known,
    judge: Judge::System(public_differs),
}];

const SHARED: &str = "public";

/// Others may have things of their own in `public`, extensions and administrators for instance: what Koku does not know is no finding
/// unless it is part of one of Koku's tables.
fn public_differs(case: &SystemCase<'_>) -> Judgement {
    let SystemCase { facts, system } = case;
    let Some(catalog) = &system.catalog else { return Judgement::default() };
    let expected = Shape::of_catalog(&catalog.public);
    let comparison = Comparison::new(expected, &facts.structure, SHARED, facts.server.major()).among_others();
    let mut judgement = Judgement::default();
    for aspect in Aspect::ALL {
        let compared = comparison.of(aspect);
        judgement.examined += compared.examined;
        judgement.deviations.extend(compared.different.iter().map(|different| deviation(case, aspect, different)));
    }
    judgement
}

fn deviation(case: &SystemCase<'_>, aspect: Aspect, different: &Different) -> Deviation {
    Deviation {
        place: Some(format!("{SHARED}.{}", sql::identifier(&different.name))),
        expected: shown(&different.missing, SHARED),
        observed: shown(&different.unexpected, SHARED),
        cause: cause(aspect, different),
        remedy: remedy::statements(aspect, different, SHARED).unwrap_or_else(|| {
            format!(
                "restore it from a backup; or, where the database holds no data yet, start from an empty one and run {}",
                case.system.commands.migrate
            )
        }),
        drift: Some(different.drift),
    }
}
