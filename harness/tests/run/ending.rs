//! However a run ends, nothing of it is left once the reaper's delay is over.

use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

use harness::report::{Ending, Status};
use harness::wait::{Progress, Wait};
use libtest_mimic::Trial;
use rustix::process::Signal;

use crate::broken::{PANICS_AT_BOOTSTRAP, PANICS_WHEN_READY};
use crate::given_server::Host;
use crate::state_folder::run;
use crate::trial;
use crate::world::{PLAIN, Running, World, forgotten, plain, trial_of};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("ending::a_run_that_ends_leaves_nothing", || on_both(ends)),
        trial("ending::a_phase_that_panics_fails_its_scenario_only", || on_both(panics)),
        trial("ending::ctrl_c_in_the_middle_leaves_nothing", || on_both(|world, host| stops(world, host, Signal::INT))),
        trial("ending::sigterm_in_the_middle_leaves_nothing", || {
            on_both(|world, host| stops(world, host, Signal::TERM));
        }),
        trial("ending::kill_9_in_the_middle_leaves_nothing", || on_both(is_killed)),
        trial("ending::ctrl_c_during_the_start_ends_it_soon", ctrl_c_during_the_start_ends_it_soon),
    ]
}

/// Has a run on a server of its own and on a given one, and counts what is left.
fn on_both(scenario: fn(&World, Option<&Host>)) {
    let own = World::new(&[]);
    scenario(&own, None);
    run(own.state.await_gone());

    let host = run(Host::start());
    let before = run(host.ours());
    let given = World::on(host.admin.reveal(), &[]);
    scenario(&given, Some(&host));
    run(nothing_on(&host, &before));
    run(given.state.await_gone());
}

/// Waits until the given server holds no more of ours than before.
async fn nothing_on(host: &Host, before: &[String]) {
    Wait::new("all of ours to be dropped", Duration::from_secs(30))
        .until(|| async {
            let left = host.ours().await;
            if left == before { Progress::<_, String>::Done(()) } else { Progress::NotYet(format!("{left:?}")) }
        })
        .await
        .unwrap_or_else(|error| panic!("{error}"));
}

/// Nothing but the roles and the prepared database, which go with the last lease, outlives the trials themselves.
fn no_trial_is_left(host: Option<&Host>) {
    let Some(host) = host else { return };
    let ours = run(host.ours());
    let trials: Vec<_> =
        ours.iter().filter(|what| what.starts_with("database") && !what.contains("prepared")).collect();
    assert!(trials.is_empty(), "{trials:?}");
}

fn ends(world: &World, host: Option<&Host>) {
    world.add(PLAIN);
    world.add(&forgotten("found", "domain-missing"));
    let output = world.command(&["run", "--results", "out"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(world.report().trials.len(), 2);
    no_trial_is_left(host);
}

fn panics(world: &World, host: Option<&Host>) {
    for scenario in [PANICS_AT_BOOTSTRAP, PANICS_WHEN_READY, "plain"] {
        world.add(&plain(scenario));
    }
    let output = world.broken(&["run", "--results", "out"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(3));
    let report = world.report();
    assert!(report.errors.is_empty() && report.not_started() == 0, "{report:?}");

    let panicked = trial_of(&report, PANICS_AT_BOOTSTRAP);
    let why = "panicked: no hands to make acme with";
    assert_eq!((panicked.ending, &panicked.status), (Ending::CouldNotTell, &Status::Errored { why: why.to_owned() }));
    let evidence = panicked.evidence.first().expect("the facts of its database");
    let facts = std::fs::read_to_string(world.path("out").join(evidence)).expect("the facts are there");
    assert!(facts.contains("api_tenant"), "{facts}");
    let Status::Errored { why } = &trial_of(&report, PANICS_WHEN_READY).status else { panic!("{report:?}") };
    assert!(why.starts_with("panicked: ") && why.contains("on purpose, and after everything was made"), "{why}");

    assert_eq!(trial_of(&report, "plain").ending, Ending::AsExpected);
    no_trial_is_left(host);
}

/// A run that is in the middle of its only trial.
fn in_the_middle(world: &World) -> Running {
    world.add(&plain("three").replace("[acme]", "[acme, globex, initech]"));
    let mut running = Running::start(world.command(&["run", "--results", "out"]));
    running.until("1/3 install passed");
    running
}

fn stops(world: &World, host: Option<&Host>, signal: Signal) {
    let running = in_the_middle(world);
    running.signal(signal);
    let (status, told) = running.end();
    assert_eq!(status.code(), Some(130), "{told}");
    let report = world.report();
    assert!(report.interrupted, "{report:?}");
    assert_eq!(report.trials[0].status, Status::NotRun { because: "the run was interrupted".to_owned() });
    assert!(report.trials[0].left_behind.is_empty() && report.left_behind.is_empty(), "{report:?}");
    no_trial_is_left(host);
}

fn is_killed(world: &World, host: Option<&Host>) {
    let running = in_the_middle(world);
    assert!(!run(world.state.leftovers()).is_empty(), "what is counted in the end is seen in the middle");
    if let Some(host) = host {
        let ours = run(host.ours());
        assert!(ours.iter().any(|what| what.contains("_three_")), "{ours:?}");
    }
    running.signal(Signal::KILL);
    let (status, _) = running.end();
    assert_eq!(status.signal(), Some(Signal::KILL.as_raw()));
    let output = world.command(&["report", "out"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(3));
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("not finished     three [cost-mgmt, local]"), "{shown}");
}

fn ctrl_c_during_the_start_ends_it_soon() {
    // A port that takes connections and never says a word: the start would wait for its deadline.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("an address").port();
    let world = World::on(&format!("postgres://koku:hunter2@127.0.0.1:{port}/koku"), &[PLAIN]);
    let mut running = Running::start(world.command(&["run", "--results", "out"]));
    running.until(": 1 trial");
    silent.accept().expect("the start asks");
    running.signal(Signal::INT);
    let (status, told) = running.end();
    assert_eq!(status.code(), Some(130), "{told}");
    assert!(!told.contains("no answer within"), "{told}");
    let report = world.report();
    assert!(report.interrupted && report.trials.is_empty() && report.errors.is_empty(), "{report:?}");
    run(world.state.await_gone());
}
