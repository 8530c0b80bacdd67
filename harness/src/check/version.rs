//! Whether the database is of the version of Koku that the catalog describes.

use std::collections::BTreeSet;

use super::case::SystemCase;
use super::finding::Severity;
use super::form::{Check, Deviation, Group, Judge, Judgement, catalog_known};
use crate::catalog::difference;

pub(super) const CHECKS: &[Check] = &[Check {
    id: "version-differs",
    group: Group::Install,
    severity: Severity::Required,
    summary: "public records no migration that the catalog of the profile's Koku lacks",
    presupposes: &[],
    applies: catalog_known,
    judge: Judge::System(version_differs),
}];

/// A newer Koku has other tables in many places: this one finding stands for all of them, since every other check presupposes it.
fn version_differs(case: &SystemCase<'_>) -> Judgement {
    let SystemCase { facts, system } = case;
    let Some(catalog) = &system.catalog else { return Judgement::default() };
    let none = BTreeSet::new();
    let recorded = facts.migrations.get("public").unwrap_or(&none);
    let difference = difference(recorded, catalog);
    let deviation = difference.more.last().map(|last| Deviation {
        place: Some("public.django_migrations".to_owned()),
        expected: format!("only migrations of catalog {}, which has {}", catalog.name, catalog.public.migrations.len()),
        observed: format!(
            "{} recorded, of which {} are not in it, {last} for one; {} of it are missing",
            recorded.len(),
            difference.more.len(),
            difference.missing.len()
        ),
        cause: format!(
            "another version of Koku than {:.7}, most likely a newer one, has migrated this database; what it must hold, this catalog \
             does not say, and nothing else was compared with it",
            catalog.koku_commit
        ),
        remedy: "name the --profile whose Koku this is; where it is of no profile, have its catalog captured from a database of this \
                 version that is known to be good (e2e-validate catalog capture), and name that catalog in the profile"
            .to_owned(),
        drift: None,
    });
    // The look for the migrations counts too: that there are none is for `migrations-incomplete` to say.
    Judgement { examined: 1 + recorded.len(), deviations: deviation.into_iter().collect() }
}
