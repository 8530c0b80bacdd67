//! The shared migration: extension, migrations, tables of `public`.

use std::collections::BTreeSet;

use super::case::SystemCase;
use super::finding::Severity;
use super::form::{Check, Deviation, Group, Judge, Judgement, catalog_known};
use super::sql;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "extension-missing",
        group: Group::Install,
        severity: Severity::Required,
        summary: "the extensions that Koku's shared migration needs are in the database",
        presupposes: &[],
        applies: catalog_known,
        judge: Judge::System(extension_missing),
    },
    Check {
        id: "migrations-incomplete",
        group: Group::Install,
        severity: Severity::Required,
        summary: "every migration of the catalog is recorded in public.django_migrations",
        presupposes: &["extension-missing"],
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
    for name in catalog.public_extensions() {
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
        drift: None,
    });
    Judgement { examined: expected.len(), deviations: deviation.into_iter().collect() }
}
