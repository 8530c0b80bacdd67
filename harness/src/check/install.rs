//! The shared migration: extension, migrations, tables of `public`.

use std::collections::BTreeSet;

use super::case::SystemCase;
use super::drift::Drift;
use super::finding::Severity;
use super::form::{Check, Deviation, Group, Judge, Judgement, catalog_known};
use super::sql;
use crate::catalog::Catalog;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "extension-missing",
        group: Group::Install,
        severity: Severity::Required,
        summary: "the extensions that Koku's shared migration needs are in the database",
        presupposes: &["version-differs"],
        applies: catalog_known,
        judge: Judge::System(extension_missing),
    },
    Check {
        id: "extension-misplaced",
        group: Group::Install,
        severity: Severity::Required,
        summary: "the extensions that are there are in public, where Koku looks for what they hold",
        presupposes: &["extension-missing"],
        applies: catalog_known,
        judge: Judge::System(extension_misplaced),
    },
    Check {
        id: "migrations-incomplete",
        group: Group::Install,
        severity: Severity::Required,
        summary: "every migration of the catalog is recorded in public.django_migrations",
        presupposes: &["extension-misplaced"],
        applies: catalog_known,
        judge: Judge::System(migrations_incomplete),
    },
    Check {
        id: "public-tables-missing",
        group: Group::Install,
        severity: Severity::Required,
        summary: "public holds every shared table",
        presupposes: &["migrations-incomplete"],
        applies: catalog_known,
        judge: Judge::System(public_tables_missing),
    },
];

fn extension_missing(case: &SystemCase<'_>) -> Judgement {
    let SystemCase { facts, system } = case;
    let Some(catalog) = &system.catalog else { return Judgement::default() };
    let mut judgement = Judgement::default();
    for name in catalog.public_extensions().chain(with_tenants(catalog, case)) {
        judgement.examined += 1;
        if facts.extensions.contains_key(name) {
            continue;
        }
        let applied = facts.migrations.get("public").map_or(0, BTreeSet::len);
        judgement.deviations.push(Deviation {
            place: Some(format!("extension {name}")),
            expected: format!("installed in database {}", facts.server.database),
            observed: format!("not installed; {applied} of {} migrations applied", catalog.public.migrations.len()),
            cause: format!(
                "only a superuser may create {name}, and the role {} that migrates is none",
                system.owner_role
            ),
            remedy: format!(
                "as superuser in database {}: CREATE EXTENSION IF NOT EXISTS {} SCHEMA public; then {}",
                facts.server.database,
                sql::identifier(name),
                system.commands.migrate
            ),
            drift: None,
        });
    }
    judgement
}

/// The extensions that the tenants' migrations make, once one of them is migrated.
fn with_tenants<'a>(catalog: &'a Catalog, case: &SystemCase<'_>) -> impl Iterator<Item = &'a str> {
    let SystemCase { facts, system } = case;
    let is_migrated = |schema: &String| facts.migrations.get(schema).is_some_and(|names| !names.is_empty());
    let migrated = system.tenants.iter().any(is_migrated);
    catalog.tenant_extensions().filter(move |_| migrated)
}

fn extension_misplaced(case: &SystemCase<'_>) -> Judgement {
    let SystemCase { facts, system } = case;
    let Some(catalog) = &system.catalog else { return Judgement::default() };
    let needed = catalog.public_extensions().chain(catalog.tenant_extensions());
    let placed: Vec<(&str, &str)> =
        needed.filter_map(|name| Some((name, facts.extension_schemas.get(name)?.as_str()))).collect();
    let deviation = |(name, schema): &(&str, &str)| {
        Deviation {
        place: Some(format!("extension {name}")),
        expected: "in schema public".to_owned(),
        observed: format!("in schema {schema}"),
        cause: "somebody made or moved it there; Koku looks only into the tenant's schema and public, and its functions and operators are \
                not found"
            .to_owned(),
        remedy: format!("ALTER EXTENSION {} SET SCHEMA public;", sql::identifier(name)),
        drift: None,
    }
    };
    let deviations = placed.iter().filter(|(_, schema)| *schema != "public").map(deviation).collect();
    // The look at the extensions counts too: none of them need be there yet.
    Judgement { examined: 1 + placed.len(), deviations }
}

fn migrations_incomplete(case: &SystemCase<'_>) -> Judgement {
    let SystemCase { facts, system } = case;
    let Some(catalog) = &system.catalog else { return Judgement::default() };
    let expected = &catalog.public.migrations;
    let deviation = missing_migrations(expected, facts.migrations.get("public")).map(|missing| Deviation {
        place: Some("public.django_migrations".to_owned()),
        expected: format!("{} migrations", expected.len()),
        observed: missing,
        cause: "the migration job did not run, stopped, or is of another version of Koku".to_owned(),
        remedy: system.commands.migrate.clone(),
        drift: None,
    });
    Judgement { examined: expected.len(), deviations: deviation.into_iter().collect() }
}

/// What is missing of a list of migrations, in words, or nothing.
pub(super) fn missing_migrations(expected: &[String], applied: Option<&BTreeSet<String>>) -> Option<String> {
    let Some(applied) = applied else {
        return Some("no table django_migrations".to_owned());
    };
    let missing: Vec<&str> = expected.iter().map(String::as_str).filter(|name| !applied.contains(*name)).collect();
    let first = missing.first()?;
    Some(format!(
        "{} of {} applied, the first that is missing is {first}",
        expected.len() - missing.len(),
        expected.len()
    ))
}

fn public_tables_missing(case: &SystemCase<'_>) -> Judgement {
    let SystemCase { facts, system } = case;
    let Some(catalog) = &system.catalog else { return Judgement::default() };
    let expected = &catalog.public.tables;
    let missing: Vec<&str> =
        expected.keys().map(String::as_str).filter(|name| facts.structure.table("public", name).is_none()).collect();
    let deviation = (!missing.is_empty()).then(|| Deviation {
        place: None,
        expected: format!("{} tables in public", expected.len()),
        observed: format!("missing: {}", missing.join(", ")),
        cause: "a table was dropped after its migration was recorded".to_owned(),
        remedy: format!(
            "restore the tables from a backup, or start from an empty database and run {}",
            system.commands.migrate
        ),
        drift: Some(Drift::LostTable),
    });
    Judgement { examined: expected.len(), deviations: deviation.into_iter().collect() }
}
