//! Runs: green, again right after, and whatever becomes of them nothing of others is touched.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use harness::report::Report;
use libtest_mimic::Trial;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::command::shown;
use crate::neighbours::{label_keys, rows, settle};
use crate::state_folder::run;
use crate::system::RunningSystem;
use crate::{assert_seen, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("running::two_runs_are_green_and_touch_no_row_of_others", two_runs_touch_nobody),
        trial("running::an_org_that_the_run_made_is_left_behind_with_the_sql_that_removes_it", the_run_makes_the_org),
        trial("running::looking_needs_no_consent", looking_needs_no_consent),
        trial("running::an_interrupted_run_takes_away_what_it_made", an_interrupted_run),
    ]
}

/// What a run leaves behind, by its report.
fn left_behind(results: &TempDir) -> String {
    let text = std::fs::read_to_string(results.path().join("out/report.json")).expect("a report");
    let report: Report = serde_json::from_str(&text).expect("a report");
    let left = report.trials.iter().flat_map(|trial| &trial.left_behind);
    left.map(|left| format!("{}: {}\n", left.what, left.why)).collect::<Vec<_>>().concat()
}

fn two_runs_touch_nobody() {
    let system = RunningSystem::of_profile("cost-mgmt");
    run(settle(&system));
    let (before, keys) = (run(rows(&system.database)), run(label_keys(&system.database)));
    for turn in ["first", "second"] {
        let results = tempfile::tempdir().expect("a folder");
        let mut command = system.run(&["fresh-install", "two-clusters", "--i-own-this-system", "--results"]);
        let output = command.arg(results.path().join("out")).output().expect("it starts");
        let shown = shown(&output);
        assert!(!shown.contains(crate::system::PASSWORD), "{shown}");
        assert_eq!(output.status.code(), Some(0), "the {turn} run: {shown}");
        assert_eq!(run(rows(&system.database)), before, "after the {turn} run");
        assert!(run(label_keys(&system.database)).is_superset(&keys), "a label key is gone after the {turn} run");
        assert_seen("external__left_behind", &left_behind(&results));
    }
}

fn the_run_makes_the_org() {
    let system = RunningSystem::of_profile("cost-onprem");
    let mut others = BTreeMap::new();
    for turn in ["first", "second"] {
        let results = tempfile::tempdir().expect("a folder");
        let mut command = system.run(&["fresh-install", "--i-own-this-system", "--results"]);
        let output = command.arg(results.path().join("out")).output().expect("it starts");
        assert_eq!(output.status.code(), Some(0), "the {turn} run: {}", shown(&output));
        assert_seen("external__left_behind_org", &left_behind(&results));
        let now = run(rows(&system.database));
        for (table, digest) in &others {
            assert_eq!(now.get(table), Some(digest), "{table} after the {turn} run");
        }
        // What is in a schema of its own is nobody else's.
        others.extend(now.into_iter().filter(|(table, _)| !table.starts_with("public.")));
        assert!(!others.is_empty(), "a tenant has rows");
    }
}

fn looking_needs_no_consent() {
    let system = RunningSystem::of_profile("cost-mgmt");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("look.yaml");
    let scenario = "name: look\nsummary: What is there is whole.\nprofiles: [cost-mgmt]\ntenants: [acme]\nphases:\n  - install: {}\n  \
                    - bootstrap: {}\n  - verify-tables: {}\nexpect: { findings: [] }\n";
    std::fs::write(&file, scenario).expect("written");
    let before = run(rows(&system.database));
    let output = system.run(&["--results"]).arg(folder.path().join("out")).arg(&file).output().expect("it starts");
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert_eq!(run(rows(&system.database)), before);
    assert_eq!(left_behind(&folder), "");
}

fn an_interrupted_run() {
    let system = RunningSystem::of_profile("cost-mgmt");
    let before = run(rows(&system.database));
    let results = tempfile::tempdir().expect("a folder");
    let mut command = system.run(&["two-clusters", "--i-own-this-system", "--results"]);
    let mut child = command
        .arg(results.path().join("out"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stderr = BufReader::new(child.stderr.take().expect("piped"));
    let mut told = String::new();
    while !told.contains("create-provider cluster-a passed") {
        assert_ne!(stderr.read_line(&mut told).expect("text"), 0, "{told}");
    }
    kill_process(Pid::from_child(&child), Signal::INT).expect("it runs");
    stderr.read_to_string(&mut told).expect("text");
    assert_eq!(child.wait().expect("it ends").code(), Some(130), "{told}");
    assert_eq!(run(rows(&system.database)), before, "{told}");
}
