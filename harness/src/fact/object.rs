//! What a schema holds beside tables: sequences and functions; equal ones of many tenants are kept once.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Definitions by schema and name. Equal ones share one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared<T> {
    /// For each schema and name, where its definition stands in `definitions`.
    pub by_schema: BTreeMap<String, BTreeMap<String, usize>>,
    /// Each definition once.
    pub definitions: Vec<T>,
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self { by_schema: BTreeMap::new(), definitions: Vec::new() }
    }
}

impl<T> Shared<T> {
    /// One definition.
    #[must_use]
    pub fn get(&self, schema: &str, name: &str) -> Option<&T> {
        self.definitions.get(*self.by_schema.get(schema)?.get(name)?)
    }

    /// All definitions of one schema, by name.
    pub fn of<'a>(&'a self, schema: &str) -> impl Iterator<Item = (&'a str, &'a T)> {
        let names = self.by_schema.get(schema).into_iter().flatten();
        names.filter_map(|(name, index)| Some((name.as_str(), self.definitions.get(*index)?)))
    }

    /// How many there are in one schema.
    #[must_use]
    pub fn count(&self, schema: &str) -> usize {
        self.by_schema.get(schema).map_or(0, BTreeMap::len)
    }

    /// Puts in, for one schema, all that another one has.
    pub fn insert_all_of(&mut self, other: &str, schema: &str) {
        if let Some(names) = self.by_schema.get(other).cloned() {
            self.by_schema.insert(schema.to_owned(), names);
        }
    }

    /// Takes one out.
    pub fn remove(&mut self, schema: &str, name: &str) {
        if let Some(names) = self.by_schema.get_mut(schema) {
            names.remove(name);
        }
    }
}

impl<T: PartialEq> Shared<T> {
    /// Puts one in, sharing its definition with an equal one.
    pub fn insert(&mut self, schema: &str, name: &str, definition: T) {
        let index = self.definitions.iter().position(|known| *known == definition).unwrap_or_else(|| {
            self.definitions.push(definition);
            self.definitions.len() - 1
        });
        self.by_schema.entry(schema.to_owned()).or_default().insert(name.to_owned(), index);
    }
}

/// One sequence.
///
/// Its type only bounds its range, and so do its own bounds: identity sequences of a tenant that Koku clones are `bigint` with the
/// maximum of an `integer`, where a migrated tenant's are `integer`, and both give the same numbers (source: measured on Koku
/// 768be82, facts koku.md §4 and the notes on catalogs). Who compares, compares [`SequenceDefinition::numbers`] and owners.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SequenceDefinition {
    /// Its type, such as `integer`.
    pub data_type: String,
    /// The first number.
    pub start: i64,
    /// The smallest number.
    pub minimum: i64,
    /// The greatest number.
    pub maximum: i64,
    /// From one number to the next.
    pub increment: i64,
    /// Whether it begins again at its end.
    pub cycle: bool,
    /// The column that it goes with, as `table.column` without quotes; `None` when it stands alone.
    pub owned_by: Option<String>,
    /// How that column has it.
    pub owner_kind: Option<OwnerKind>,
}

/// How a column has a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OwnerKind {
    /// It is an identity column.
    Identity,
    /// Its default takes the next number, or it only owns the sequence.
    Serial,
}

/// The numbers that a sequence gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SequenceNumbers {
    /// The first number.
    pub start: i64,
    /// The smallest number.
    pub minimum: i64,
    /// The greatest number.
    pub maximum: i64,
    /// From one number to the next.
    pub increment: i64,
    /// Whether it begins again at its end.
    pub cycle: bool,
}

impl SequenceDefinition {
    /// A sequence as PostgreSQL makes it of a type when nothing else is said: from 1 up by 1 to the type's maximum.
    #[must_use]
    pub fn usual(data_type: &str, owned_by: Option<String>, owner_kind: Option<OwnerKind>) -> Self {
        let maximum = match data_type {
            "smallint" => i64::from(i16::MAX),
            "integer" => i64::from(i32::MAX),
            _ => i64::MAX,
        };
        Self {
            data_type: data_type.to_owned(),
            start: 1,
            minimum: 1,
            maximum,
            increment: 1,
            cycle: false,
            owned_by,
            owner_kind,
        }
    }

    /// What it gives, whatever its type.
    #[must_use]
    pub const fn numbers(&self) -> SequenceNumbers {
        let Self { start, minimum, maximum, increment, cycle, .. } = *self;
        SequenceNumbers { start, minimum, maximum, increment, cycle }
    }
}

impl fmt::Display for SequenceDefinition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { start, minimum, maximum, increment, .. } = self;
        write!(formatter, "from {start} by {increment} within {minimum} to {maximum}")?;
        if self.cycle {
            formatter.write_str(", over and over")?;
        }
        match (&self.owned_by, self.owner_kind) {
            (Some(column), Some(OwnerKind::Identity)) => write!(formatter, ", the identity of {column}"),
            (Some(column), _) => write!(formatter, ", owned by {column}"),
            (None, _) => formatter.write_str(", owned by no column"),
        }
    }
}

/// One function or procedure, but for its body: the measured catalogs have none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FunctionDefinition {
    /// Its name.
    pub name: String,
    /// `function`, `procedure`, `aggregate` or `window`.
    pub kind: String,
    /// Its arguments with names, modes and defaults, as `pg_get_function_arguments` prints them.
    pub arguments: String,
    /// What it returns, as `pg_get_function_result` prints it; a procedure returns nothing.
    pub returns: Option<String>,
    /// Its language, such as `plpgsql`.
    pub language: String,
    /// `immutable`, `stable` or `volatile`.
    pub volatility: String,
    /// Whether it is not called with a NULL.
    pub strict: bool,
}

impl FunctionDefinition {
    /// What tells it from every other function of its schema: name and arguments.
    #[must_use]
    pub fn signature(&self) -> String {
        format!("{}({})", self.name, self.arguments)
    }
}

impl fmt::Display for FunctionDefinition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.kind, self.signature())?;
        if let Some(returns) = &self.returns {
            write!(formatter, " returns {returns}")?;
        }
        write!(formatter, " in {}, {}", self.language, self.volatility)?;
        if self.strict { formatter.write_str(", strict") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clones_sequence_gives_the_numbers_of_a_migrated_one() {
        let migrated = SequenceDefinition::usual("integer", Some("t.id".into()), Some(OwnerKind::Identity));
        let cloned = SequenceDefinition { data_type: "bigint".into(), ..migrated.clone() };
        assert_eq!(migrated.numbers(), cloned.numbers());
        assert_ne!(migrated.numbers(), SequenceDefinition::usual("bigint", None, None).numbers());
        assert_eq!(migrated.to_string(), "from 1 by 1 within 1 to 2147483647, the identity of t.id");
    }

    #[test]
    fn equal_definitions_are_kept_once() {
        let sequence = |name: &str| SequenceDefinition::usual("integer", Some(format!("{name}.id")), None);
        let mut shared = Shared::default();
        shared.insert("a", "s", sequence("t"));
        shared.insert("b", "s", sequence("t"));
        shared.insert("b", "r", sequence("u"));
        assert_eq!((shared.definitions.len(), shared.count("b")), (2, 2));
        assert_eq!(shared.get("a", "s"), shared.get("b", "s"));
        shared.remove("b", "s");
        assert_eq!(shared.of("b").map(|(name, _)| name).collect::<Vec<_>>(), ["r"]);
    }
}
