//! What became of a case.

use serde::Serialize;

use crate::contract::matching::Difference;

/// What became of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// The system did what was recorded.
    Kept,
    /// It did something else.
    Differs {
        /// Each field that differs.
        differences: Vec<Difference>,
    },
    /// It was not asked, and why.
    NotRun {
        /// What is missing, or why nobody expects it to be kept.
        why: String,
    },
}

impl Outcome {
    /// Kept, where nothing differs.
    pub(crate) fn of(differences: Vec<Difference>) -> Self {
        if differences.is_empty() { Self::Kept } else { Self::Differs { differences } }
    }
}
