//! Outcomes are a type: an error is never an empty answer, and a skip never counts as a pass.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::finding::Finding;

/// How a check, a phase or a scenario ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// Something was examined and nothing was wrong.
    Passed,
    /// Something is wrong.
    Failed {
        /// What, in the order in which it was found.
        findings: Vec<Finding>,
    },
    /// It could not be observed or carried out.
    Errored {
        /// Why, as one text with its causes.
        why: String,
    },
    /// It was left out on purpose.
    Skipped {
        /// Why.
        reason: String,
    },
    /// It could not be judged because something before it did not pass.
    NotRun {
        /// The check or phase that did not pass.
        because: String,
    },
}

impl Outcome {
    /// The outcome as one word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed { .. } => "failed",
            Self::Errored { .. } => "errored",
            Self::Skipped { .. } => "skipped",
            Self::NotRun { .. } => "not run",
        }
    }

    /// Whether it passed; nothing else is a pass.
    #[must_use]
    pub const fn passed(&self) -> bool {
        matches!(self, Self::Passed)
    }

    /// The findings, where there are any.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Failed { findings } => findings,
            _ => &[],
        }
    }

    /// The outcome of a whole from those of its parts: an error outweighs a failure, which outweighs what was not run.
    /// A whole without parts has examined nothing and did not pass.
    #[must_use]
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut findings = Vec::new();
        let mut errors = Vec::new();
        let (mut passed, mut not_run, mut skipped) = (0_usize, None, None);
        for part in parts {
            match part {
                Self::Passed => passed += 1,
                Self::Failed { findings: found } => findings.extend(found.iter().cloned()),
                // One failed look fails every check that needed it; it is told once.
                Self::Errored { why } if errors.contains(why) => {}
                Self::Errored { why } => errors.push(why.clone()),
                Self::Skipped { reason } => skipped = skipped.or(Some(reason.clone())),
                Self::NotRun { because } => not_run = not_run.or(Some(because.clone())),
            }
        }
        if !errors.is_empty() {
            return Self::Errored { why: errors.join("; ") };
        }
        if !findings.is_empty() {
            return Self::Failed { findings };
        }
        match (not_run, skipped) {
            (Some(because), _) => Self::NotRun { because },
            (None, Some(reason)) if passed == 0 => Self::Skipped { reason },
            _ if passed == 0 => Self::Errored { why: "nothing was examined".to_owned() },
            _ => Self::Passed,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => formatter.write_str("passed"),
            Self::Failed { findings } => write!(formatter, "failed: {} finding(s)", findings.len()),
            Self::Errored { why } => write!(formatter, "errored: {why}"),
            Self::Skipped { reason } => write!(formatter, "skipped: {reason}"),
            Self::NotRun { because } => write!(formatter, "not run because of {because}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errored(why: &str) -> Outcome {
        Outcome::Errored { why: why.into() }
    }

    #[test]
    fn a_whole_without_parts_did_not_pass() {
        assert_eq!(Outcome::of_parts([]), errored("nothing was examined"));
    }

    #[test]
    fn an_error_outweighs_everything_and_a_skip_hides_nothing() {
        let not_run = Outcome::NotRun { because: "schema-missing".into() };
        let skipped = Outcome::Skipped { reason: "no cluster".into() };
        assert_eq!(
            Outcome::of_parts([&Outcome::Passed, &errored("a"), &errored("b"), &errored("a"), &not_run]),
            errored("a; b")
        );
        assert_eq!(Outcome::of_parts([&Outcome::Passed, &not_run]), not_run);
        assert_eq!(Outcome::of_parts([&skipped]), skipped);
        assert!(Outcome::of_parts([&skipped, &Outcome::Passed]).passed());
    }
}
