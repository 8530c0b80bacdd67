//! Faults: whom they strike, and where among the phases they can.

use super::phases::unknown_tenant;
use crate::fault::{FaultPlace, MEASURED_STOPS, Setting};
use crate::scenario::{Fault, PhaseName, PhaseStep, Place, Problem, Scenario};
use crate::yaml::{did_you_mean, one_of};

/// What is wrong with the fault at this index of the phases.
pub(super) fn problems(scenario: &Scenario, index: usize, fault: &Fault, place: &Place) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    problems.extend(fault.kind.aim.needs().iter().filter_map(|setting| missing(fault, *setting, place)));
    problems.extend(fault.settings.iter().filter_map(|(setting, value)| empty(*setting, value, place)));
    problems.extend(column_of_no_table(fault, place));
    problems.extend(unmeasured_stop(fault, place));
    for (setting, alias) in fault.tenants() {
        problems.extend(unknown_tenant(scenario, alias, &place.clone().then_key(setting.key())));
    }
    problems.extend(struck_twice(fault, place));
    if problems.is_empty() {
        problems.extend(misplaced(scenario, index, fault, place));
    }
    problems
}

fn missing(fault: &Fault, setting: Setting, place: &Place) -> Option<Problem> {
    let key = setting.key();
    fault.setting(setting).is_none().then(|| {
        let message = format!("`{key}` is missing");
        Problem::new(place.clone(), message, format!("`{}` needs `{key}`", fault.name()))
            .help(format!("add `{key}: …`"))
    })
}

fn empty(setting: Setting, value: &str, place: &Place) -> Option<Problem> {
    let key = setting.key();
    value
        .trim()
        .is_empty()
        .then(|| Problem::new(place.clone().then_key(key), format!("a {key} without a name"), "expected a name"))
}

/// A column is one of a table: where one is chosen, so must be the other.
fn column_of_no_table(fault: &Fault, place: &Place) -> Option<Problem> {
    let takes_column = fault.kind.choices.contains(&Setting::Column);
    let (chosen, other) = match (fault.setting(Setting::Table), fault.setting(Setting::Column)) {
        (Some(_), None) if takes_column => (Setting::Table, Setting::Column),
        (None, Some(_)) => (Setting::Column, Setting::Table),
        _ => return None,
    };
    let message = format!("`{}` is chosen and `{}` is not", chosen.key(), other.key());
    let problem = Problem::new(place.clone().then_key(chosen.key()), message, format!("needs `{}`", other.key()));
    Some(problem.help("name both, or none for the usual ones"))
}

/// A migration can only be stopped where it is known what is there then.
fn unmeasured_stop(fault: &Fault, place: &Place) -> Option<Problem> {
    let migration = fault.setting(Setting::Migration)?;
    (!MEASURED_STOPS.contains(&migration)).then(|| {
        let place = place.clone().then_key(Setting::Migration.key());
        let message = format!("nobody has measured what is there where `{migration}` fails");
        Problem::new(place, message, one_of(&MEASURED_STOPS)).maybe_help(did_you_mean(migration, &MEASURED_STOPS))
    })
}

/// Two tenants are two.
fn struck_twice(fault: &Fault, place: &Place) -> Option<Problem> {
    let (tenant, other) = (fault.setting(Setting::Tenant)?, fault.setting(Setting::Other)?);
    (tenant == other).then(|| {
        let message = format!("`{}` strikes two tenants, and both are `{tenant}`", fault.name());
        Problem::new(place.clone().then_key(Setting::Other.key()), message, "expected another tenant")
    })
}

/// What is wrong with where it stands, as far as that does not hang on the profile.
fn misplaced(scenario: &Scenario, index: usize, fault: &Fault, place: &Place) -> Option<Problem> {
    let installed = scenario.phases[..index].iter().any(|step| step.name() == PhaseName::Install);
    let name = fault.name();
    match (fault.place()?, installed) {
        (FaultPlace::BeforeInstall, true) => {
            let message = format!("the fault `{name}` stands behind `install`");
            let problem = Problem::new(place.clone(), message, "too late to strike here");
            Some(problem.help("put it before `- install: {}`: it changes what the install meets"))
        }
        (FaultPlace::BeforeInstall, false) => None,
        (_, false) => {
            let message = format!("the fault `{name}` stands before `install`");
            let problem = Problem::new(place.clone(), message, "nothing is there to strike");
            Some(problem.help("put it behind the phase that makes what it strikes"))
        }
        (FaultPlace::BehindProvider, true) => unknown_provider(scenario, index, fault, place),
        (FaultPlace::BehindData, true) => {
            unknown_provider(scenario, index, fault, place).or_else(|| without_data(scenario, index, fault, place))
        }
        _ => None,
    }
}

/// A provider that no phase before has made.
fn unknown_provider(scenario: &Scenario, index: usize, fault: &Fault, place: &Place) -> Option<Problem> {
    let name = fault.setting(Setting::Provider)?;
    let made: Vec<&str> = scenario.providers_before(index).map(|provider| provider.name.as_str()).collect();
    if made.contains(&name) {
        return None;
    }
    let place = place.clone().then_key(Setting::Provider.key());
    let later = scenario.providers_before(scenario.phases.len()).any(|provider| provider.name == name);
    Some(if later {
        let message = format!("the fault `{}` stands before the `create-provider` that makes `{name}`", fault.name());
        Problem::new(place, message, "not there yet").help("put it behind that phase")
    } else {
        Problem::new(place, format!("unknown provider `{name}`"), one_of(&made)).maybe_help(did_you_mean(name, &made))
    })
}

/// A provider that no phase before has sent a payload.
fn without_data(scenario: &Scenario, index: usize, fault: &Fault, place: &Place) -> Option<Problem> {
    let name = fault.setting(Setting::Provider)?;
    let is_of = |step: &PhaseStep| match step {
        PhaseStep::ProcessData(data) => data.provider.as_deref().is_none_or(|provider| provider == name),
        _ => false,
    };
    (!scenario.phases[..index].iter().any(is_of)).then(|| {
        let message = format!("the fault `{}` strikes rows of `{name}`, which has no data yet", fault.name());
        let problem = Problem::new(place.clone().then_key(Setting::Provider.key()), message, "no data yet");
        problem.help("put a `process-data` of this provider before it, and one with `resend: same-upload` behind it, which judges")
    })
}
