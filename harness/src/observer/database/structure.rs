//! The structure of all schemas, without fetching what is equal more than once.
//!
//! The server first makes a fingerprint of each table from the catalogs' own columns, which is cheap; equal fingerprints mean equal
//! tables. Then one table of each fingerprint that was never seen is described in full, by PostgreSQL's own definition functions,
//! which are not cheap.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use sqlx::postgres::types::Oid;
use sqlx::types::Json;

use super::definitions::{self, Key};
use super::error::ObserveError;
use super::neutral::neutral;
use super::objects;
use super::session::Look;
use crate::fact::structure::{StructureFacts, TableDefinition, is_month_partition_name};

/// The newest version whose catalogs were searched for columns that change a definition.
const NEWEST_KNOWN: u32 = 179_999;

/// One row of `fingerprints.sql`: a table, its schema and name, what it is a partition of, and its fingerprint where it is compared.
type Fingerprinted = (Oid, String, String, Option<String>, Option<i64>);

/// Everything in every schema that is no system schema. `version` is the server's, as `server_version_num`.
pub(super) async fn structure(look: &mut Look<'_>, version: u32) -> Result<StructureFacts, ObserveError> {
    let query = sqlx::query_as(include_str!("sql/fingerprints.sql")).bind(version <= NEWEST_KNOWN);
    let tables: Vec<Fingerprinted> = look.typed("the structure", query).await?;
    learn(look, version, &tables).await?;
    let (sequences, functions) = objects::objects(look, version).await?;

    let mut structure = StructureFacts { sequences, functions, ..StructureFacts::default() };
    let mut collected = Collected::default();
    for (_, schema, name, parent, fingerprint) in tables {
        match (fingerprint, parent) {
            (Some(fingerprint), _) => {
                let key = Key { version, name, fingerprint };
                // What was unknown is learned by now, but for a table that was dropped since.
                if let Some(definition) = definitions::known(&key) {
                    let index = collected.index_of(&definition);
                    structure.tables.entry(schema).or_default().insert(key.name, index);
                }
            }
            (None, Some(parent)) if is_month_partition_name(&name) => {
                structure.month_partitions.entry(schema).or_default().insert(name, parent);
            }
            (None, _) => {}
        }
    }
    structure.definitions = collected.definitions.iter().map(|definition| TableDefinition::clone(definition)).collect();
    Ok(structure)
}

/// Definitions in the order in which they came up. Equal ones are one, so that their addresses tell them apart.
#[derive(Default)]
struct Collected {
    definitions: Vec<Arc<TableDefinition>>,
    index: HashMap<*const TableDefinition, usize>,
}

impl Collected {
    fn index_of(&mut self, definition: &Arc<TableDefinition>) -> usize {
        *self.index.entry(Arc::as_ptr(definition)).or_insert_with(|| {
            self.definitions.push(Arc::clone(definition));
            self.definitions.len() - 1
        })
    }
}

/// Has one table of each unknown fingerprint described.
async fn learn(look: &mut Look<'_>, version: u32, tables: &[Fingerprinted]) -> Result<(), ObserveError> {
    let mut unknown: BTreeMap<Key, (Oid, &str)> = BTreeMap::new();
    for (oid, schema, name, _, fingerprint) in tables {
        let Some(fingerprint) = *fingerprint else { continue };
        let key = Key { version, name: name.clone(), fingerprint };
        if definitions::known(&key).is_none() {
            unknown.entry(key).or_insert((*oid, schema));
        }
    }
    if unknown.is_empty() {
        return Ok(());
    }
    let oids: Vec<Oid> = unknown.values().map(|(oid, _)| *oid).collect();
    let query = sqlx::query_as(include_str!("sql/definitions.sql")).bind(oids);
    let rows: Vec<(Oid, Json<TableDefinition>)> = look.typed("the definitions of tables", query).await?;
    let mut described: HashMap<Oid, TableDefinition> =
        rows.into_iter().map(|(oid, Json(table))| (oid, table)).collect();
    for (key, (oid, schema)) in unknown {
        if let Some(table) = described.remove(&oid) {
            definitions::learn(key, neutralised(table, schema));
        }
    }
    Ok(())
}

/// Puts `{schema}` in the place of the table's own schema, and sorts what is a multiset.
fn neutralised(mut table: TableDefinition, schema: &str) -> TableDefinition {
    let TableDefinition { unique, checks, foreign_keys, indexes, triggers, .. } = &mut table;
    for texts in [unique, checks, foreign_keys, indexes, triggers] {
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
