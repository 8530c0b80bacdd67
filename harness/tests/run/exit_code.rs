//! The exit codes of the real command on a real target. 0, 130 and those of a panic stand with how runs end.

use libtest_mimic::Trial;

use crate::command::{filters, shown};
use crate::state_folder::run;
use crate::trial;
use crate::world::{PLAIN, World, forgotten, plain};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("exit_code::findings_end_with_1_and_so_do_those_that_were_not_made", findings_end_with_1),
        trial("exit_code::a_bad_file_ends_with_2", a_bad_file_ends_with_2),
        trial("exit_code::a_setting_that_cannot_be_read_ends_with_2", a_setting_that_cannot_be_read_ends_with_2),
        trial("exit_code::no_server_ends_with_3", no_server_ends_with_3),
        trial("exit_code::what_matches_nothing_ends_with_4", what_matches_nothing_ends_with_4),
    ]
}

/// Exit code and what is shown, under snapshot.
fn assert_ends(name: &str, world: &World, code: i32, arguments: &[&str], variables: &[(&str, &str)]) {
    let output = world.command(arguments).envs(variables.iter().copied()).output().expect("it starts");
    let shown = shown(&output);
    assert_eq!(output.status.code(), Some(code), "{shown}");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    filters(&mut settings, &world.path(""));
    settings.bind(|| insta::assert_snapshot!(format!("run__{name}"), shown));
}

fn findings_end_with_1() {
    let world = World::new(&[
        &plain("not-made").replace("findings: []", "findings: [domain-missing]"),
        &forgotten("not-expected", ""),
    ]);
    let output = world.command(&["run", "--results", "out"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr);
    for line in [
        "not-made [cost-mgmt, local]: not as expected, missing: domain-missing",
        "not-expected [cost-mgmt, local]: not as expected, unexpected: domain-missing",
    ] {
        assert!(told.contains(line), "{told}");
    }
    run(world.state.await_gone());
}

fn a_bad_file_ends_with_2() {
    let world = World::new(&[&PLAIN.replace("- bootstrap", "- bootstrp")]);
    assert_ends("bad_file", &world, 2, &["run"], &[]);
    world.state.assert_untouched();
}

fn a_setting_that_cannot_be_read_ends_with_2() {
    let world = World::new(&[PLAIN]);
    assert_ends("bad_setting", &world, 2, &["run", "--results", "out"], &[("E2E_POSTGRES", "podman")]);
    assert!(!world.path("out").exists(), "nothing was begun");
    world.state.assert_untouched();
}

fn no_server_ends_with_3() {
    let unreachable = "postgres://koku:hunter2@127.0.0.1:1/koku";
    let given = World::on(unreachable, &[PLAIN]);
    assert_ends("unreachable", &given, 3, &["run", "--results", "out"], &[]);
    run(given.state.await_gone());
    let none = World::new(&[PLAIN]);
    let nowhere = [("E2E_POSTGRES", "embedded"), ("E2E_CACHE", "/dev/null/cache")];
    assert_ends("no_postgres", &none, 3, &["run", "--results", "out"], &nowhere);
    run(none.state.await_gone());
}

fn what_matches_nothing_ends_with_4() {
    let world = World::new(&[PLAIN]);
    assert_ends("nothing", &world, 4, &["run", "plane"], &[]);
    world.state.assert_untouched();
}
