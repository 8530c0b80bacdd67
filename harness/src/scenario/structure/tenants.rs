//! Tenants: what they may be called.

use super::header::{empty, twice};
use crate::scenario::names::check_name;
use crate::scenario::{Place, Problem, Scenario, Tenant};

/// What is wrong with the tenants. Whether two get the same schema is decided by the profile's rule, in the plan.
pub(super) fn problems(scenario: &Scenario) -> Vec<Problem> {
    let tenants = &scenario.tenants;
    let mut problems: Vec<Problem> = Vec::new();
    problems.extend(empty("tenants", tenants.is_empty(), "expected at least one alias"));
    problems.extend(tenants.iter().enumerate().filter_map(|(index, tenant)| bad_name(index, tenant)));
    let aliases: Vec<String> = tenants.iter().map(|tenant| tenant.alias.clone()).collect();
    problems.extend(twice("tenants", "tenant", &aliases));
    problems
}

fn bad_name(index: usize, tenant: &Tenant) -> Option<Problem> {
    let place = Place::key("tenants").then_index(index);
    let (place, name) = match &tenant.org_id {
        Some(org_id) => (place.then_key("org_id"), org_id),
        None => (place, &tenant.alias),
    };
    let bad_alias =
        check_name(&tenant.alias, &tenant.alias).err().map(|bad| (Place::key("tenants").then_index(index), bad));
    let bad_org_id = check_name(name, name).err().map(|bad| (place, bad));
    bad_org_id.or(bad_alias).map(|(place, bad)| Problem::new(place, bad.message, "no tenant's name").help(bad.help))
}
