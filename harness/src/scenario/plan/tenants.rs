//! Org ids, schemas and the other names of tenants.

use super::identity::Identity;
use super::{PlanTarget, PlannedTenant};
use crate::profile::{Profile, TenantMaker};
use crate::scenario::names::check_name;
use crate::scenario::{Place, Problem, Scenario, Tenant};

/// The tenants of a scenario with all their names, or what is wrong with these.
pub(super) fn resolve(
    scenario: &Scenario,
    profile: &Profile,
    target: &PlanTarget,
    identity: &Identity,
) -> Result<Vec<PlannedTenant>, Problem> {
    let mut tenants: Vec<PlannedTenant> = Vec::new();
    for (index, tenant) in scenario.tenants.iter().enumerate() {
        let place = Place::key("tenants").then_index(index);
        let org_id = org_id(tenant, index, profile, target, identity);
        let schema = profile.schema(&org_id);
        check_name(&org_id, &schema).map_err(|wrong| {
            let problem = Problem::new(place.clone(), wrong.message, format!("its org id is {org_id:?} here"));
            problem.help(if org_id == tenant.alias { wrong.help } else { shared_help(tenant, &org_id, wrong.help) })
        })?;
        if let Some(other) = tenants.iter().find(|other| other.schema == schema) {
            let message = format!("tenants `{}` and `{}` have the same schema {schema:?}", other.alias, tenant.alias);
            let help = "give one of them another alias, or an `org_id` of its own";
            return Err(Problem::new(place, message, format!("org id {org_id:?} here")).help(help));
        }
        tenants.push(PlannedTenant {
            alias: tenant.alias.clone(),
            domain: profile.domain(&org_id),
            schema,
            org_id,
            account_number: account_number(index, profile, target, identity),
            user_name: target
                .tenant
                .user_name
                .clone()
                .filter(|_| is_there(profile, target))
                .unwrap_or_else(|| identity.user_name(&tenant.alias)),
        });
    }
    Ok(tenants)
}

/// Whether the tenant was there before the run: a system that runs already has the one that its bootstrap made.
fn is_there(profile: &Profile, target: &PlanTarget) -> bool {
    target.runs_already() && profile.tenants.made_by == TenantMaker::BootstrapJob
}

/// An account number of its own; of a tenant that was there before, the one that is given, since a wrong one would be written into
/// a customer's row that has none (source: measured on Koku 768be82, facts koku-http). A chart's hook is told org ids alone, and makes
/// tenants without one.
fn account_number(index: usize, profile: &Profile, target: &PlanTarget, identity: &Identity) -> Option<String> {
    if is_there(profile, target) {
        target.tenant.account_number.clone()
    } else {
        let made_by_hook = profile.bootstrap_is_hook(target.kind);
        (!made_by_hook).then(|| identity.account_number(index))
    }
}

/// The org id that is given, or else follows from the profile's rule: the chart's default for the first tenant, the alias
/// for any other; on a shared system with the run id, where the chart does not fix the name.
fn org_id(tenant: &Tenant, index: usize, profile: &Profile, target: &PlanTarget, identity: &Identity) -> String {
    let chart_fixes_name = profile.tenants.made_by == TenantMaker::BootstrapJob && index == 0;
    match &tenant.org_id {
        Some(org_id) => org_id.clone(),
        None if target.shared && !chart_fixes_name => identity.shared_name(&tenant.alias),
        None if index == 0 && is_there(profile, target) => {
            target.tenant.org_id.clone().unwrap_or_else(|| profile.tenants.default_org_id.clone())
        }
        None if index == 0 => profile.tenants.default_org_id.clone(),
        None => tenant.alias.clone(),
    }
}

/// The way out where an alias has become too long by what is added to it.
fn shared_help(tenant: &Tenant, org_id: &str, help: String) -> String {
    let added = org_id.chars().count().saturating_sub(tenant.alias.chars().count());
    if org_id.starts_with(&tenant.alias) {
        let most = crate::scenario::names::LONGEST_ORG_ID.saturating_sub(added);
        format!("on a shared system {added} characters are added: an alias may have {most} at the most")
    } else {
        help
    }
}
