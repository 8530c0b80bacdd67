//! One thing in which two catalogs differ.

use std::fmt;

use serde::Serialize;

use crate::check::Drift;

/// What differs, in the order in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An extension of the database.
    Extension,
    /// A migration, or the order of all.
    Migration,
    /// A table, or what kind of table it is.
    Table,
    /// A partition, or its parent or bound.
    Partition,
    /// A column, or the order of a table's columns.
    Column,
    /// A primary, unique or foreign key, or a check.
    Key,
    /// An index.
    Index,
    /// A trigger.
    Trigger,
    /// A sequence.
    Sequence,
    /// A function or procedure.
    Function,
    /// Rows that a migration leaves behind, or the last number that it took.
    SeedRows,
}

impl Kind {
    /// The word for this many of them.
    pub(super) const fn counted(self, count: usize) -> &'static str {
        match (self, count) {
            (Self::Extension, 1) => "extension",
            (Self::Extension, _) => "extensions",
            (Self::Migration, 1) => "migration",
            (Self::Migration, _) => "migrations",
            (Self::Table, 1) => "table",
            (Self::Table, _) => "tables",
            (Self::Partition, 1) => "partition",
            (Self::Partition, _) => "partitions",
            (Self::Column, 1) => "column",
            (Self::Column, _) => "columns",
            (Self::Key, 1) => "key",
            (Self::Key, _) => "keys",
            (Self::Index, 1) => "index",
            (Self::Index, _) => "indexes",
            (Self::Trigger, 1) => "trigger",
            (Self::Trigger, _) => "triggers",
            (Self::Sequence, 1) => "sequence",
            (Self::Sequence, _) => "sequences",
            (Self::Function, 1) => "function",
            (Self::Function, _) => "functions",
            (Self::SeedRows, 1) => "first row",
            (Self::SeedRows, _) => "first rows",
        }
    }

    /// Whether its name says all that is to be said of one that only one catalog has.
    pub(super) const fn is_told_by_its_name(self) -> bool {
        matches!(
            self,
            Self::Extension | Self::Migration | Self::Table | Self::Partition | Self::Sequence | Self::Trigger
        )
    }
}

/// In which of two catalogs it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Only in the first.
    Less,
    /// In both, and not the same.
    Other,
    /// Only in the second.
    More,
}

impl Change {
    /// The sign that stands before it.
    pub(super) const fn sign(self) -> char {
        match self {
            Self::Less => '-',
            Self::Other => '~',
            Self::More => '+',
        }
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// `public` or `tenant`; `None` for what is the database's.
    pub schema: Option<&'static str>,
    /// What it is that differs.
    pub kind: Kind,
    /// Its name, with the table's in front where it is a part of one.
    pub object: String,
    /// Which has it.
    pub change: Change,
    /// What it does to structure, seen from the first: what is only in the first is lost, what is only in the second is extra.
    pub drift: Option<Drift>,
    /// As the first has it.
    pub left: Option<String>,
    /// As the second has it.
    pub right: Option<String>,
}

impl Difference {
    /// Of a thing of which at least one catalog has a text; `None` where both have the same.
    pub(super) fn of(
        kind: Kind,
        object: impl Into<String>,
        left: Option<String>,
        right: Option<String>,
        drift: impl FnOnce(Change) -> Option<Drift>,
    ) -> Option<Self> {
        let change = match (&left, &right) {
            (Some(_), None) => Change::Less,
            (None, Some(_)) => Change::More,
            (left, right) if left == right => return None,
            _ => Change::Other,
        };
        Some(Self { schema: None, kind, object: object.into(), change, drift: drift(change), left, right })
    }

    /// As part of a sentence about the two that differ, by their names.
    pub(in crate::catalog) fn between(&self, left: &str, right: &str) -> String {
        let kind = self.kind.counted(1);
        match self.change {
            Change::Less => format!("only {left} has {kind} {self}"),
            Change::Other => format!("{kind} {self}"),
            Change::More => format!("only {right} has {kind} {self}"),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.object)?;
        match (&self.left, &self.right) {
            (Some(left), Some(right)) => write!(formatter, ": {left} → {right}"),
            (Some(text), None) | (None, Some(text)) if !self.kind.is_told_by_its_name() => {
                write!(formatter, ": {text}")
            }
            _ => Ok(()),
        }
    }
}
