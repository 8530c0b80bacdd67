//! The structure of all schemas, without fetching what is equal more than once.
//!
//! The server first makes a fingerprint of each table from the catalogs' own columns, which is cheap; equal fingerprints mean equal
//! tables. Then one table of each fingerprint is described in full, by PostgreSQL's own definition functions, which are not.

use std::collections::{BTreeMap, HashMap};

use sqlx::postgres::types::Oid;
use sqlx::types::Json;

use super::error::ObserveError;
use super::session::Look;
use crate::check::sql;
use crate::fact::structure::{StructureFacts, TableDefinition, is_month_partition_name};

/// Every table of every schema that is no system schema.
pub(super) async fn structure(look: &mut Look<'_>) -> Result<StructureFacts, ObserveError> {
    let query = sqlx::query_as(include_str!("sql/fingerprints.sql"));
    let tables: Vec<(Oid, String, String, String)> = look.typed("the structure", query).await?;
    let mut one_of_each: HashMap<(&str, &str), &(Oid, String, String, String)> = HashMap::new();
    for table in &tables {
        one_of_each.entry((&table.2, &table.3)).or_insert(table);
    }
    let schema_of: HashMap<Oid, &str> = one_of_each.values().map(|table| (table.0, table.1.as_str())).collect();
    let described = describe(look, &schema_of).await?;

    let mut structure = StructureFacts { month_partitions: month_partitions(look).await?, ..StructureFacts::default() };
    let mut place: HashMap<TableDefinition, usize> = HashMap::new();
    let mut index_of: HashMap<Oid, usize> = HashMap::new();
    for (oid, definition) in described {
        let next = place.len();
        index_of.insert(oid, *place.entry(definition).or_insert(next));
    }
    for (_, schema, name, fingerprint) in &tables {
        let index = one_of_each.get(&(name.as_str(), fingerprint.as_str())).and_then(|one| index_of.get(&one.0));
        if let Some(index) = index {
            structure.tables.entry(schema.clone()).or_default().insert(name.clone(), *index);
        }
    }
    let mut definitions: Vec<(usize, TableDefinition)> =
        place.into_iter().map(|(table, index)| (index, table)).collect();
    definitions.sort_by_key(|(index, _)| *index);
    structure.definitions = definitions.into_iter().map(|(_, table)| table).collect();
    Ok(structure)
}

async fn describe(
    look: &mut Look<'_>,
    schema_of: &HashMap<Oid, &str>,
) -> Result<Vec<(Oid, TableDefinition)>, ObserveError> {
    let mut oids: Vec<Oid> = schema_of.keys().copied().collect();
    oids.sort_by_key(|oid| oid.0);
    let query = sqlx::query_as(include_str!("sql/definitions.sql")).bind(oids);
    let rows: Vec<(Oid, Json<TableDefinition>)> = look.typed("the definitions of tables", query).await?;
    let neutral = |(oid, Json(table)): (Oid, Json<TableDefinition>)| {
        let schema = schema_of.get(&oid).copied().unwrap_or_default();
        (oid, neutralised(table, schema))
    };
    Ok(rows.into_iter().map(neutral).collect())
}

async fn month_partitions(look: &mut Look<'_>) -> Result<BTreeMap<String, BTreeMap<String, String>>, ObserveError> {
    let query = sqlx::query_as(include_str!("sql/month_partitions.sql"));
    let rows: Vec<(String, String, String)> = look.typed("the partitions", query).await?;
    let mut partitions: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (schema, name, parent) in rows.into_iter().filter(|(_, name, _)| is_month_partition_name(name)) {
        partitions.entry(schema).or_default().insert(name, parent);
    }
    Ok(partitions)
}

/// Puts `{schema}` in the place of the table's own schema, and sorts what is a multiset.
fn neutralised(mut table: TableDefinition, schema: &str) -> TableDefinition {
    for texts in [&mut table.unique, &mut table.checks, &mut table.foreign_keys, &mut table.indexes] {
        for text in texts.iter_mut() {
            *text = neutral(text, schema);
        }
        texts.sort();
    }
    for column in &mut table.columns {
        column.default = column.default.take().map(|text| neutral(&text, schema));
        column.data_type = neutral(&column.data_type, schema);
    }
    table
}

fn neutral(text: &str, schema: &str) -> String {
    if schema == "public" {
        return text.to_owned(); // The shared schema is the same in every database, and the catalog keeps its name.
    }
    let qualified = format!("{}.", sql::identifier(schema));
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(&qualified) {
        let (before, from) = rest.split_at(at);
        result.push_str(before);
        let within_a_word = result.chars().last().is_some_and(|last| last.is_alphanumeric() || "_\"$.".contains(last));
        result.push_str(if within_a_word { &qualified } else { "{schema}." });
        rest = &from[qualified.len()..];
    }
    result + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_schema_is_neutralised() {
        assert_eq!(
            neutral("FOREIGN KEY (a) REFERENCES acme.t(id)", "acme"),
            "FOREIGN KEY (a) REFERENCES {schema}.t(id)"
        );
        assert_eq!(neutral("REFERENCES big_acme.t(id)", "acme"), "REFERENCES big_acme.t(id)");
        assert_eq!(neutral("nextval('acme.s'::regclass)", "acme"), "nextval('{schema}.s'::regclass)");
        assert_eq!(neutral("REFERENCES \"AB-c.1\".t(id)", "AB-c.1"), "REFERENCES {schema}.t(id)");
        assert_eq!(neutral("REFERENCES public.t(id)", "public"), "REFERENCES public.t(id)");
    }
}
