//! Files that are no recordings, and systems that are not there.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use harness::contract::{Dialect, Library, Rewriting};
use harness::project::Project;

use crate::support::with_snapshots;

/// A copy of the contract in which one file is another text.
fn broken(file: &str, change: impl FnOnce(&str) -> String) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let fixtures = Project::find().fixtures().join("contract");
    for entry in std::fs::read_dir(&fixtures).expect("the contract") {
        let path = entry.expect("a file").path();
        std::fs::copy(&path, folder.path().join(path.file_name().expect("a name"))).expect("copied");
    }
    let path = folder.path().join(file);
    let text = std::fs::read_to_string(&path).expect("a file");
    std::fs::write(&path, change(&text)).expect("written");
    folder
}

fn told(folder: &Path) -> String {
    let library = Library::new(folder, Rewriting::none());
    let error = library.suites(Dialect::Platform).expect_err("something is wrong");
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text.replace(&folder.display().to_string(), "[FOLDER]")
}

#[test]
fn what_is_wrong_in_a_file_is_told_with_the_file_and_the_case() {
    let file = "platform-sources.json";
    let replay = "platform-sources-replay.json";
    let broken = [
        broken(file, |_| "this is no JSON".to_owned()),
        broken(file, |text| text.replacen("{{timestamp_rfc3339}}", "{{Timestamp!}}", 1)),
        broken(file, |text| text.replacen("{{timestamp_rfc3339}}", "{{timestamp_rfc3339", 1)),
        broken(file, |text| text.replacen("\"path\": \"/health\"", "\"path\": \"/health?of={{nobody}}\"", 1)),
        broken(replay, |text| text.replacen("openapi-v3-1", "openapi-v9", 1)),
        broken(replay, |text| text.replacen("not_kept\":", "notkept\":", 1)),
    ];
    let mut texts: Vec<String> = broken.iter().map(|folder| told(folder.path())).collect();
    let empty = tempfile::tempdir().expect("a folder");
    texts.push(told(empty.path()));
    with_snapshots(|| insta::assert_snapshot!("contract__bad_files", texts.join("\n")));
}

#[test]
fn a_system_that_is_not_there_is_told() {
    let contract = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_e2e-validate"));
        command.arg("contract").args(arguments).env_remove("RUST_LOG");
        let output = command.output().expect("the command starts");
        format!("{:?}: {}", output.status.code(), String::from_utf8_lossy(&output.stderr).trim_end())
    };
    let texts = [
        contract(&["--koku-url", "http://somebody:secret@127.0.0.1:9", "--i-own-this-system"]),
        contract(&["--koku-url", "http://127.0.0.1:9"]),
        contract(&["--upload-url", "http://127.0.0.1:9", "--i-own-this-system"]),
        contract(&["--case", "no-such-case"]),
    ];
    with_snapshots(|| insta::assert_snapshot!("contract__bad_systems", texts.join("\n")));
}
