//! Schemas with their rights, and what stands in tables that every tenant has.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::error::ObserveError;
use super::session::Look;
use crate::check::sql;
use crate::fact::database::{OwnedTables, SchemaFacts, SchemaRights};
use crate::fact::structure::StructureFacts;

/// Every schema that is no system schema, with the roles that may do something there.
pub(super) async fn schemas(look: &mut Look<'_>) -> Result<BTreeMap<String, SchemaFacts>, ObserveError> {
    let query = sqlx::query_as(include_str!("sql/schemas.sql"));
    let rows: Vec<(String, String, Option<String>, bool, bool)> = look.typed("the schemas", query).await?;
    let mut schemas: BTreeMap<String, SchemaFacts> = BTreeMap::new();
    for (schema, owner, role, usage, create) in rows {
        let facts = schemas.entry(schema).or_insert_with(|| SchemaFacts {
            owner,
            rights: BTreeMap::new(),
            tables: BTreeMap::new(),
        });
        if let Some(role) = role {
            facts.rights.insert(role, SchemaRights { usage, create });
        }
    }
    for (schema, owner, count, example) in owners(look).await? {
        if let Some(facts) = schemas.get_mut(&schema) {
            facts.tables.insert(owner, OwnedTables { count: u64::try_from(count).unwrap_or_default(), example });
        }
    }
    Ok(schemas)
}

/// How many tables each role has in each schema, and the first of them.
async fn owners(look: &mut Look<'_>) -> Result<Vec<(String, String, i64, String)>, ObserveError> {
    let query = "SELECT schema.nspname::text, owner.rolname::text, count(*), min(class.relname::text COLLATE \"C\") \
                 FROM pg_class class \
                 JOIN pg_namespace schema ON schema.oid = class.relnamespace \
                 JOIN pg_roles owner ON owner.oid = class.relowner \
                 WHERE class.relkind IN ('r', 'p') AND schema.nspname NOT LIKE 'pg\\_%' AND schema.nspname <> 'information_schema' \
                 GROUP BY 1, 2";
    look.typed("the owners of tables", sqlx::query_as(query)).await
}

/// The providers that each schema names.
pub(super) async fn providers(
    look: &mut Look<'_>,
    structure: &StructureFacts,
) -> Result<BTreeMap<String, BTreeSet<Uuid>>, ObserveError> {
    let parts = structure.tables.iter().filter(|(_, tables)| tables.contains_key("reporting_tenant_api_provider"));
    let union = union_all(parts.map(|(schema, _)| {
        let (name, from) = (sql::literal(schema), sql::identifier(schema));
        format!(
            "SELECT {name}::text, coalesce(array_agg(provider_id) FILTER (WHERE provider_id IS NOT NULL), '{{}}')::uuid[] \
             FROM {from}.reporting_tenant_api_provider"
        )
    }));
    let Some(union) = union else { return Ok(BTreeMap::new()) };
    let query = sqlx::query_as(sqlx::AssertSqlSafe(union));
    let rows: Vec<(String, Vec<Uuid>)> = look.typed("reporting_tenant_api_provider", query).await?;
    Ok(rows.into_iter().map(|(schema, uuids)| (schema, uuids.into_iter().collect())).collect())
}

/// What each schema records as migrated.
pub(super) async fn migrations(
    look: &mut Look<'_>,
    structure: &StructureFacts,
) -> Result<BTreeMap<String, BTreeSet<String>>, ObserveError> {
    let parts = structure.tables.iter().filter(|(_, tables)| tables.contains_key("django_migrations"));
    let union = union_all(parts.map(|(schema, _)| {
        let (name, from) = (sql::literal(schema), sql::identifier(schema));
        format!(
            "SELECT {name}::text, coalesce(array_agg(app || '.' || name), '{{}}')::text[] FROM {from}.django_migrations"
        )
    }));
    let Some(union) = union else { return Ok(BTreeMap::new()) };
    let query = sqlx::query_as(sqlx::AssertSqlSafe(union));
    let rows: Vec<(String, Vec<String>)> = look.typed("django_migrations", query).await?;
    Ok(rows.into_iter().map(|(schema, names)| (schema, names.into_iter().collect())).collect())
}

/// Rows of the named tables, in every schema where they are there.
pub(super) async fn row_counts(
    look: &mut Look<'_>,
    structure: &StructureFacts,
    counted: &BTreeSet<String>,
) -> Result<BTreeMap<String, BTreeMap<String, u64>>, ObserveError> {
    let there = structure.tables.iter().flat_map(|(schema, tables)| {
        counted.iter().filter(|table| tables.contains_key(*table)).map(move |table| (schema, table))
    });
    let union = union_all(there.map(|(schema, table)| {
        let from = format!("{}.{}", sql::identifier(schema), sql::identifier(table));
        format!("SELECT {}::text, {}::text, count(*) FROM {from}", sql::literal(schema), sql::literal(table))
    }));
    let Some(union) = union else { return Ok(BTreeMap::new()) };
    let query = sqlx::query_as(sqlx::AssertSqlSafe(union));
    let rows: Vec<(String, String, i64)> = look.typed("the rows that a migration leaves", query).await?;
    let mut counts: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for (schema, table, count) in rows {
        counts.entry(schema).or_default().insert(table, u64::try_from(count).unwrap_or_default());
    }
    Ok(counts)
}

pub(super) fn union_all(parts: impl Iterator<Item = String>) -> Option<String> {
    let parts: Vec<String> = parts.collect();
    (!parts.is_empty()).then(|| parts.join(" UNION ALL "))
}
