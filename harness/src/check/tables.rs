//! Which tables, partitions, migrations and rows a tenant's schema holds.

use super::case::TenantCase;
use super::drift::Drift;
use super::finding::Severity;
use super::form::{Check, Deviation, Group, Judge, Judgement, catalog_known};
use super::install::missing_migrations;
use super::sql;
use crate::fact::structure::TableKind;

pub(super) const fn check(
    id: &'static str,
    summary: &'static str,
    presupposes: &'static [&'static str],
    judge: fn(&TenantCase<'_>) -> Judgement,
) -> Check {
    let (group, severity) = (Group::Tables, Severity::Required);
    Check { id, group, severity, summary, presupposes, applies: catalog_known, judge: Judge::Tenant(judge) }
}

/// What the checks of tables presuppose: a schema that is there and migrated.
pub(super) const MIGRATED: &[&str] = &["tenant-migrations-behind"];

pub(super) const CHECKS: &[Check] = &[
    check(
        "tenant-migrations-behind",
        "every migration of the catalog is recorded in the tenant's django_migrations",
        &["schema-missing"],
        migrations_behind,
    ),
    check("tables-missing", "the tenant has every table", MIGRATED, tables_missing),
    check("tables-unexpected", "the tenant has no table that its version of Koku lacks", MIGRATED, tables_unexpected),
    check("partition-missing", "every partitioned table has its default partition", MIGRATED, partition_missing),
    check("seed-rows-missing", "the rows that a migration leaves behind are there", MIGRATED, seed_rows_missing),
];

/// How many names a finding lists before it only counts the rest.
const LISTED: usize = 10;

fn listed(names: &[&str]) -> String {
    let shown = names.iter().take(LISTED).copied().collect::<Vec<_>>().join(", ");
    if names.len() > LISTED { format!("{shown} and {} more", names.len() - LISTED) } else { shown }
}

/// How to make a migrated schema whole again: Django does not repeat a migration that is recorded.
pub(super) fn rebuild(case: &TenantCase<'_>) -> String {
    let schema = sql::identifier(&case.tenant.schema);
    format!(
        "restore the schema from a backup; or, where the tenant holds no data yet: DROP SCHEMA {schema} CASCADE; CREATE SCHEMA \
         {schema}; GRANT ALL ON SCHEMA {schema} TO {}; then {}",
        sql::identifier(&case.system.owner_role),
        case.system.commands.migrate_tenant(&case.tenant.schema)
    )
}

fn migrations_behind(case: &TenantCase<'_>) -> Judgement {
    let TenantCase { facts, system, tenant } = case;
    let Some(catalog) = &system.catalog else { return Judgement::default() };
    let expected = &catalog.tenant.migrations;
    let deviation = missing_migrations(expected, facts.migrations.get(&tenant.schema)).map(|missing| Deviation {
        place: Some("django_migrations".to_owned()),
        expected: format!("{} migrations, {} reporting tables", expected.len(), catalog.tenant.reporting_tables()),
        observed: format!("{missing}; {} reporting tables", reporting_tables(case)),
        cause: "`migrate` migrates the shared schema only; the tenant's own migrations did not run or did not finish"
            .to_owned(),
        remedy: system.commands.migrate_tenant(&tenant.schema),
        drift: None,
    });
    Judgement { examined: expected.len(), deviations: deviation.into_iter().collect() }
}

fn reporting_tables(case: &TenantCase<'_>) -> usize {
    let tables = case.facts.structure.tables_of(&case.tenant.schema);
    tables.filter(|(name, _)| name.starts_with("reporting")).count()
}

fn tables_missing(case: &TenantCase<'_>) -> Judgement {
    let TenantCase { facts, system, tenant } = case;
    let Some(catalog) = &system.catalog else { return Judgement::default() };
    let expected = catalog.tenant.tables.iter().filter(|(_, table)| table.kind != TableKind::Partition);
    let (mut examined, mut missing) = (0, Vec::new());
    for (name, table) in expected {
        examined += 1;
        if facts.structure.table(&tenant.schema, name).is_none_or(|seen| seen.kind != table.kind) {
            missing.push(name.as_str());
        }
    }
    let deviation = (!missing.is_empty()).then(|| Deviation {
        place: Some(listed(&missing)),
        expected: format!(
            "{examined} tables; with their partitions, {} reporting tables",
            catalog.tenant.reporting_tables()
        ),
        observed: format!("{} missing; {} reporting tables", missing.len(), reporting_tables(case)),
        cause: "dropped after the migrations, which are recorded as applied, so that Django does not make it again"
            .to_owned(),
        remedy: rebuild(case),
        drift: Some(Drift::LostTable),
    });
    Judgement { examined, deviations: deviation.into_iter().collect() }
}

fn tables_unexpected(case: &TenantCase<'_>) -> Judgement {
    let TenantCase { facts, system, tenant } = case;
    let Some(catalog) = &system.catalog else { return Judgement::default() };
    let known = &catalog.tenant.tables;
    let months = facts.structure.month_partitions.get(&tenant.schema).into_iter().flatten();
    let strange_months =
        months.clone().filter(|(_, parent)| !known.contains_key(*parent)).map(|(name, _)| name.as_str());
    let strange: Vec<&str> = facts
        .structure
        .tables_of(&tenant.schema)
        .map(|(name, _)| name)
        .filter(|name| !known.contains_key(*name))
        .chain(strange_months)
        .collect();
    let deviation = (!strange.is_empty()).then(|| Deviation {
        place: Some(listed(&strange)),
        expected: format!("only tables of {}", catalog.name),
        observed: format!("{} more", strange.len()),
        cause: "the tenant was migrated by another version of Koku, or somebody made tables by hand".to_owned(),
        remedy: format!(
            "see which version made them: SELECT app, name, applied FROM {}.django_migrations ORDER BY applied DESC LIMIT 5;",
            sql::identifier(&tenant.schema)
        ),
        drift: Some(Drift::Extra),
    });
    Judgement {
        examined: facts.structure.count(&tenant.schema) + months.count(),
        deviations: deviation.into_iter().collect(),
    }
}

fn partition_missing(case: &TenantCase<'_>) -> Judgement {
    let TenantCase { facts, system, tenant } = case;
    let Some(catalog) = &system.catalog else { return Judgement::default() };
    let mut judgement = Judgement::default();
    for (name, expected) in &catalog.tenant.tables {
        let (Some(parent), Some(bound)) = (&expected.partition_of, &expected.bound) else { continue };
        judgement.examined += 1;
        if facts.structure.table(&tenant.schema, parent).is_none() {
            continue; // The parent itself is missing, which is a finding of its own.
        }
        let seen = facts.structure.table(&tenant.schema, name);
        if seen.is_some_and(|seen| seen.partition_of == expected.partition_of && seen.bound == expected.bound) {
            continue;
        }
        let (schema, parent_name) = (sql::identifier(&tenant.schema), sql::identifier(parent));
        let partition = sql::identifier(name);
        judgement.deviations.push(Deviation {
            place: Some(name.clone()),
            expected: format!("a partition of {parent}, {bound}"),
            observed: match seen {
                None => "no such table".to_owned(),
                Some(seen) => format!("a {} {}", seen.kind, seen.bound.as_deref().unwrap_or("that is no partition")),
            },
            cause: format!("dropped or detached; rows of {parent} that fit no month partition are refused"),
            remedy: if seen.is_none() {
                format!("CREATE TABLE {schema}.{partition} PARTITION OF {schema}.{parent_name} {bound};")
            } else {
                format!("ALTER TABLE {schema}.{parent_name} ATTACH PARTITION {schema}.{partition} {bound};")
            },
            drift: Some(Drift::LostTable),
        });
    }
    judgement
}

fn seed_rows_missing(case: &TenantCase<'_>) -> Judgement {
    let TenantCase { facts, system, tenant } = case;
    let Some(catalog) = &system.catalog else { return Judgement::default() };
    let counted = facts.row_counts.get(&tenant.schema);
    let mut judgement = Judgement::default();
    for (table, expected) in &catalog.tenant.seed_rows {
        judgement.examined += 1;
        // A table that is missing is a finding of its own.
        let Some(observed) = counted.and_then(|counts| counts.get(table)) else { continue };
        if observed >= expected {
            continue;
        }
        judgement.deviations.push(Deviation {
            place: Some(table.clone()),
            expected: format!("at least {expected} rows"),
            observed: format!("{observed} rows"),
            cause: "the migration that fills this table is recorded, but its rows were deleted, or were not cloned"
                .to_owned(),
            remedy: rebuild(case),
            drift: None,
        });
    }
    judgement
}
