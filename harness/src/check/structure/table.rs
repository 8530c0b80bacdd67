//! Two tables of one name, aspect by aspect.

use super::difference::{Difference, minus};
use super::shape::Shape;
use crate::fact::structure::{Column, TableDefinition};

/// Columns by name, type, null, default and identity. `without_identity` leaves the last out of partitions.
pub(super) fn columns(
    expected: &TableDefinition,
    observed: &TableDefinition,
    without_identity: bool,
) -> Difference<Column> {
    let compared = |table: &TableDefinition| {
        let mut columns = table.columns.clone();
        if without_identity && table.partition_of.is_some() {
            for column in &mut columns {
                column.identity = None;
            }
        }
        columns
    };
    Difference::of(&compared(expected), &compared(observed))
}

/// Primary, unique and foreign keys and checks, but for those that went with a column or with the table they refer to.
pub(super) fn keys(expected: &TableDefinition, observed: &TableDefinition, schema: &Shape<'_>) -> Difference {
    let gone = missing_columns(expected, observed);
    let is_there = |key: &str| referenced_table(key).is_none_or(|table| schema.tables.contains_key(table));
    let lasting = |table: &TableDefinition| {
        let mut keys = all_keys(table);
        keys.retain(|key| is_there(key) && !gone.iter().any(|column| mentions(key, column)));
        keys
    };
    Difference::of(&lasting(expected), &lasting(observed))
}

/// Indexes, but for those that went with a column or with the constraint that has them.
pub(super) fn indexes(expected: &TableDefinition, observed: &TableDefinition) -> Difference {
    let gone = missing_columns(expected, observed);
    let lasting = |table: &TableDefinition, other: &TableDefinition| {
        let of_keys: Vec<String> = minus(&table.unique, &other.unique).iter().map(|key| index_of(key)).collect();
        let mut indexes = minus(&table.indexes, &of_keys);
        indexes.retain(|index| !gone.iter().any(|column| mentions(index, column)));
        indexes
    };
    Difference::of(&lasting(expected, observed), &lasting(observed, expected))
}

/// Triggers, but for those that went with the function they call.
pub(super) fn triggers(
    expected: &TableDefinition,
    observed: &TableDefinition,
    has_function: impl Fn(&str) -> bool,
) -> Difference {
    let mut lasting = expected.triggers.clone();
    lasting.retain(|trigger| called_function(trigger).is_none_or(&has_function));
    Difference::of(&lasting, &observed.triggers)
}

/// The index that PostgreSQL makes for a unique constraint.
fn index_of(unique: &str) -> String {
    let columns = unique.trim_start_matches("UNIQUE ");
    let columns = columns.split(" DEFERRABLE").next().unwrap_or(columns);
    format!("UNIQUE USING btree {columns}")
}

fn all_keys(table: &TableDefinition) -> Vec<String> {
    let primary = (!table.primary_key.is_empty()).then(|| format!("PRIMARY KEY ({})", table.primary_key.join(", ")));
    let others = table.unique.iter().chain(&table.checks).chain(&table.foreign_keys).cloned();
    primary.into_iter().chain(others).collect()
}

fn missing_columns<'a>(expected: &'a TableDefinition, observed: &TableDefinition) -> Vec<&'a str> {
    let is_gone = |column: &&Column| observed.columns.iter().all(|seen| seen.name != column.name);
    expected.columns.iter().filter(is_gone).map(|column| column.name.as_str()).collect()
}

/// Whether a definition names a column, as a word of its own.
fn mentions(definition: &str, column: &str) -> bool {
    let own = definition.split(" REFERENCES ").next().unwrap_or(definition);
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    own.split(|character| !is_word(character)).any(|word| word == column)
}

/// The table of the same schema that a foreign key refers to.
fn referenced_table(key: &str) -> Option<&str> {
    let (_, target) = key.split_once(" REFERENCES {schema}.")?;
    target.split('(').next()
}

/// The function that a trigger calls, with its schema: `{schema}.name` or `public.name`.
fn called_function(trigger: &str) -> Option<&str> {
    let (_, call) = trigger.split_once(" EXECUTE FUNCTION ")?;
    call.split('(').next()
}
