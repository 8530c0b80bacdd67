//! Whether a trial ended as its scenario expects.

use crate::check::Outcome;

/// Whether a trial's outcome is what its scenario expects: the expected findings, no more and no fewer.
pub(super) struct Verdict {
    pub(super) as_expected: bool,
    pub(super) missing: Vec<String>,
    pub(super) unexpected: Vec<String>,
}

impl Verdict {
    pub(super) fn of(outcome: &Outcome, expected: &[String]) -> Self {
        let mut missing = expected.to_vec();
        let mut unexpected = Vec::new();
        for finding in outcome.findings() {
            match missing.iter().position(|id| *id == finding.check) {
                Some(position) => drop(missing.swap_remove(position)),
                None => unexpected.push(finding.check.clone()),
            }
        }
        let right_kind = match outcome {
            Outcome::Passed => expected.is_empty(),
            Outcome::Failed { .. } => true,
            Outcome::Errored { .. } | Outcome::Skipped { .. } | Outcome::NotRun { .. } => false,
        };
        Self { as_expected: right_kind && missing.is_empty() && unexpected.is_empty(), missing, unexpected }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Finding, Scope, Severity};

    fn failed(checks: &[&str]) -> Outcome {
        let finding = |check: &&str| Finding {
            check: (*check).to_owned(),
            severity: Severity::Required,
            scope: Scope::System,
            place: None,
            expected: String::new(),
            observed: String::new(),
            cause: String::new(),
            remedy: String::new(),
            drift: None,
        };
        Outcome::Failed { findings: checks.iter().map(finding).collect() }
    }

    fn verdict(outcome: &Outcome, expected: &[&str]) -> (bool, Vec<String>, Vec<String>) {
        let expected: Vec<_> = expected.iter().map(|id| (*id).to_owned()).collect();
        let verdict = Verdict::of(outcome, &expected);
        (verdict.as_expected, verdict.missing, verdict.unexpected)
    }

    #[test]
    fn exactly_the_expected_findings_are_right() {
        let twice = failed(&["domain-missing", "schema-missing", "domain-missing"]);
        assert!(verdict(&twice, &["domain-missing", "domain-missing", "schema-missing"]).0);
        assert_eq!(
            verdict(&twice, &["domain-missing", "tables-missing"]),
            (false, vec!["tables-missing".into()], vec!["schema-missing".into(), "domain-missing".into()])
        );
    }

    #[test]
    fn a_fault_that_is_not_found_and_an_error_are_never_right() {
        assert_eq!(verdict(&Outcome::Passed, &["domain-missing"]), (false, vec!["domain-missing".into()], vec![]));
        assert!(verdict(&Outcome::Passed, &[]).0);
        for outcome in [
            Outcome::Errored { why: "no database".into() },
            Outcome::Skipped { reason: "on purpose".into() },
            Outcome::NotRun { because: "interrupted".into() },
        ] {
            assert!(!verdict(&outcome, &[]).0, "{outcome}");
        }
    }
}
