//! What must be said of a system, and how: flags before the environment before the file.

use libtest_mimic::Trial;

use crate::command::shown;
use crate::system::harness;
use crate::{assert_seen, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("given::all_that_is_missing_is_told_at_once", all_that_is_missing_is_told_at_once),
        trial("given::a_word_that_cannot_be_read_is_told_without_its_password", unreadable_words),
        trial("given::a_flag_wins_over_the_environment_and_that_over_the_file", the_nearest_word_wins),
        trial("given::nothing_acts_on_what_nobody_has_called_their_own", nothing_acts_without_consent),
        trial("given::the_plan_says_what_is_otherwise_there", the_plan),
    ]
}

const COMPLETE: [&str; 10] = [
    "--profile=cost-mgmt",
    "--database-url=postgres://koku:wachtwoord@127.0.0.1:1/koku",
    "--koku-url=http://127.0.0.1:1",
    "--sources-url=http://127.0.0.1:1",
    "--upload-url=http://127.0.0.1:1",
    "run",
    "--target=external",
    "one-pod",
    "--no-color",
    "--format=human",
];

/// The command with all that must be said, and these.
fn complete(more: &[&str]) -> std::process::Command {
    let mut command = harness(&COMPLETE[5..]);
    command.args(&COMPLETE[..5]).args(more);
    command
}

fn told(command: &mut std::process::Command) -> String {
    shown(&command.output().expect("it starts"))
}

fn all_that_is_missing_is_told_at_once() {
    let nothing = told(&mut harness(&["run", "--target", "external"]));
    let half = told(harness(&["run", "--target", "external"]).env("E2E_EXTERNAL_KOKU_URL", "http://127.0.0.1:1"));
    assert_seen("external__missing", &[nothing, half].join("\n"));
}

fn unreadable_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |text: &str| {
        std::fs::write(folder.path().join("system.yaml"), text).expect("written");
        let mut command = harness(&["run", "--target", "external", "--system", "system.yaml"]);
        told(command.current_dir(folder.path()))
    };
    let unknown_key = file("profile: cost-mgmt\ndatabase_url: postgres://koku:wachtwoord@db/koku\n");
    let twice = file("koku-url: http://a\nkoku-url: http://b\n");
    let no_url = file("database-url: koku:wachtwoord@db/koku\n");
    let other_scheme = told(&mut harness(&["run", "--target", "external", "--koku-url", "ftp://koku:wachtwoord@a"]));
    let no_file = told(&mut harness(&["run", "--target", "external", "--system", "no-such.yaml"]));
    assert_seen("external__unreadable", &[unknown_key, twice, no_url, other_scheme, no_file].join("\n"));
}

fn the_nearest_word_wins() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("system.yaml");
    std::fs::write(&file, "profile: cost-mgmt\norg: of-the-file\naccount-number: \"1\"\nuser-name: of-the-file\n")
        .expect("written");
    let mut command = harness(&["plan", "one-pod", "--target", "external", "--org", "of-the-flag", "--system"]);
    command.arg(&file).env("E2E_EXTERNAL_ORG", "of-the-environment").env("E2E_EXTERNAL_ACCOUNT_NUMBER", "2");
    let plan = told(&mut command);
    for expected in ["org id \"of-the-flag\"", "account number 2,", "user \"of-the-file\""] {
        assert!(plan.contains(expected), "{expected} in {plan}");
    }
}

fn nothing_acts_without_consent() {
    // Nothing listens at these addresses: were anything asked, that would be told instead.
    assert_seen("external__not_owned", &told(&mut complete(&[])));
}

fn the_plan() {
    let plan = told(&mut harness(&[
        "plan",
        "fresh-install",
        "three-tenants",
        "domain-forgotten",
        "--target=external",
        "--profile=cost-mgmt",
    ]));
    assert_seen("external__plan", &plan);
}
