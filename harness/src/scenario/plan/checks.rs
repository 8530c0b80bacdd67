//! Which checks apply. Decided from profile and scenario, never from facts.

use serde::Serialize;

use super::PlanTarget;
use crate::check::{self, Capabilities, Check, Group};
use crate::profile::{Profile, SourcesDialect, TargetKind};
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
    /// The phases after which it judges.
    pub phases: &'static [PhaseName],
    /// Whether it applies to a chart with these capabilities, given that the scenario has one of the phases.
    pub applies: fn(Capabilities) -> check::Applies,
}

impl From<&Check> for CheckDescriptor {
    fn from(check: &Check) -> Self {
        Self { id: check.id, phases: phases(check.group), applies: check.applies }
    }
}

/// Every check of the registry.
#[must_use]
pub fn registered_checks() -> Vec<CheckDescriptor> {
    check::registry::all().map(CheckDescriptor::from).collect()
}

/// The phases after which the checks of a subject judge. A tenant is judged again before its tables are compared, since
/// something may have struck it after its bootstrap; and a provider before data is sent for it.
#[must_use]
pub fn phases(group: Group) -> &'static [PhaseName] {
    match group {
        Group::Slate | Group::Chart | Group::Install | Group::Hooks => &[PhaseName::Install],
        Group::Workloads => &[PhaseName::Install, PhaseName::Bootstrap],
        Group::Tenant => &[PhaseName::Bootstrap, PhaseName::VerifyTables],
        Group::Tables => &[PhaseName::VerifyTables],
        Group::NoTenantYet => &[PhaseName::Bootstrap],
        Group::Provider => &[PhaseName::CreateProvider, PhaseName::CreateProvidersAtOnce, PhaseName::ProcessData],
        Group::Data => &[PhaseName::ProcessData],
        // No phase asks in the name of each tenant; `doctor` does.
        Group::Api => &[],
    }
}

/// What decides whether checks apply to the chart that a profile describes, on such a target.
#[must_use]
pub fn capabilities(profile: &Profile, target: &PlanTarget) -> Capabilities {
    Capabilities {
        domain_required: profile.domain_required(),
        tenant_maker: profile.tenants.made_by,
        source_applications: profile.sources_dialect == SourcesDialect::Platform,
        runs_already: target.runs_already(),
        // The profile names the version, and so does what `version-differs` judges.
        catalog_known: true,
        sources_asked: true,
        koku_asked: false,
        in_cluster: target.kind == TargetKind::Cluster,
    }
}

/// A check of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedCheck {
    /// The check's id.
    pub id: String,
    /// The phases of the scenario after which it judges.
    pub phases: Vec<PhaseName>,
    /// Whether it applies.
    pub applies: Applies,
}

/// Every check, with whether it applies.
pub(super) fn applicable(
    checks: &[CheckDescriptor],
    profile: &Profile,
    target: &PlanTarget,
    scenario: &Scenario,
) -> Vec<PlannedCheck> {
    let capabilities = capabilities(profile, target);
    let planned = |check: &CheckDescriptor| {
        let phases: Vec<PhaseName> = check.phases.iter().copied().filter(|phase| scenario.has_phase(*phase)).collect();
        let applies = match (check.applies)(capabilities) {
            check::Applies::No(why) => Applies::No(why.to_owned()),
            check::Applies::Yes if phases.is_empty() => Applies::No(missing_phase(check.phases)),
            check::Applies::Yes => Applies::Yes,
        };
        PlannedCheck { id: check.id.to_owned(), phases, applies }
    };
    checks.iter().map(planned).collect()
}

fn missing_phase(phases: &[PhaseName]) -> String {
    let names: Vec<String> = phases.iter().map(|phase| format!("`{phase}`")).collect();
    format!("the scenario has no phase {}", names.join(" or "))
}
