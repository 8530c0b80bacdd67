//! What was observed of a schema, in the layout of a catalog file.

use std::collections::BTreeMap;

use super::capture_error::CaptureError;
use super::load::inherit;
use super::raw::{RawFunction, RawKind, RawRows, RawSchema, RawSeed, RawSequence, RawTable, RawTrigger};
use super::raw_column::RawColumn;
use crate::fact::object::{FunctionDefinition, SequenceDefinition};
use crate::fact::seed::SeedFacts;
use crate::fact::structure::{Column, StructureFacts, TableDefinition, TableKind};

/// The structure of one schema, without its first rows. Month partitions are no part of it.
pub(super) fn schema(structure: &StructureFacts, schema: &str) -> Result<RawSchema, CaptureError> {
    let mut tables = BTreeMap::new();
    let mut triggers = Vec::new();
    for (name, table) in structure.tables_of(schema) {
        let raw = raw_table(table);
        if let Some(parent) = table.partition_of.as_deref().and_then(|parent| structure.table(schema, parent)) {
            let inherited = inherit(parent, table.partition_of.clone(), table.bound.clone());
            if without_identity(table) != inherited {
                return Err(CaptureError::PartitionOfItsOwn { schema: schema.to_owned(), partition: name.to_owned() });
            }
        }
        triggers.extend(table.triggers.iter().map(|definition| trigger(name, definition)));
        tables.insert(name.to_owned(), raw);
    }
    triggers.sort();
    let mut functions: Vec<RawFunction> = structure.functions.of(schema).map(|(_, one)| function(one)).collect();
    functions.sort_by(|one, other| (&one.name, &one.arguments).cmp(&(&other.name, &other.arguments)));
    let sequences = structure.sequences.of(schema).map(|(name, one)| sequence(name, one)).collect();
    Ok(RawSchema { counts: None, sequences, functions, triggers, seed: seed(SeedFacts::default()), tables })
}

/// The first rows.
pub(super) fn seed(facts: SeedFacts) -> RawSeed {
    let SeedFacts { migrations, counts, sequences, rows } = facts;
    let rows = rows.into_iter().map(|(table, rows)| (table, RawRows { columns: rows.columns, rows: rows.rows }));
    RawSeed { counts, sequences, migrations_in_order: migrations, rows: rows.collect() }
}

/// Before PostgreSQL 17 identity is the parent's alone; from then on partitions show it too.
fn without_identity(partition: &TableDefinition) -> TableDefinition {
    let columns = partition.columns.iter().map(|column| Column { identity: None, ..column.clone() }).collect();
    TableDefinition { columns, ..partition.clone() }
}

fn raw_table(table: &TableDefinition) -> RawTable {
    let kind = match table.kind {
        TableKind::Table => RawKind::Table,
        TableKind::Partitioned => RawKind::Partitioned,
        TableKind::Partition => RawKind::Partition,
    };
    let own = |texts: &[String]| if kind == RawKind::Partition { vec![] } else { texts.to_vec() };
    let columns: &[Column] = if kind == RawKind::Partition { &[] } else { &table.columns };
    let strategy = table.partition_key.as_deref().and_then(|key| key.split(' ').next()).map(str::to_lowercase);
    RawTable {
        kind,
        columns: columns.iter().cloned().map(RawColumn).collect(),
        primary_key: own(&table.primary_key),
        unique: own(&table.unique),
        checks: own(&table.checks),
        foreign_keys: own(&table.foreign_keys),
        indexes: own(&table.indexes),
        partition_key: table.partition_key.clone(),
        partition_strategy: strategy,
        partition_of: table.partition_of.clone(),
        bound: table.bound.clone(),
    }
}

fn trigger(table: &str, definition: &str) -> RawTrigger {
    let name = definition.split_once("TRIGGER ").map_or("", |(_, rest)| rest);
    RawTrigger { table: table.to_owned(), name: first_name(name), definition: definition.to_owned() }
}

/// The name with which an SQL text begins, without its quotes.
fn first_name(text: &str) -> String {
    let Some(quoted) = text.strip_prefix('"') else {
        return text.split(' ').next().unwrap_or_default().to_owned();
    };
    let mut name = String::new();
    let mut rest = quoted;
    while let Some((part, after)) = rest.split_once('"') {
        name.push_str(part);
        match after.strip_prefix('"') {
            Some(after) => {
                name.push('"');
                rest = after;
            }
            None => break,
        }
    }
    name
}

fn function(function: &FunctionDefinition) -> RawFunction {
    let FunctionDefinition { name, kind, arguments, returns, language, volatility, strict } = function.clone();
    let returns_set = returns.as_deref().is_some_and(|text| text.starts_with("SETOF ") || text.starts_with("TABLE("));
    RawFunction { name, kind, arguments, returns, language, volatility, strict, returns_set }
}

fn sequence(name: &str, sequence: &SequenceDefinition) -> RawSequence {
    let SequenceDefinition { data_type, owned_by, owner_kind, .. } = sequence.clone();
    let usual = SequenceDefinition::usual(&data_type, None, None);
    let unusual = |own: i64, usual: i64| (own != usual).then_some(own);
    RawSequence {
        name: name.to_owned(),
        owned_by,
        owner_kind,
        start: unusual(sequence.start, usual.start),
        minimum: unusual(sequence.minimum, usual.minimum),
        maximum: unusual(sequence.maximum, usual.maximum),
        increment: unusual(sequence.increment, usual.increment),
        cycle: sequence.cycle,
        data_type,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_has_the_name_that_stands_in_its_definition() {
        let name = |definition: &str| trigger("t", definition).name;
        assert_eq!(name("CREATE TRIGGER audit AFTER INSERT ON {schema}.t"), "audit");
        assert_eq!(name("CREATE CONSTRAINT TRIGGER audit AFTER INSERT ON {schema}.t"), "audit");
        assert_eq!(name("CREATE TRIGGER \"My \"\"own\"\" one\" AFTER INSERT ON {schema}.t"), "My \"own\" one");
    }
}
