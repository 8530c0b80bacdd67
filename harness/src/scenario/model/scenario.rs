//! The whole of a scenario file.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PhaseStep, Tenant};
use crate::profile::{OwnBudgets, TargetKind};

/// Tenants, phases in order, and what is expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The scenario's name, which is the file's name too, without `.yaml`.
    #[schemars(regex(pattern = r"^[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub name: String,
    /// What it proves, in a sentence.
    #[schemars(length(min = 1))]
    pub summary: String,
    /// Words by which it is selected, such as `smoke` or `gate`.
    #[serde(default)]
    pub labels: Vec<String>,
    /// The profiles on which it runs, once for each.
    #[schemars(length(min = 1))]
    pub profiles: Vec<String>,
    /// The kinds of target on which it can run. Left out: on every kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<TargetKind>", length(min = 1))]
    pub targets: Option<Vec<TargetKind>>,
    /// The tenants, by alias. The plan derives org id and schema by the profile's rule.
    #[schemars(length(min = 1))]
    pub tenants: Vec<Tenant>,
    /// Budgets in the place of the profiles'. Left out: the profiles' own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "OwnBudgets")]
    pub budgets: Option<OwnBudgets>,
    /// What happens, in order.
    #[schemars(length(min = 1))]
    pub phases: Vec<PhaseStep>,
    /// What must come out.
    pub expect: Expect,
}

/// What must come out of a scenario.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The ids of the checks that must find something, once for each finding: no more and no fewer. Empty: all is well.
    pub findings: Vec<String>,
}

impl Scenario {
    /// Whether it can run on such a target, as far as the file says.
    #[must_use]
    pub fn runs_on(&self, target: TargetKind) -> bool {
        self.targets.as_ref().is_none_or(|targets| targets.contains(&target))
    }

    /// Whether one of its phases has this name.
    #[must_use]
    pub fn has_phase(&self, phase: super::PhaseName) -> bool {
        self.phases.iter().any(|step| step.name() == phase)
    }

    /// The providers that the phases before this index make, in order.
    pub(crate) fn providers_before(&self, index: usize) -> impl Iterator<Item = &super::CreateProvider> {
        self.phases.iter().take(index).flat_map(PhaseStep::providers)
    }

    /// The faults that it puts in, in order.
    pub fn faults(&self) -> impl Iterator<Item = &super::Fault> {
        self.phases.iter().filter_map(PhaseStep::fault)
    }
}
