//! What is said to bad input where only a run can find it: names, payloads, servers and services.

use std::fmt::Write;

use harness::report::{Ending, Report, Status};
use harness::secret::SecretUrl;
use libtest_mimic::Trial;

use crate::command::shown;
use crate::given_server::Host;
use crate::state_folder::run;
use crate::trial;
use crate::world::{PLAIN, World, plain, trial_of};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("bad_input::an_org_id_that_is_sql_does_no_harm", an_org_id_that_is_sql_does_no_harm),
        trial("bad_input::a_payload_without_manifest_is_named", a_payload_without_manifest_is_named),
        trial("bad_input::a_url_without_rights_is_told_which", a_url_without_rights_is_told_which),
        trial("bad_input::a_service_that_answers_badly_is_told", a_service_that_answers_badly_is_told),
    ]
}

fn assert_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.add_filter(r"\b\d{4}-\d\d-\d\d\b", "[DAY]");
    settings.add_filter(r"127\.0\.0\.1:\d+", "[ADDRESS]");
    settings.bind(|| insta::assert_snapshot!(format!("run__{name}"), text));
}

fn carried_out(world: &World, broken: bool) -> Report {
    let arguments = ["run", "--results", "out"];
    let mut command = if broken { world.broken(&arguments) } else { world.command(&arguments) };
    command.output().expect("it starts");
    run(world.state.await_gone());
    world.report()
}

fn an_org_id_that_is_sql_does_no_harm() {
    // Of the greatest length, and with what ends a quoted name, a text, a statement and a line.
    let hostile = r#"a';"b";DROP TABLE public.api_tenant;--"#;
    let hostile = &hostile[..36];
    let scenario = plain("hostile")
        .replace("[acme]", &format!("\n  - acme\n  - {{ alias: hostile, org_id: {hostile:?} }}"))
        .replace("  - verify", "  - create-provider: { type: ocp, name: cluster-a, tenant: hostile }\n  - verify");
    let world = World::new(&[&scenario]);
    let report = carried_out(&world, false);
    let trial = trial_of(&report, "hostile");
    assert_eq!(trial.ending, Ending::AsExpected, "{trial:?}");
    // The tables of every tenant, and those of the shared schema, were looked at after all of it.
    let verified = trial.steps.last().expect("steps");
    assert_eq!((verified.name.as_str(), &verified.status), ("verify-tables", &Status::Passed));
    assert!(verified.examined() > 1000, "{verified:?}");
}

fn a_payload_without_manifest_is_named() {
    let data =
        "  - create-provider: { type: ocp, name: cluster-a }\n  - process-data: { payload: no-manifest }\nexpect";
    let world = World::new(&[]);
    std::fs::create_dir(world.path("fixtures/payloads/no-manifest")).expect("a folder");
    std::fs::write(world.path("fixtures/payloads/no-manifest/pods.csv"), "report_period_start\n").expect("written");
    world.add(&plain("data").replace("expect", data));
    let report = carried_out(&world, false);
    let trial = trial_of(&report, "data");
    let Status::Errored { why } = &trial.status else { panic!("{trial:?}") };
    assert_eq!(trial.ending, Ending::CouldNotTell);
    assert_snapshot("payload_without_manifest", why);
}

fn a_url_without_rights_is_told_which() {
    let host = run(Host::start());
    let url: SecretUrl = run(host.role("poor", "LOGIN", "hunter2"));
    let world = World::on(url.reveal(), &[PLAIN]);
    let output = world.command(&["run", "--results", "out"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(3), "{}", shown(&output));
    assert_snapshot("url_without_rights", &world.report().errors.join("\n"));
    run(world.state.await_gone());
}

fn a_service_that_answers_badly_is_told() {
    let with_provider = "  - create-provider: { type: ocp, name: cluster-a }\nexpect";
    let with_data =
        "  - create-provider: { type: ocp, name: cluster-a }\n  - process-data: { payload: one-pod }\nexpect";
    let world = World::new(&[]);
    for (service, steps) in [("koku", with_data), ("sources", with_provider), ("upload", with_data)] {
        for answer in ["html", "nothing", "late"] {
            let scenario = plain(&format!("{service}-answers-{answer}")).replace("  - verify-tables: {}\n", "");
            world.add(&scenario.replace("expect", steps));
        }
    }
    let mut report = carried_out(&world, true);
    report.trials.sort_by_key(|trial| trial.id.scenario.clone());
    let mut told = String::new();
    for trial in &report.trials {
        assert_ne!(trial.ending, Ending::AsExpected, "{trial:?}");
        let step = trial.steps.last().expect("steps");
        writeln!(told, "{}: {} {:?}", trial.id.scenario, step.name, step.status).expect("text");
        for found in &trial.findings {
            writeln!(told, "{}", found.finding).expect("text");
        }
    }
    assert_snapshot("services_that_answer_badly", &told);
}
