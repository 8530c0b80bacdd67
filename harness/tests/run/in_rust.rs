//! Scenarios that are written in Rust.

use std::sync::Arc;

use chrono::Utc;
use harness::clock::Clock;
use harness::report::{Ending, Report};
use harness::run_id::RunId;
use harness::scenario::{Bootstrap, CreateProvider, Fault, Install, ProcessData, Scenario, VerifyTables};
use harness::target::local::{LocalTarget, Options};
use libtest_mimic::Trial;

use crate::trial;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("in_rust::a_scenario_in_rust_is_run_as_one_in_a_file", is_run_as_one_in_a_file),
        trial("in_rust::a_run_on_a_leap_day_is_as_any_other", is_as_expected_on_a_leap_day),
        trial("in_rust::what_is_not_expected_stands_in_the_report", what_is_not_expected_stands_in_the_report),
    ]
}

fn run(scenario: &Scenario) -> Report {
    run_at(Clock::System, scenario)
}

fn run_at(clock: Clock, scenario: &Scenario) -> Report {
    let running = async {
        let options = Options::from_environment(RunId::new(Utc::now())).expect("readable settings");
        let target = LocalTarget::acquire(&options).await.expect("a server");
        scenario.run(Arc::new(target.at(clock))).await.expect("it can be run")
    };
    tokio::runtime::Runtime::new().expect("a runtime").block_on(running)
}

fn provisioned(name: &str) -> Scenario {
    Scenario::new(name).profile("cost-mgmt").tenant("acme").then(Install::default()).then(Bootstrap::default())
}

fn is_run_as_one_in_a_file() {
    let scenario = provisioned("fresh-install")
        .then(VerifyTables::default())
        .then(CreateProvider::ocp("cluster-a"))
        .then(ProcessData::payload("one-pod"));
    let report = run(&scenario);
    let [trial] = report.trials.as_slice() else { panic!("{report:?}") };
    assert_eq!((trial.ending, trial.steps.len()), (Ending::AsExpected, 5), "{trial:?}");
    assert!(trial.steps.iter().all(|step| step.examined() > 0), "{trial:?}");
}

/// Far away, so that providers are younger than their tenant, whose making the database's clock tells.
fn is_as_expected_on_a_leap_day() {
    let scenario =
        provisioned("leap-day").then(CreateProvider::ocp("cluster-a")).then(ProcessData::payload("small-cluster"));
    let report = run_at(Clock::Fixed("2096-02-29T23:59:30Z".parse().expect("a moment")), &scenario);
    let [trial] = report.trials.as_slice() else { panic!("{report:?}") };
    assert_eq!((trial.ending, trial.steps.len()), (Ending::AsExpected, 4), "{trial:?}");
}

fn what_is_not_expected_stands_in_the_report() {
    let report = run(&provisioned("domain-lost")
        .then(Fault::named("drop-domain").expect("a fault").of_tenant("acme"))
        .then(VerifyTables::default()));
    let [trial] = report.trials.as_slice() else { panic!("{report:?}") };
    assert_eq!(
        (trial.ending, trial.unexpected.as_slice()),
        (Ending::NotAsExpected, &["domain-missing".to_owned()][..])
    );
    let folder = harness::report::results_folder().join(report.run.as_str());
    assert!(folder.join(&trial.evidence[0]).is_file(), "{trial:?}");
    std::fs::remove_dir_all(folder).expect("removed");
}
