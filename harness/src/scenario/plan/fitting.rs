//! Whether a scenario fits a kind of target at all: what a system that runs already can never be asked.

use super::PlanTarget;
use crate::fault::{ChartStrike, Strike};
use crate::profile::{Profile, TargetKind, TenantMaker};
use crate::scenario::Scenario;

/// Why a scenario cannot run on such a target, whatever its file says; `None` where it can.
///
/// Nobody may break a system that runs already, nor may the run make there what would not carry its id; and where a bootstrap job has
/// made the tenants, there is the one that it made. Values of a chart bring nothing about where no chart is installed, and a namespace
/// has no database before its chart is.
#[must_use]
pub fn cannot_run(scenario: &Scenario, profile: &Profile, target: &PlanTarget) -> Option<String> {
    if target.runs_already() {
        cannot_run_there(scenario, profile)
    } else {
        cannot_be_broken_so(scenario, profile, target.kind)
    }
}

/// What speaks against it where the chart is installed by the run.
fn cannot_be_broken_so(scenario: &Scenario, profile: &Profile, kind: TargetKind) -> Option<String> {
    scenario.faults().find_map(|fault| match fault.kind.strike {
        Strike::Chart(_) if kind != TargetKind::Cluster => Some(format!(
            "`{}` is brought about by how a chart is installed, and none is on target {kind}",
            fault.name()
        )),
        Strike::Chart(ChartStrike::Values) if !profile.cluster.faults.contains_key(fault.name()) => {
            Some(format!("no value of the chart of profile {} brings `{}` about", profile.name, fault.name()))
        }
        Strike::EmptyDatabase(_) if kind == TargetKind::Cluster => {
            Some(format!("`{}` strikes a database before `install`, and a namespace has none then", fault.name()))
        }
        _ => None,
    })
}

/// What speaks against it in a system that runs already.
fn cannot_run_there(scenario: &Scenario, profile: &Profile) -> Option<String> {
    let faults: Vec<String> = scenario.faults().map(|fault| format!("`{}`", fault.name())).collect();
    if !faults.is_empty() {
        return Some(format!("it puts in {}, and nobody may break a system that runs already", faults.join(", ")));
    }
    if let Some(tenant) = scenario.tenants.iter().find(|tenant| tenant.org_id.is_some()) {
        let org_id = tenant.org_id.as_deref().unwrap_or_default();
        return Some(format!("tenant `{}` has the fixed org id {org_id:?}, which is not the run's own", tenant.alias));
    }
    if let Some(provider) =
        scenario.providers_before(scenario.phases.len()).find(|provider| provider.cost_model.is_some())
    {
        return Some(format!("`{}` gets a cost model, which the run could not take away again", provider.name));
    }
    let tenants = scenario.tenants.len();
    (profile.tenants.made_by == TenantMaker::BootstrapJob && tenants > 1).then(|| {
        format!("it needs {tenants} tenants, and a system that runs already has the one that is given: a bootstrap job makes them there")
    })
}
