//! The structure of a tenant's tables: columns, keys, indexes.
//!
//! A difference has one finding: what a missing column or table takes with it is not reported again, nor what a partition
//! inherits from its parent.

use std::collections::BTreeMap;

use super::case::TenantCase;
use super::form::{Check, Deviation, Judgement};
use super::sql;
use super::tables::{MIGRATED, check, rebuild};
use crate::fact::structure::{Column, TableDefinition};

pub(super) const CHECKS: &[Check] = &[
    check(
        "columns-differ",
        "every table has the catalog's columns, by name, type, null and default",
        MIGRATED,
        columns_differ,
    ),
    check(
        "keys-differ",
        "every table has the catalog's primary, unique and foreign keys and checks",
        MIGRATED,
        keys_differ,
    ),
    check("indexes-differ", "every table has the catalog's indexes, whatever their names", MIGRATED, indexes_differ),
];

/// What differs between two tables, as texts.
#[derive(Debug, Default, PartialEq, Eq)]
struct Difference {
    missing: Vec<String>,
    unexpected: Vec<String>,
}

impl Difference {
    fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.unexpected.is_empty()
    }

    /// Compares two multisets.
    fn of(expected: &[String], observed: &[String]) -> Self {
        Self { missing: minus(expected, observed), unexpected: minus(observed, expected) }
    }

    /// Without what another difference has as well.
    fn without(self, other: &Self) -> Self {
        Self { missing: minus(&self.missing, &other.missing), unexpected: minus(&self.unexpected, &other.unexpected) }
    }
}

fn minus(from: &[String], taken: &[String]) -> Vec<String> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for text in taken {
        *left.entry(text).or_default() += 1;
    }
    let remains = |text: &&String| match left.get_mut(text.as_str()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    from.iter().filter(remains).cloned().collect()
}

/// From which major version on PostgreSQL keeps identity on partitions too; the catalog was measured before.
const IDENTITY_ON_PARTITIONS: u32 = 17;

fn columns_differ(case: &TenantCase<'_>) -> Judgement {
    let ignore_identity = case.facts.server.major() >= IDENTITY_ON_PARTITIONS;
    let text = move |table: &TableDefinition| {
        let on_partition = ignore_identity && table.partition_of.is_some();
        let shown = |column: &Column| {
            if on_partition { Column { identity: None, ..column.clone() }.to_string() } else { column.to_string() }
        };
        table.columns.iter().map(shown).collect::<Vec<_>>()
    };
    judge(
        case,
        |expected, observed| Difference::of(&text(expected), &text(observed)),
        |difference| {
            let altered = difference
                .missing
                .iter()
                .any(|text| difference.unexpected.iter().any(|other| first_word(other) == first_word(text)));
            if altered {
                "a column was altered by hand, or by another version of Koku"
            } else {
                "a column was dropped or added by hand, or by another version of Koku"
            }
        },
    )
}

fn first_word(text: &str) -> &str {
    text.split(' ').next().unwrap_or(text)
}

fn keys_differ(case: &TenantCase<'_>) -> Judgement {
    let is_there = |key: &str| {
        referenced_table(key).is_none_or(|table| case.facts.structure.table(&case.tenant.schema, table).is_some())
    };
    judge(
        case,
        |expected, observed| {
            let gone = missing_columns(expected, observed);
            let lasting = |table: &TableDefinition| {
                let mut keys = keys(table);
                keys.retain(|key| is_there(key) && !gone.iter().any(|column| mentions(key, column)));
                keys
            };
            Difference::of(&lasting(expected), &lasting(observed))
        },
        |_| "a constraint was dropped or added by hand, or by another version of Koku",
    )
}

fn indexes_differ(case: &TenantCase<'_>) -> Judgement {
    judge(
        case,
        |expected, observed| {
            let gone = missing_columns(expected, observed);
            // The index of a unique constraint comes and goes with it; the constraint is the finding.
            let lasting = |table: &TableDefinition, other: &TableDefinition| {
                let of_keys: Vec<String> =
                    minus(&table.unique, &other.unique).iter().map(|key| index_of(key)).collect();
                let mut indexes = minus(&table.indexes, &of_keys);
                indexes.retain(|index| !gone.iter().any(|column| mentions(index, column)));
                indexes
            };
            Difference::of(&lasting(expected, observed), &lasting(observed, expected))
        },
        |_| "an index was dropped or added by hand, or by another version of Koku",
    )
}

/// The index that PostgreSQL makes for a unique constraint.
fn index_of(unique: &str) -> String {
    let columns = unique.trim_start_matches("UNIQUE ");
    let columns = columns.split(" DEFERRABLE").next().unwrap_or(columns);
    format!("UNIQUE USING btree {columns}")
}

fn keys(table: &TableDefinition) -> Vec<String> {
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

/// Compares every table that is there with the catalog's.
fn judge(
    case: &TenantCase<'_>,
    compare: impl Fn(&TableDefinition, &TableDefinition) -> Difference,
    explain: impl Fn(&Difference) -> &'static str,
) -> Judgement {
    let schema = &case.tenant.schema;
    let Some(catalog) = &case.system.catalog else { return Judgement::default() };
    let catalog = &catalog.tenant.tables;
    let difference = |name: &str| {
        let expected = catalog.get(name)?;
        let observed = case.facts.structure.table(schema, name)?;
        // Nearly all are equal, and this is much less work than to see that nothing differs.
        Some(if expected == observed { Difference::default() } else { compare(expected, observed) })
    };
    let mut judgement = Judgement::default();
    for (name, table) in catalog {
        let Some(own) = difference(name) else { continue };
        judgement.examined += 1;
        let inherited = table.partition_of.as_deref().and_then(difference).unwrap_or_default();
        let own = own.without(&inherited);
        if own.is_empty() {
            continue;
        }
        judgement.deviations.push(Deviation {
            place: Some(format!("{}.{}", sql::identifier(schema), sql::identifier(name))),
            expected: shown(&own.missing, schema),
            observed: shown(&own.unexpected, schema),
            cause: explain(&own).to_owned(),
            remedy: rebuild(case),
            drift: None,
        });
    }
    judgement
}

/// The texts with the tenant's own name in them.
fn shown(texts: &[String], schema: &str) -> String {
    let named = |text: &String| text.replace("{schema}", &sql::identifier(schema));
    if texts.is_empty() { "nothing".to_owned() } else { texts.iter().map(named).collect::<Vec<_>>().join("; ") }
}
