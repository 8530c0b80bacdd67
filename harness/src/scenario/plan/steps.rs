//! The plan's steps, and the plan as a whole.

use super::fitting::cannot_run;
use super::identity::Identity;
use super::order::{self, Ordered};
use super::{
    Applies, BootstrapMode, CheckDescriptor, Plan, PlanTarget, PlannedCheck, PlannedFault, PlannedInstall,
    PlannedPayload, PlannedPhase, PlannedProvider, PlannedStep, PlannedTenant, checks, tenants,
};
use crate::fault::Setting;
use crate::profile::{Profile, TargetKind, TenantMaker};
use crate::run_id::RunId;
use crate::scenario::{CreateProvider, Fault, PhaseStep, Place, Problem, Problems, ProcessData, Scenario, structure};

/// Resolves a scenario for a profile and a kind of target: every name, the order of the phases, and which checks apply.
///
/// The same input gives the same plan. Errors say what in the scenario does not go together, with itself or with this
/// profile and target.
pub fn plan(
    scenario: &Scenario,
    profile: &Profile,
    target: PlanTarget,
    run: &RunId,
    checks: &[CheckDescriptor],
) -> Result<Plan, Problems> {
    let problems = structure::problems(scenario);
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    if let Some(why) = cannot_run(scenario, profile, &target) {
        return Err(Problems(vec![refused(scenario, target.kind, &why)]));
    }
    resolve(scenario, profile, target, run, checks).map_err(|problem| Problems(vec![problem]))
}

/// The problem of a scenario that cannot run on such a target.
fn refused(scenario: &Scenario, kind: TargetKind, why: &str) -> Problem {
    let message = format!("`{}` cannot run on target `{kind}`", scenario.name);
    Problem::new(Place::key("targets"), message, why.to_owned()).help("run it on another target")
}

fn resolve(
    scenario: &Scenario,
    profile: &Profile,
    target: PlanTarget,
    run: &RunId,
    checks: &[CheckDescriptor],
) -> Result<Plan, Problem> {
    let identity = Identity::new(&scenario.name, &profile.name, &target, run);
    let tenants = tenants::resolve(scenario, profile, &target, &identity)?;
    let ordered = order::order(scenario, profile, target.kind)?;
    let providers = providers(scenario, profile, &target, &tenants, &identity)?;
    let resolver = Resolver { scenario, profile, target: target.kind, tenants: &tenants, providers: &providers };
    let steps = ordered
        .iter()
        .enumerate()
        .map(|(index, ordered)| resolver.step(index + 1, ordered))
        .collect::<Result<_, _>>()?;
    let checks = checks::applicable(checks, profile, &target, scenario);
    refuse_findings_that_cannot_be_made(scenario, &checks)?;
    Ok(Plan {
        scenario: scenario.name.clone(),
        summary: scenario.summary.clone(),
        profile: profile.name.clone(),
        target,
        run: run.clone(),
        steps,
        checks,
        budgets: scenario.budgets.clone(),
        expected_findings: scenario.expect.findings.clone(),
        tenants,
    })
}

/// Every provider that the scenario makes.
fn providers(
    scenario: &Scenario,
    profile: &Profile,
    target: &PlanTarget,
    tenants: &[PlannedTenant],
    identity: &Identity,
) -> Result<Vec<PlannedProvider>, Problem> {
    let mut providers = Vec::new();
    for (index, step) in scenario.phases.iter().enumerate() {
        let place = Place::key("phases").then_index(index).then_key(step.name().as_str());
        for (number, provider) in step.providers().iter().enumerate() {
            let place = match step {
                PhaseStep::CreateProvidersAtOnce(_) => place.clone().then_key("providers").then_index(number),
                _ => place.clone(),
            };
            refuse_type(provider, profile, &place)?;
            providers.push(resolve_provider(provider, scenario, target, tenants, identity, &place)?);
        }
    }
    Ok(providers)
}

/// Refuses a type that the profile's Sources API does not make.
fn refuse_type(provider: &CreateProvider, profile: &Profile, place: &Place) -> Result<(), Problem> {
    let dialect = profile.sources_dialect;
    if dialect.accepts(provider.provider_type) {
        return Ok(());
    }
    let message = format!("profile `{}` has no provider of type `{}`", profile.name, provider.provider_type.as_str());
    let label = format!("the Sources API of dialect `{}` refuses it", dialect.as_str());
    let help = "take this profile out of `profiles`, or use type `ocp`";
    Err(Problem::new(place.clone().then_key("type"), message, label).help(help))
}

fn resolve_provider(
    provider: &CreateProvider,
    scenario: &Scenario,
    target: &PlanTarget,
    tenants: &[PlannedTenant],
    identity: &Identity,
    place: &Place,
) -> Result<PlannedProvider, Problem> {
    let alias = provider.tenant.as_deref().or_else(|| order::only_tenant(scenario)).unwrap_or_default();
    Ok(PlannedProvider {
        name: provider.name.clone(),
        source_name: if target.shared { identity.shared_name(&provider.name) } else { provider.name.clone() },
        provider_type: provider.provider_type,
        tenant: find_tenant(tenants, alias, place)?,
        cluster_id: identity.cluster_id(provider.cluster_of.as_ref().unwrap_or(&provider.name)),
        cost_model: provider.cost_model.clone(),
        role_arn: provider.role_arn.clone(),
        bucket: provider.bucket.clone(),
    })
}

fn find_tenant(tenants: &[PlannedTenant], alias: &str, place: &Place) -> Result<PlannedTenant, Problem> {
    let found = tenants.iter().find(|tenant| tenant.alias == alias).cloned();
    found.ok_or_else(|| Problem::new(place.clone(), format!("tenant `{alias}` is not declared"), "needs a tenant"))
}

/// A scenario that expects what no check can find could never pass.
fn refuse_findings_that_cannot_be_made(scenario: &Scenario, checks: &[PlannedCheck]) -> Result<(), Problem> {
    for (index, id) in scenario.expect.findings.iter().enumerate() {
        let why = checks.iter().find(|check| check.id == *id).map(|check| &check.applies);
        if let Some(Applies::No(why)) = why {
            let place = Place::key("expect").then_key("findings").then_index(index);
            let message = format!("`{id}` is expected, but the check does not apply");
            return Err(Problem::new(place, message, why.clone()).help("expect another finding, or change the phases"));
        }
    }
    Ok(())
}

/// What steps are resolved against.
struct Resolver<'a> {
    scenario: &'a Scenario,
    profile: &'a Profile,
    target: TargetKind,
    tenants: &'a [PlannedTenant],
    providers: &'a [PlannedProvider],
}

impl Resolver<'_> {
    fn step(&self, number: usize, ordered: &Ordered<'_>) -> Result<PlannedStep, Problem> {
        let (phase, reason) = match ordered.step {
            PhaseStep::Install(_) => self.install(),
            PhaseStep::Bootstrap(_) => self.bootstrap(),
            PhaseStep::VerifyTables(_) => (PlannedPhase::VerifyTables, None),
            PhaseStep::CreateProvider(provider) => (PlannedPhase::CreateProvider(self.provider(provider)?), None),
            PhaseStep::CreateProvidersAtOnce(at_once) => {
                let providers = at_once.providers.iter().map(|provider| self.provider(provider));
                (PlannedPhase::CreateProvidersAtOnce(providers.collect::<Result<_, _>>()?), None)
            }
            PhaseStep::ProcessData(data) => (PlannedPhase::ProcessData(self.payload(data)?), None),
            PhaseStep::Fault(fault) => (PlannedPhase::Fault(Box::new(self.fault(fault)?)), None),
        };
        Ok(PlannedStep { number, phase, reason: ordered.reason.clone().or(reason) })
    }

    fn provider(&self, provider: &CreateProvider) -> Result<PlannedProvider, Problem> {
        known(self.providers.iter().find(|planned| planned.name == provider.name), &provider.name)
    }

    fn install(&self) -> (PlannedPhase, Option<String>) {
        if self.target == TargetKind::External {
            let reason = "only judges: the system runs already".to_owned();
            return (PlannedPhase::Install(PlannedInstall { must_migrate: false }), Some(reason));
        }
        let cause = self.scenario.faults().find(|fault| fault.kind.changes_migration());
        let changed = |fault: &Fault| format!("truly migrates: `{}` changes what the migration meets", fault.name());
        let reason = cause.map(changed);
        (PlannedPhase::Install(PlannedInstall { must_migrate: cause.is_some() }), reason)
    }

    fn bootstrap(&self) -> (PlannedPhase, Option<String>) {
        let (mode, reason) = if self.profile.tenants.made_by == TenantMaker::FirstSource {
            (BootstrapMode::JudgeNoTenantYet, Some("judges that no tenant is there: one is made with its first source"))
        } else if self.target == TargetKind::External {
            (BootstrapMode::JudgeTenants, Some("only judges: the system runs already"))
        } else if self.profile.bootstrap_is_hook(self.target) {
            (BootstrapMode::JudgeTenants, Some("only judges: the install's hook has made the tenants"))
        } else {
            (BootstrapMode::MakeTenants, None)
        };
        (PlannedPhase::Bootstrap(mode), reason.map(str::to_owned))
    }

    fn payload(&self, data: &ProcessData) -> Result<PlannedPayload, Problem> {
        let mut able =
            self.providers.iter().filter(|provider| provider.provider_type == crate::profile::ProviderType::Ocp);
        let provider = match &data.provider {
            Some(name) => able.find(|provider| provider.name == *name),
            None => able.next(),
        };
        let name = data.provider.as_deref().unwrap_or("of type ocp");
        Ok(PlannedPayload {
            payload: data.payload.clone(),
            provider: known(provider, name)?,
            form: data.form,
            resend: data.resend,
        })
    }

    fn fault(&self, fault: &Fault) -> Result<PlannedFault, Problem> {
        let tenant = |alias: &str| find_tenant(self.tenants, alias, &Place::key("phases"));
        let provider = match fault.setting(Setting::Provider) {
            Some(name) => Some(known(self.providers.iter().find(|planned| planned.name == name), name)?),
            None => None,
        };
        let struck = match (&provider, fault.setting(Setting::Tenant)) {
            (Some(provider), _) => provider.tenant.clone(),
            (None, Some(alias)) => tenant(alias)?,
            (None, None) => self.tenants.first().cloned().ok_or_else(|| no_tenant(fault))?,
        };
        let mut choices = fault.settings.clone();
        choices.retain(|setting, _| fault.kind.choices.contains(setting));
        Ok(PlannedFault {
            fault: fault.kind,
            tenant: struck,
            other: fault.setting(Setting::Other).map(tenant).transpose()?,
            provider,
            choices,
        })
    }
}

fn no_tenant(fault: &Fault) -> Problem {
    Problem::new(Place::key("tenants"), format!("`{}` has nobody to strike", fault.name()), "expected a tenant")
}

fn known(provider: Option<&PlannedProvider>, name: &str) -> Result<PlannedProvider, Problem> {
    provider.cloned().ok_or_else(|| {
        Problem::new(Place::key("phases"), format!("provider `{name}` is made by no phase"), "needs a provider")
    })
}
