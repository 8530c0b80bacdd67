//! Rows that a fresh migration leaves behind, read for a catalog. They hold nothing of anybody where nothing was processed yet, which
//! is for the caller to know.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::types::Json;

use super::error::ObserveError;
use super::schemas::union_all;
use super::session::{DatabaseObserver, Look};
use crate::check::sql;
use crate::fact::seed::{SeedFacts, SeedRows};
use crate::fact::structure::{StructureFacts, TableDefinition};

/// What is asked of one schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedRequest {
    /// The schema.
    pub schema: String,
    /// Its tables of which rows are counted.
    pub tables: Vec<String>,
    /// Whether the rows themselves are read too, but for those of `django_migrations`.
    pub with_rows: bool,
}

/// The table whose rows are read as migrations.
const HISTORY: &str = "django_migrations";

impl DatabaseObserver {
    /// Reads the first rows of one schema. `structure` is what an earlier look saw; a table that went away since is an error.
    pub async fn seed(&self, structure: &StructureFacts, request: &SeedRequest) -> Result<SeedFacts, ObserveError> {
        let mut look = self.look().await?;
        let counts = counts(&mut look, request).await?;
        let mut facts = SeedFacts {
            migrations: migrations(&mut look, &request.schema).await?,
            sequences: sequences(&mut look, structure, &request.schema, &counts).await?,
            ..SeedFacts::default()
        };
        for table in counts.keys().filter(|table| request.with_rows && *table != HISTORY) {
            if let Some(definition) = structure.table(&request.schema, table) {
                facts.rows.insert(table.clone(), rows(&mut look, &request.schema, table, definition).await?);
            }
        }
        facts.counts = counts;
        look.end().await?;
        Ok(facts)
    }

    /// In which schema each extension stands.
    pub async fn extension_schemas(&self) -> Result<BTreeMap<String, String>, ObserveError> {
        let mut look = self.look().await?;
        let query =
            "SELECT e.extname::text, n.nspname::text FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace";
        let rows: Vec<(String, String)> = look.typed("the extensions", sqlx::query_as(query)).await?;
        look.end().await?;
        Ok(rows.into_iter().collect())
    }
}

fn table(schema: &str, name: &str) -> String {
    format!("{}.{}", sql::identifier(schema), sql::identifier(name))
}

async fn migrations(look: &mut Look<'_>, schema: &str) -> Result<Vec<(String, String)>, ObserveError> {
    let query = format!("SELECT app::text, name::text FROM {} ORDER BY id", table(schema, HISTORY));
    look.typed(HISTORY, sqlx::query_as(sqlx::AssertSqlSafe(query))).await
}

async fn counts(look: &mut Look<'_>, request: &SeedRequest) -> Result<BTreeMap<String, u64>, ObserveError> {
    let union =
        union_all(request.tables.iter().map(|name| {
            format!("SELECT {}::text, count(*) FROM {}", sql::literal(name), table(&request.schema, name))
        }));
    let Some(union) = union else { return Ok(BTreeMap::new()) };
    let query = sqlx::query_as(sqlx::AssertSqlSafe(union));
    let rows: Vec<(String, i64)> = look.typed("the rows that a migration leaves", query).await?;
    let counted = rows.into_iter().map(|(name, count)| (name, u64::try_from(count).unwrap_or_default()));
    Ok(counted.filter(|(_, count)| *count > 0).collect())
}

/// They are asked themselves: `pg_sequences` is silent of those that the role may not read.
async fn sequences(
    look: &mut Look<'_>,
    structure: &StructureFacts,
    schema: &str,
    counts: &BTreeMap<String, u64>,
) -> Result<BTreeMap<String, i64>, ObserveError> {
    let of_counted = structure.sequences.of(schema).filter(|(_, sequence)| {
        let owner = sequence.owned_by.as_deref().and_then(|owner| owner.split_once('.'));
        owner.is_some_and(|(table, _)| counts.contains_key(table))
    });
    let union = union_all(of_counted.map(|(name, _)| {
        format!("SELECT {}::text, last_value FROM {} WHERE is_called", sql::literal(name), table(schema, name))
    }));
    let Some(union) = union else { return Ok(BTreeMap::new()) };
    let rows: Vec<(String, i64)> = look.typed("the sequences", sqlx::query_as(sqlx::AssertSqlSafe(union))).await?;
    Ok(rows.into_iter().collect())
}

async fn rows(
    look: &mut Look<'_>,
    schema: &str,
    name: &str,
    definition: &TableDefinition,
) -> Result<SeedRows, ObserveError> {
    let columns: Vec<String> = definition.columns.iter().map(|column| column.name.clone()).collect();
    let values = definition.columns.iter().map(|column| match column.data_type.as_str() {
        timed if timed.starts_with("timestamp") => {
            format!("to_jsonb(CASE WHEN {} IS NOT NULL THEN '{{now}}' END)", sql::identifier(&column.name))
        }
        _ => format!("to_jsonb({})", sql::identifier(&column.name)),
    });
    let values: Vec<String> = values.collect();
    let key: Vec<String> = definition.primary_key.iter().map(|column| sql::identifier(column)).collect();
    let order = if key.is_empty() { String::new() } else { format!(" ORDER BY {}", key.join(", ")) };
    let query = format!("SELECT jsonb_build_array({}) FROM {}{order}", values.join(", "), table(schema, name));
    let query = sqlx::query_as(sqlx::AssertSqlSafe(query));
    let rows: Vec<(Json<Vec<Value>>,)> = look.typed("the rows that a migration leaves", query).await?;
    let neutral = |value: Value| if value == schema { Value::from("{schema}") } else { value };
    let rows = rows.into_iter().map(|(Json(row),)| row.into_iter().map(neutral).collect()).collect();
    Ok(SeedRows { columns, rows })
}
