//! Phases: their order, and the tenants and providers that they name.

use super::fault;
use super::header::empty;
use super::resend::resend_problem;
use crate::profile::ProviderType;
use crate::scenario::{
    CreateProvider, CreateProvidersAtOnce, PhaseName, PhaseStep, Place, Problem, ProcessData, Scenario,
};
use crate::yaml::{did_you_mean, listed, one_of};

/// What is wrong with the phases.
pub(super) fn problems(scenario: &Scenario) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    problems.extend(empty("phases", scenario.phases.is_empty(), "expected at least `- install: {}`"));
    problems.extend(install_problem(scenario));
    for (index, step) in scenario.phases.iter().enumerate() {
        let place = Place::key("phases").then_index(index);
        match step {
            PhaseStep::CreateProvider(provider) => {
                let earlier = scenario.providers_before(index);
                let place = place.then_key("create-provider");
                problems.extend(provider_problems(scenario, &earlier.collect::<Vec<_>>(), provider, &place));
            }
            PhaseStep::CreateProvidersAtOnce(at_once) => {
                problems.extend(at_once_problems(scenario, index, at_once, &place.then_key(step.name().as_str())));
            }
            PhaseStep::ProcessData(data) => {
                problems.extend(data_problem(scenario, index, data, &place.then_key("process-data")));
            }
            PhaseStep::Fault(fault) => {
                let place = place.then_key("fault").then_key(fault.name());
                problems.extend(fault::problems(scenario, index, fault, &place));
            }
            PhaseStep::Install(_) | PhaseStep::Bootstrap(_) | PhaseStep::VerifyTables(_) => {}
        }
    }
    problems
}

/// `install` stands once, and only faults stand before it.
fn install_problem(scenario: &Scenario) -> Option<Problem> {
    let phases = scenario.phases.iter().enumerate();
    let mut installs = phases.clone().filter(|(_, step)| step.name() == PhaseName::Install);
    let first = installs.next();
    let place = |index| Place::key("phases").then_index(index);
    if let Some((again, _)) = installs.next() {
        let problem = Problem::new(place(again), "`install` stands twice", "the second time here");
        return Some(problem.help("a scenario installs once, from a clean slate"));
    }
    let (early, step) = phases.clone().find(|(_, step)| !matches!(step, PhaseStep::Fault(_)))?;
    match first {
        Some((installed, _)) if installed == early => None,
        Some(_) => Some(
            Problem::new(
                place(early),
                format!("`{}` stands before `install`", step.name()),
                "nothing is installed here",
            )
            .help("begin with `- install: {}`; only faults that change what it meets may stand before it"),
        ),
        None => Some(
            Problem::new(place(early), "the scenario has no phase `install`", "expected `install` before this")
                .help("begin with `- install: {}`"),
        ),
    }
}

/// Each provider's own problems; and one alone is not made at once with others.
fn at_once_problems(scenario: &Scenario, index: usize, at_once: &CreateProvidersAtOnce, place: &Place) -> Vec<Problem> {
    let providers = &at_once.providers;
    let place = place.clone().then_key("providers");
    let mut problems = Vec::new();
    if providers.len() < 2 {
        let problem = Problem::new(place.clone(), "nothing else is made at the same moment", "expected two or more");
        problems.push(problem.help("name another provider, or use `create-provider`"));
    }
    for (number, provider) in providers.iter().enumerate() {
        let earlier = scenario.providers_before(index).chain(&providers[..number]);
        let place = place.clone().then_index(number);
        problems.extend(provider_problems(scenario, &earlier.collect::<Vec<_>>(), provider, &place));
    }
    problems
}

/// What is wrong with a provider that is made behind these.
fn provider_problems(
    scenario: &Scenario,
    earlier: &[&CreateProvider],
    provider: &CreateProvider,
    place: &Place,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    if provider.name.trim().is_empty() {
        problems.push(Problem::new(place.clone().then_key("name"), "a provider without a name", "expected a name"));
    }
    if earlier.iter().any(|other| other.name == provider.name) {
        let message = format!("provider `{}` is made twice", provider.name);
        let problem = Problem::new(place.clone().then_key("name"), message, "the second time here");
        problems.push(problem.help("give it a name of its own"));
    }
    match &provider.tenant {
        Some(alias) => problems.extend(unknown_tenant(scenario, alias, &place.clone().then_key("tenant"))),
        None if scenario.tenants.len() > 1 => {
            let problem = Problem::new(place.clone(), "`tenant` is missing", "expected `tenant`, as there are several");
            problems.push(problem.help(format!("name one of {}", listed(&aliases(scenario)))));
        }
        None => {}
    }
    problems.extend(account_problems(provider, place));
    problems.extend(provider.cluster_of.as_ref().and_then(|name| cluster_problem(earlier, provider, name, place)));
    problems
}

/// A cluster is told apart by the provider that had it first.
fn cluster_problem(
    earlier: &[&CreateProvider],
    provider: &CreateProvider,
    name: &str,
    place: &Place,
) -> Option<Problem> {
    let place = place.clone().then_key("cluster_of");
    if provider.provider_type != ProviderType::Ocp {
        let problem = Problem::new(place, "type `aws` has no cluster", "belongs to type `ocp`");
        return Some(problem.help("take it out, or change the type"));
    }
    let of_clusters = earlier.iter().filter(|other| other.provider_type == ProviderType::Ocp);
    let names: Vec<&str> =
        of_clusters.filter(|other| other.cluster_of.is_none()).map(|other| other.name.as_str()).collect();
    let unknown = || {
        let label =
            if names.is_empty() { "no provider of type `ocp` is made before".to_owned() } else { one_of(&names) };
        Problem::new(place, format!("no provider `{name}` with a cluster of its own is made before"), label)
            .maybe_help(did_you_mean(name, &names))
    };
    (!names.contains(&name)).then(unknown)
}

/// Role and bucket belong to AWS, and AWS needs both.
fn account_problems(provider: &CreateProvider, place: &Place) -> Vec<Problem> {
    let fields = [("role_arn", &provider.role_arn), ("bucket", &provider.bucket)];
    let problem = |(key, value): (&str, &Option<String>)| match (provider.provider_type, value) {
        (ProviderType::Aws, None) => Some(
            Problem::new(place.clone(), format!("`{key}` is missing"), format!("type `aws` needs `{key}`"))
                .help(format!("add `{key}: …`")),
        ),
        (ProviderType::Aws, Some(value)) if value.trim().is_empty() => {
            Some(Problem::new(place.clone().then_key(key), format!("`{key}` is empty"), "expected a value"))
        }
        (ProviderType::Ocp, Some(_)) => Some(
            Problem::new(place.clone().then_key(key), format!("type `ocp` has no `{key}`"), "belongs to type `aws`")
                .help("take it out, or change the type"),
        ),
        _ => None,
    };
    let cost_model = (provider.provider_type == ProviderType::Aws && provider.cost_model.is_some()).then(|| {
        let place = place.clone().then_key("cost_model");
        Problem::new(place, "type `aws` has no `cost_model`", "belongs to type `ocp`")
            .help("take it out, or change the type")
    });
    fields.into_iter().filter_map(problem).chain(cost_model).collect()
}

fn data_problem(scenario: &Scenario, index: usize, data: &ProcessData, place: &Place) -> Option<Problem> {
    let able = |provider: &&CreateProvider| provider.provider_type == ProviderType::Ocp;
    let names: Vec<&str> =
        scenario.providers_before(index).filter(able).map(|provider| provider.name.as_str()).collect();
    match (&data.provider, names.as_slice()) {
        (Some(name), _) if names.contains(&name.as_str()) => resend_problem(scenario, index, name, place),
        (Some(name), _) => Some(unknown_provider(scenario, name, &names, place.clone().then_key("provider"))),
        (None, [only]) => resend_problem(scenario, index, only, place),
        (None, []) => Some(
            Problem::new(
                place.clone(),
                "no provider is there to process data for",
                "expected a `create-provider` before",
            )
            .help("put `- create-provider: { type: ocp, name: … }` before it"),
        ),
        (None, _) => Some(
            Problem::new(place.clone(), "`provider` is missing", "expected `provider`, as there are several")
                .help(format!("name one of {}", listed(&names))),
        ),
    }
}

/// Why a provider cannot take data: it is of another type, made later, or never.
fn unknown_provider(scenario: &Scenario, name: &str, names: &[&str], place: Place) -> Problem {
    match scenario.providers_before(scenario.phases.len()).find(|provider| provider.name == name) {
        Some(other) if other.provider_type != ProviderType::Ocp => {
            Problem::new(place, format!("provider `{name}` takes no uploads"), "expected a provider of type `ocp`")
        }
        Some(_) => Problem::new(place, format!("provider `{name}` is made later"), "not there yet")
            .help("put its `create-provider` before this phase"),
        None => Problem::new(place, format!("unknown provider `{name}`"), one_of(names))
            .maybe_help(did_you_mean(name, names)),
    }
}

/// An alias that is not declared, at this place.
pub(super) fn unknown_tenant(scenario: &Scenario, alias: &str, place: &Place) -> Option<Problem> {
    let aliases = aliases(scenario);
    (!aliases.contains(&alias)).then(|| {
        let label = one_of(&aliases);
        Problem::new(place.clone(), format!("tenant `{alias}` is not declared"), label).help(
            did_you_mean(alias, &aliases)
                .unwrap_or_else(|| format!("add it: `tenants: [{}, {alias}]`", aliases.join(", "))),
        )
    })
}

fn aliases(scenario: &Scenario) -> Vec<&str> {
    scenario.tenants.iter().map(|tenant| tenant.alias.as_str()).collect()
}
