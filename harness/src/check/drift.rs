//! Drift: what a difference of structure does.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a difference of structure does, gravest first: a finding of several differences is of the gravest class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Drift {
    /// A table, or a partition of one, is gone, with its data.
    LostTable,
    /// A column is gone, with its data.
    LostColumn,
    /// A column has a type that takes other values than the expected one.
    RetypedColumn,
    /// A column takes fewer values than the expected one, or must be given: rows that fit elsewhere are refused or cut.
    NarrowedColumn,
    /// A column takes more values than the expected one, NULL for instance.
    WidenedColumn,
    /// A sequence is gone, or a column's identity, so that nothing numbers new rows.
    LostSequence,
    /// A function is gone, and whoever calls it fails.
    LostFunction,
    /// A trigger is gone, so that nothing happens when rows change.
    LostTrigger,
    /// A key or a check is gone: rows that are wrong are taken.
    LostKey,
    /// An index is gone: the same answers, later.
    LostIndex,
    /// Something is there in another form: a default, the order of columns, a function's properties.
    Altered,
    /// Something is there that is not expected, and nothing is missing.
    Extra,
}

impl Drift {
    /// The class as a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LostTable => "lost-table",
            Self::LostColumn => "lost-column",
            Self::RetypedColumn => "retyped-column",
            Self::NarrowedColumn => "narrowed-column",
            Self::WidenedColumn => "widened-column",
            Self::LostSequence => "lost-sequence",
            Self::LostFunction => "lost-function",
            Self::LostTrigger => "lost-trigger",
            Self::LostKey => "lost-key",
            Self::LostIndex => "lost-index",
            Self::Altered => "altered",
            Self::Extra => "extra",
        }
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_what_a_file_says() {
        for drift in [Drift::LostTable, Drift::NarrowedColumn, Drift::Extra] {
            assert_eq!(serde_json::to_string(&drift).expect("serializes"), format!("\"{drift}\""));
        }
    }
}
