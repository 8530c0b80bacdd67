//! Bad input gets an error that names the thing, the place and the way out.

use std::fmt::Write;
use std::path::Path;

use libtest_mimic::Trial;
use serde_json::json;

use crate::{assert_seen, doctor, done, system, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("bad_input::a_file_that_is_no_file_of_facts", bad_files),
        trial("bad_input::a_command_line_that_is_wrong", bad_usage),
        trial("bad_input::a_database_that_tells_nothing_or_is_not_there", bad_databases),
    ]
}

fn bad_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = [
        ("no_json", "facts: yes".to_owned()),
        ("no_facts", json!({ "checks": [] }).to_string()),
        ("other_format", json!({ "format": "e2e-validate report" }).to_string()),
        ("newer", json!({ "format": "e2e-validate facts", "version": 99, "harness": "9.0.0" }).to_string()),
        ("newer_inside", newer_inside()),
        ("broken", json!({ "format": "e2e-validate facts", "version": 1, "harness": "0.1.0" }).to_string()),
    ];
    let mut told = String::new();
    for (name, text) in &files {
        std::fs::write(folder.path().join(name), text).expect("written");
        told += &judged(folder.path(), name);
    }
    told += &judged(folder.path(), "absent");
    let folder = folder.path().display().to_string();
    assert_seen("bad_files", &told.replace(&folder, "[FOLDER]"));
}

fn newer_inside() -> String {
    let seen = json!({ "database": { "seen": { "version": 99 } } });
    json!({ "format": "e2e-validate facts", "version": 1, "harness": "0.1.0", "seen": seen }).to_string()
}

fn judged(folder: &Path, name: &str) -> String {
    let output = done(system::harness(&["judge"]).arg(folder.join(name)));
    assert_eq!(output.status.code(), Some(2), "{name}");
    format!("{name}: {}\n", crate::command::shown(&output))
}

fn bad_usage() {
    let lines: [&[&str]; 5] = [
        &["doctor"],
        &["doctor", "--database-url", "http://db/koku"],
        &["doctor", "--database-url", "koku:wachtwoord@db"],
        &["facts", "--database-url", "postgres://127.0.0.1:1/koku", "--profile", "cost-mgnt", "--output", "/nowhere/f"],
        &["judge"],
    ];
    let mut told = String::new();
    for line in lines {
        let output = done(&mut system::harness(line));
        assert_eq!(output.status.code(), Some(2), "{line:?}");
        writeln!(told, "{}", crate::command::shown(&output)).expect("writes");
    }
    assert_seen("bad_usage", &told);
}

fn bad_databases() {
    let empty = system::database(&system::profile("cost-mgmt"));
    let mut told = String::new();
    let mut seen = |arguments: &[&str], url: &harness::secret::SecretUrl, code: i32| {
        let output = done(&mut doctor(url, arguments));
        assert_eq!(output.status.code(), Some(code), "{}", crate::command::shown(&output));
        writeln!(told, "{}", crate::command::shown(&output)).expect("writes");
    };
    seen(&[], &empty, 2);
    seen(&["--profile", "cost-mgnt"], &empty, 2);
    seen(&["--profile", "cost-mgmt"], &empty, 1);
    seen(&[], &empty.with_database("no_such_database"), 3);
    let mut wrong = empty.url().clone();
    wrong.set_password(Some("hunter2")).expect("a host");
    seen(&[], &wrong.into(), 3);
    let mut nobody = empty.url().clone();
    nobody.set_port(Some(1)).expect("a host");
    seen(&["--format", "json"], &nobody.into(), 3);
    let mut tls = empty.url().clone();
    tls.set_query(Some("sslmode=require"));
    seen(&[], &tls.into(), 3);
    assert!(!told.contains("hunter2"), "{told}");
    assert_seen("bad_databases", &told);
}
