//! Changes of schemas and their rights, of extensions, and of which tables there are.

use std::collections::BTreeMap;

use harness::fact::database::{DatabaseFacts, OwnedTables, SchemaFacts, SchemaRights, TenantRow};
use harness::fact::structure::TableKind;

use super::change::{Change, change};
use super::pick::Pick;
use crate::healthy::BROKEN;

const MIGRATIONS: &str = "django_migrations";

pub(super) const CHANGES: &[Change] = &[
    change("an extension is lost", &["extension-missing"], |facts, pick, expectation| {
        let catalog = expectation.system.catalog.as_ref()?;
        let name = pick.of(catalog.public_extensions())?;
        facts.extensions.remove(name);
        Some(name.to_owned())
    }),
    change("an extension is elsewhere", &["extension-misplaced"], |facts, pick, expectation| {
        let catalog = expectation.system.catalog.as_ref()?;
        let name = pick.of(catalog.public_extensions())?;
        facts.extension_schemas.insert(name.to_owned(), "elsewhere".to_owned());
        Some(name.to_owned())
    }),
    change("a role has no rights in public", &["public-not-granted"], |facts, _, _| {
        facts.schemas.get_mut("public")?.rights.clear();
        Some("no right at all".to_owned())
    }),
    change("a table is another role's", &["tables-not-owned"], |facts, pick, _| {
        let example = of_kind(facts, pick, TableKind::Table)?;
        let owned = OwnedTables { count: 1, example: example.clone() };
        facts.schemas.get_mut(BROKEN)?.tables.insert("postgres".to_owned(), owned);
        Some(example)
    }),
    change("a schema is lost", &["schema-missing"], |facts, _, _| {
        facts.schemas.remove(BROKEN);
        facts.structure.tables.remove(BROKEN);
        facts.structure.sequences.by_schema.remove(BROKEN);
        facts.structure.functions.by_schema.remove(BROKEN);
        facts.migrations.remove(BROKEN);
        facts.row_counts.remove(BROKEN);
        Some(BROKEN.to_owned())
    }),
    change("a schema is nobody's", &["schema-without-tenant"], |facts, _, _| {
        facts.schemas.insert("org99".into(), nobodys_schema());
        Some("org99".to_owned())
    }),
    change("a tenant was made with the prefix twice", &["schema-double-prefix"], |facts, _, _| {
        let doubled = format!("org{BROKEN}");
        facts.tenants.as_mut()?.push(TenantRow { id: 99, schema_name: doubled.clone() });
        facts.schemas.insert(doubled.clone(), nobodys_schema());
        Some(doubled)
    }),
    change("a role may not use a schema", &["schema-not-granted"], |facts, _, _| {
        rights(facts)?.usage = false;
        Some("only CREATE".to_owned())
    }),
    change("a role may make nothing in a schema", &["schema-not-granted"], |facts, _, _| {
        rights(facts)?.create = false;
        Some("only USAGE".to_owned())
    }),
    change("a role has no rights in a schema", &["schema-not-granted"], |facts, _, _| {
        facts.schemas.get_mut(BROKEN)?.rights.clear();
        Some("no right at all".to_owned())
    }),
    change("a table of public is lost", &["public-tables-missing"], |facts, pick, expectation| {
        let catalog = expectation.system.catalog.as_ref()?;
        let table = pick.of(catalog.public.tables.keys().filter(|name| *name != MIGRATIONS))?;
        lose(facts, "public", table);
        match table.as_str() {
            "api_tenant" => facts.tenants = None,
            "api_domain" => facts.domains = None,
            "api_customer" => facts.customers = None,
            "api_provider" | "api_providerauthentication" | "api_providerbillingsource" => facts.providers = None,
            "api_sources" => facts.sources = None,
            _ => {}
        }
        Some(table.clone())
    }),
    change("public's list of migrations is lost", &["migrations-incomplete"], |facts, _, _| {
        lose(facts, "public", MIGRATIONS);
        Some("no table django_migrations".to_owned())
    }),
    change("a tenant's list of migrations is lost", &["tenant-migrations-behind"], |facts, _, _| {
        lose(facts, BROKEN, MIGRATIONS);
        Some("no table django_migrations".to_owned())
    }),
    change("a table is lost", &["tables-missing"], |facts, pick, _| {
        let table = of_kind(facts, pick, TableKind::Table)?;
        lose(facts, BROKEN, &table);
        Some(table)
    }),
    change("a partitioned table is lost", &["tables-missing"], |facts, pick, _| {
        let table = of_kind(facts, pick, TableKind::Partitioned)?;
        let is_part = |name: &&str| {
            facts.structure.table(BROKEN, name).is_some_and(|part| part.partition_of.as_ref() == Some(&table))
        };
        let parts: Vec<String> =
            facts.structure.tables_of(BROKEN).map(|(name, _)| name).filter(is_part).map(str::to_owned).collect();
        for part in parts {
            lose(facts, BROKEN, &part);
        }
        lose(facts, BROKEN, &table);
        Some(table)
    }),
    change("a table is partitioned no more", &["tables-missing"], |facts, pick, _| {
        let table = of_kind(facts, pick, TableKind::Partitioned)?;
        let mut definition = facts.structure.table(BROKEN, &table)?.clone();
        definition.kind = TableKind::Table;
        definition.partition_key = None;
        facts.structure.insert(BROKEN, &table, definition);
        Some(table)
    }),
    change("a partition is lost", &["partition-missing"], |facts, pick, _| {
        let table = of_kind(facts, pick, TableKind::Partition)?;
        lose(facts, BROKEN, &table);
        Some(table)
    }),
    change("a partition is detached", &["partition-missing"], |facts, pick, _| {
        let table = of_kind(facts, pick, TableKind::Partition)?;
        let mut definition = facts.structure.table(BROKEN, &table)?.clone();
        (definition.kind, definition.partition_of, definition.bound) = (TableKind::Table, None, None);
        facts.structure.insert(BROKEN, &table, definition);
        Some(table)
    }),
    change("a partition has another bound", &["partition-missing"], |facts, pick, _| {
        let table = of_kind(facts, pick, TableKind::Partition)?;
        let mut definition = facts.structure.table(BROKEN, &table)?.clone();
        definition.bound = Some("FOR VALUES FROM ('2026-11-01') TO ('2026-12-01')".to_owned());
        facts.structure.insert(BROKEN, &table, definition);
        Some(table)
    }),
    change("there is one table more", &["tables-unexpected"], |facts, pick, _| {
        let like = of_kind(facts, pick, TableKind::Table)?;
        let definition = facts.structure.table(BROKEN, &like)?.clone();
        facts.structure.insert(BROKEN, "intruder", definition);
        Some("intruder".to_owned())
    }),
    change("a month belongs to a table that nobody knows", &["tables-unexpected"], |facts, _, _| {
        let (month, parent) = ("reporting_of_tomorrow_2026_11", "reporting_of_tomorrow");
        let months = BTreeMap::from([(month.to_owned(), parent.to_owned())]);
        facts.structure.month_partitions.insert(BROKEN.to_owned(), months);
        Some(month.to_owned())
    }),
];

fn nobodys_schema() -> SchemaFacts {
    SchemaFacts { owner: "koku".into(), rights: BTreeMap::new(), tables: BTreeMap::new() }
}

fn rights(facts: &mut DatabaseFacts) -> Option<&mut SchemaRights> {
    facts.schemas.get_mut(BROKEN)?.rights.get_mut("koku")
}

/// A table of the tenant, of which no other fact tells.
fn of_kind(facts: &DatabaseFacts, pick: &mut Pick<'_>, kind: TableKind) -> Option<String> {
    let tables = facts.structure.tables_of(BROKEN).filter(|(name, table)| table.kind == kind && *name != MIGRATIONS);
    pick.of(tables).map(|(name, _)| name.to_owned())
}

/// Takes a table away, with what an observer would have seen of it.
fn lose(facts: &mut DatabaseFacts, schema: &str, table: &str) {
    facts.structure.remove(schema, table);
    let own = format!("{table}.");
    let sequences = &mut facts.structure.sequences;
    let owned: Vec<String> = sequences
        .of(schema)
        .filter(|(_, sequence)| sequence.owned_by.as_ref().is_some_and(|column| column.starts_with(&own)))
        .map(|(name, _)| name.to_owned())
        .collect();
    for name in owned {
        sequences.remove(schema, &name);
    }
    if let Some(counts) = facts.row_counts.get_mut(schema) {
        counts.remove(table);
    }
    if table == MIGRATIONS {
        facts.migrations.remove(schema);
    }
}
