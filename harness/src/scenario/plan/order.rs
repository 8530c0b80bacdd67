//! The order in which phases run, by who makes a tenant.

use std::collections::{BTreeSet, VecDeque};

use crate::fault::FaultPlace;
use crate::profile::{Profile, TargetKind, TenantMaker};
use crate::scenario::{PhaseName, PhaseStep, Place, Problem, Scenario};

/// A phase of the scenario, and why it runs where it does.
#[derive(Debug)]
pub(super) struct Ordered<'a> {
    pub(super) step: &'a PhaseStep,
    pub(super) reason: Option<String>,
}

/// The phases in the order in which they run.
pub(super) fn order<'a>(
    scenario: &'a Scenario,
    profile: &Profile,
    target: TargetKind,
) -> Result<Vec<Ordered<'a>>, Problem> {
    let made_by = profile.tenants.made_by;
    if profile.bootstrap_is_hook(target) {
        refuse_faults_before_hook_has_run(scenario, profile, target)?;
    }
    match made_by {
        TenantMaker::BootstrapJob => after_bootstrap(scenario),
        TenantMaker::FirstSource => after_first_source(scenario, profile),
    }
}

/// Refuses a fault between `install` and `bootstrap`: the hook has run before it could strike.
fn refuse_faults_before_hook_has_run(
    scenario: &Scenario,
    profile: &Profile,
    target: TargetKind,
) -> Result<(), Problem> {
    let installed = scenario.phases.iter().position(|step| step.name() == PhaseName::Install);
    let bootstrapped = scenario.phases.iter().position(|step| step.name() == PhaseName::Bootstrap);
    let (Some(installed), Some(bootstrapped)) = (installed, bootstrapped) else { return Ok(()) };
    let between = (installed + 1)..bootstrapped.max(installed + 1);
    match between.into_iter().find_map(|index| Some((index, scenario.phases[index].fault()?))) {
        None => Ok(()),
        Some((index, fault)) => Err(Problem::new(
            phase_place(index, &scenario.phases[index]),
            format!("the fault `{}` stands between `install` and `bootstrap`", fault.name()),
            format!("nothing comes between here on target `{target}` with profile `{}`", profile.name),
        )
        .help(
            "the bootstrap is a hook of the install there, so that `install` ends after it: put the fault before \
             `install` or behind `bootstrap`, or leave this kind out of `targets`",
        )),
    }
}

/// The scenario's own order, once it is clear that whatever needs a tenant stands behind `bootstrap`.
fn after_bootstrap(scenario: &Scenario) -> Result<Vec<Ordered<'_>>, Problem> {
    let bootstrapped = scenario.phases.iter().position(|step| step.name() == PhaseName::Bootstrap);
    for (index, step) in scenario.phases.iter().enumerate() {
        let needs_tenant = !step.providers().is_empty() || !needed(step, scenario).is_empty();
        if needs_tenant && bootstrapped.is_none_or(|bootstrapped| index < bootstrapped) {
            let message = format!("{} needs a tenant, and none is there yet", what(step));
            let label = "stands before `bootstrap`, which makes the tenants on this profile";
            let label = if bootstrapped.is_some() { label } else { "the scenario has no phase `bootstrap`" };
            return Err(Problem::new(phase_place(index, step), message, label).help("put it behind `- bootstrap: {}`"));
        }
        if comes_early(step).is_some() && bootstrapped.is_some_and(|bootstrapped| index > bootstrapped) {
            return Err(too_late(index, step, "`bootstrap`, which makes the tenants on this profile"));
        }
    }
    Ok(scenario.phases.iter().map(|step| Ordered { step, reason: None }).collect())
}

/// Puts whatever needs a tenant behind the `create-provider` that makes it, and keeps the scenario's order otherwise.
fn after_first_source<'a>(scenario: &'a Scenario, profile: &Profile) -> Result<Vec<Ordered<'a>>, Problem> {
    let mut made = BTreeSet::new();
    let mut waiting: VecDeque<(usize, &PhaseStep)> = VecDeque::new();
    let mut ordered = Vec::new();
    for (index, step) in scenario.phases.iter().enumerate() {
        match step {
            PhaseStep::CreateProvider(_) | PhaseStep::CreateProvidersAtOnce(_) => {
                ordered.push(Ordered { step, reason: None });
                let tenants = step.providers().iter().map(|provider| provider.tenant.as_deref());
                made.extend(tenants.filter_map(|alias| alias.or_else(|| only_tenant(scenario))));
                while let Some((_, step)) = waiting.pop_front_if(|(_, step)| needed(step, scenario).is_subset(&made)) {
                    ordered.push(Ordered {
                        step,
                        reason: Some(format!(
                            "stands behind `create-provider`: on profile `{}` a tenant is made with its first source",
                            profile.name
                        )),
                    });
                }
            }
            _ if comes_early(step).is_some_and(|alias| made.contains(alias)) => {
                return Err(too_late(index, step, "the `create-provider` that makes the tenant on this profile"));
            }
            PhaseStep::Bootstrap(_) if !made.is_empty() => {
                let label = "stands behind `create-provider`";
                let message =
                    "`bootstrap` judges that no tenant is there yet, where tenants come with the first source";
                return Err(Problem::new(phase_place(index, step), message, label)
                    .help("put it before the first `create-provider`"));
            }
            _ if waiting.is_empty() && needed(step, scenario).is_subset(&made) => {
                ordered.push(Ordered { step, reason: None });
            }
            PhaseStep::Install(_) | PhaseStep::Bootstrap(_) => ordered.push(Ordered { step, reason: None }),
            _ => waiting.push_back((index, step)),
        }
    }
    waiting.pop_front().map_or(Ok(ordered), |(index, step)| Err(never_made(scenario, profile, &made, index, step)))
}

/// The problem of a phase whose tenant no `create-provider` makes.
fn never_made(
    scenario: &Scenario,
    profile: &Profile,
    made: &BTreeSet<&str>,
    index: usize,
    step: &PhaseStep,
) -> Problem {
    let missing: Vec<String> = needed(step, scenario)
        .iter()
        .filter(|alias| !made.contains(*alias))
        .map(|alias| format!("`{alias}`"))
        .collect();
    let message = format!("{} needs tenant {}, which is never made", what(step), missing.join(", "));
    let label = format!("on profile `{}` a tenant is made with its first source", profile.name);
    Problem::new(phase_place(index, step), message, label).help("add a `create-provider` for it")
}

/// The tenants, by alias, that must be there before a phase can run. `create-provider` is not among those that need one:
/// where tenants come with the first source, it makes it.
fn needed<'a>(step: &'a PhaseStep, scenario: &'a Scenario) -> BTreeSet<&'a str> {
    match step {
        PhaseStep::VerifyTables(_) => scenario.tenants.iter().map(|tenant| tenant.alias.as_str()).collect(),
        PhaseStep::Fault(fault) if fault.place() == Some(FaultPlace::BehindTenant) => {
            fault.tenants().map(|(_, alias)| alias).collect()
        }
        _ => BTreeSet::new(),
    }
}

/// The tenant, by alias, that may not be there yet where this fault strikes.
fn comes_early(step: &PhaseStep) -> Option<&str> {
    let fault = step.fault().filter(|fault| fault.place() == Some(FaultPlace::BeforeTenant));
    fault.and_then(|fault| fault.tenants().next()).map(|(_, alias)| alias)
}

/// The problem of a fault that stands behind what makes its tenant.
fn too_late(index: usize, step: &PhaseStep, maker: &str) -> Problem {
    let message = format!("{} strikes what is there before its tenant, and the tenant is there", what(step));
    Problem::new(phase_place(index, step), message, format!("stands behind {maker}"))
        .help("put it right behind `install`")
}

/// The alias of the scenario's tenant, if it has just one.
pub(super) fn only_tenant(scenario: &Scenario) -> Option<&str> {
    match scenario.tenants.as_slice() {
        [tenant] => Some(&tenant.alias),
        _ => None,
    }
}

fn what(step: &PhaseStep) -> String {
    step.fault().map_or_else(|| format!("`{}`", step.name()), |fault| format!("the fault `{}`", fault.name()))
}

/// The place of a phase; of a fault, the place of its name.
fn phase_place(index: usize, step: &PhaseStep) -> Place {
    let place = Place::key("phases").then_index(index);
    match step.fault() {
        None => place,
        Some(fault) => place.then_key(PhaseName::Fault.as_str()).then_key(fault.name()),
    }
}
