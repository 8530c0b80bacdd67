//! Which checks apply. Decided from profile and scenario, never from facts.

use serde::Serialize;

use crate::profile::Profile;
use crate::scenario::{PhaseName, Scenario};

/// Whether a check applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Applies {
    /// It must be run.
    Yes,
    /// It is not run, because of this.
    No(String),
}

/// What the plan must know of a check.
#[derive(Debug, Clone, Copy)]
pub struct CheckDescriptor {
    /// The check's id, such as `domain-missing`.
    pub id: &'static str,
    /// The phase that it judges.
    pub phase: PhaseName,
    /// Whether it applies to this scenario on this profile, given that the scenario has the phase.
    pub applies: fn(&Profile, &Scenario) -> Applies,
}

/// A check of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedCheck {
    /// The check's id.
    pub id: String,
    /// The phase that it judges.
    pub phase: PhaseName,
    /// Whether it applies.
    pub applies: Applies,
}

/// Every check, with whether it applies.
pub(super) fn applicable(checks: &[CheckDescriptor], profile: &Profile, scenario: &Scenario) -> Vec<PlannedCheck> {
    checks
        .iter()
        .map(|check| {
            let applies = if scenario.has_phase(check.phase) {
                (check.applies)(profile, scenario)
            } else {
                Applies::No(format!("the scenario has no phase `{}`", check.phase))
            };
            PlannedCheck { id: check.id.to_owned(), phase: check.phase, applies }
        })
        .collect()
}
