//! What became of a case.

use serde::Serialize;

use super::exchange::Case;
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

impl Case {
    /// What is listed as not kept by the fake is not run, unless it turns out to be kept.
    pub(crate) fn held_to_the_list(&self, is_fake: bool, outcome: Outcome) -> Outcome {
        match (self.not_kept.as_ref().filter(|_| is_fake), outcome) {
            (None, outcome) => outcome,
            (Some(not_kept), Outcome::Kept) => {
                let list = "the list of what is not kept";
                Outcome::of(vec![Difference::new(list, &not_kept.reason, "it is kept")])
            }
            (Some(not_kept), _) => Outcome::NotRun { why: format!("not kept by the fake: {}", not_kept.reason) },
        }
    }
}
