//! One server for many processes, and nothing left when they have ended, however they did.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;

use harness::target::local::sweep::sweep;
use harness::target::local::{Options, Removed};
use libtest_mimic::Trial;
use rustix::process::{Pid, Signal, kill_process};

use crate::holder::{End, Holder};
use crate::support::{StateFolder, assert_snapshot, options, processes_of, run, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("lifecycle::a_process_that_ends_leaves_nothing", a_process_that_ends_leaves_nothing),
        trial("lifecycle::a_process_that_panics_leaves_nothing", a_process_that_panics_leaves_nothing),
        trial("lifecycle::a_process_that_is_terminated_leaves_nothing", || is_killed_by(Signal::TERM)),
        trial("lifecycle::a_process_that_is_killed_leaves_nothing", || is_killed_by(Signal::KILL)),
        trial("lifecycle::ctrl_c_reaches_neither_server_nor_reaper", ctrl_c_reaches_neither_server_nor_reaper),
        trial("lifecycle::four_processes_at_once_start_one_server", four_processes_at_once_start_one_server),
        trial("lifecycle::a_reaper_that_was_killed_is_replaced", a_reaper_that_was_killed_is_replaced),
        trial("lifecycle::the_next_run_sweeps_what_a_crash_left", the_next_run_sweeps_what_a_crash_left),
        trial("lifecycle::a_kept_database_stays_until_the_sweep", a_kept_database_stays_until_the_sweep),
        trial(
            "lifecycle::the_program_beside_the_tests_hosts_the_reaper",
            the_program_beside_the_tests_hosts_the_reaper,
        ),
    ]
}

fn a_process_that_ends_leaves_nothing() {
    let state = StateFolder::new();
    let mut holder = Holder::start(&state, End::Exit, &[]);
    holder.seen().expect("a server");
    assert!(holder.end().success());
    run(state.await_gone());
}

fn a_process_that_panics_leaves_nothing() {
    let state = StateFolder::new();
    let mut holder = Holder::start(&state, End::Panic, &[]);
    holder.seen().expect("a server");
    assert_eq!(holder.end().code(), Some(101));
    run(state.await_gone());
}

fn is_killed_by(signal: Signal) {
    let state = StateFolder::new();
    let mut holder = Holder::start(&state, End::Wait, &[]);
    holder.seen().expect("a server");
    assert!(!run(state.leftovers()).is_empty());
    holder.signal(signal);
    assert_eq!(holder.end().signal(), Some(signal.as_raw()));
    run(state.await_gone());
}

fn ctrl_c_reaches_neither_server_nor_reaper() {
    let state = StateFolder::new();
    let mut interrupted = Holder::start(&state, End::Wait, &[]);
    let first = interrupted.seen().expect("a server");
    let mut other = Holder::start(&state, End::Wait, &[]);
    assert_eq!(other.seen().expect("a server").address, first.address);
    interrupted.signal_group(Signal::INT);
    assert_eq!(interrupted.end().signal(), Some(Signal::INT.as_raw()));
    let mut third = Holder::start(&state, End::Exit, &[]);
    assert_eq!(third.seen().expect("the server still runs").address, first.address);
    assert!(third.end().success() && other.end().success());
    run(state.await_gone());
}

fn four_processes_at_once_start_one_server() {
    let state = StateFolder::new();
    let mut holders: Vec<_> = (0..4).map(|_| Holder::start(&state, End::Wait, &[])).collect();
    let seen: Vec<_> = holders.iter_mut().map(|holder| holder.seen().expect("a server")).collect();
    assert!(seen.iter().all(|each| each.address == seen[0].address), "{seen:?}");
    let databases: std::collections::BTreeSet<_> = seen.iter().map(|each| &each.database).collect();
    assert_eq!(databases.len(), 4);
    for holder in holders {
        assert!(holder.end().success());
    }
    run(state.await_gone());
}

fn a_reaper_that_was_killed_is_replaced() {
    let state = StateFolder::new();
    let mut first = Holder::start(&state, End::Wait, &[]);
    let address = first.seen().expect("a server").address;
    kill_reaper(&state);
    let mut second = Holder::start(&state, End::Exit, &[]);
    assert_eq!(second.seen().expect("the same server").address, address);
    assert!(second.end().success() && first.end().success());
    run(state.await_gone());
}

fn the_next_run_sweeps_what_a_crash_left() {
    let state = StateFolder::new();
    let mut crashed = Holder::start(&state, End::Wait, &[]);
    let old = crashed.seen().expect("a server");
    kill_reaper(&state);
    // As after a crash of the machine: the record is there, and nobody answers at its address.
    let folder = state.only();
    let record = std::fs::read_to_string(folder.join("server.json")).expect("a record");
    assert!(record.contains(&old.address), "{record}");
    std::fs::write(folder.join("server.json"), record.replace(&old.address, "127.0.0.1:1")).expect("written");
    let port = old.address.rsplit(':').next().expect("a port").to_owned();
    let text = std::fs::read_to_string(folder.join("server.json")).expect("a record");
    std::fs::write(folder.join("server.json"), text.replace(&format!(":{port}/"), ":1/")).expect("written");
    crashed.signal(Signal::KILL);
    crashed.end();
    let before = run(state.leftovers());
    let mut next = Holder::start(&state, End::Wait, &[]);
    assert_ne!(next.seen().expect("a new server").address, old.address);
    let after = run(state.leftovers());
    let survivors: Vec<_> = before.iter().filter(|left| !left.starts_with("folder") && after.contains(left)).collect();
    assert!(survivors.is_empty(), "{survivors:?}");
    assert!(next.end().success());
    run(state.await_gone());
}

fn a_kept_database_stays_until_the_sweep() {
    let state = StateFolder::new();
    let mut holder = Holder::start(&state, End::Keep, &[("E2E_KEEP", "1")]);
    let kept = holder.seen().expect("a server");
    assert!(holder.end().success());
    run(reaper_gone(&state));
    let line = kept.psql_line.expect("a line to paste");
    let passfile = state.only().join(format!("{}.pgpass", kept.database));
    assert_eq!(std::fs::metadata(&passfile).expect("there").permissions().mode() & 0o777, 0o600);
    let password = std::fs::read_to_string(&passfile).expect("readable");
    let password = password.trim().rsplit(':').next().expect("a field");
    assert!(!line.contains(password), "{line}");
    // Where these tests run in a container themselves, a server in a container is reached by the gateway.
    let (host, port) = kept.address.rsplit_once(':').expect("host and port");
    assert_snapshot(
        "psql_line",
        &line
            .replace(&passfile.display().to_string(), "[passfile]")
            .replace(&kept.database, "[database]")
            .replace(host, "[host]")
            .replace(port, "[port]"),
    );
    let mut next = Holder::start(&state, End::Exit, &[]);
    assert_eq!(next.seen().expect("the kept server").address, kept.address);
    assert!(next.end().success());
    run(reaper_gone(&state));
    let folder = state.only();
    let swept = run(sweep(&Options { state: Some(state.path().to_owned()), database_url: None, ..options() }));
    assert!(swept.removed.contains(&Removed::Folder(folder)), "{swept:?}");
    assert!(swept.failed.is_empty() && swept.in_use.is_empty(), "{swept:?}");
    assert_eq!(run(state.leftovers()), Vec::<String>::new());
}

fn the_program_beside_the_tests_hosts_the_reaper() {
    let state = StateFolder::new();
    let options = Options {
        state: Some(state.path().to_owned()),
        reaper_program: Some(env!("CARGO_BIN_EXE_e2e-validate").into()),
        ..options()
    };
    // The lease lasts as long as this process; the reaper then removes the folder.
    let server = run(harness::target::local::Server::acquire(&options)).expect("a server");
    let reapers: Vec<_> =
        processes_of(state.path()).into_iter().filter(|line| line.contains("e2e-validate reaper")).collect();
    assert_eq!(reapers.len(), 1, "{reapers:?}");
    let in_use = run(sweep(&options)).in_use;
    assert_eq!(in_use, [state.only()], "{}", server.provenance());
}

fn kill_reaper(state: &StateFolder) {
    let reaper = reapers(state).pop().expect("a reaper");
    kill_process(reaper, Signal::KILL).expect("it runs");
    run(reaper_gone(state));
}

fn reapers(state: &StateFolder) -> Vec<Pid> {
    let lines = processes_of(state.path()).into_iter().filter(|line| line.contains(" reaper "));
    lines
        .map(|line| line.split_whitespace().nth(1).expect("a number").parse().expect("a number"))
        .filter_map(Pid::from_raw)
        .collect()
}

async fn reaper_gone(state: &StateFolder) {
    use harness::wait::{Progress, Wait};
    Wait::new("the reaper to end", std::time::Duration::from_secs(20))
        .until(|| async {
            if reapers(state).is_empty() { Progress::<_, String>::Done(()) } else { Progress::NotYet("it runs".into()) }
        })
        .await
        .unwrap_or_else(|error| panic!("{error}"));
}
