//! `run` with a scripted runner: a process of its own for each case, so that exit codes, signals and files are the real ones.
//!
//! This program is both: with a script in its environment it is the command, without one it is the tests.

mod common;

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

use async_trait::async_trait;
use common::command::{filters, project, quiet, shown};
use common::{domain_missing, settings};
use harness::check::{Outcome, Scope};

use harness::event::{Event, Happening, Journal, TrialId};
use harness::log::trial_span;
use harness::report::{End, Ending, Report};
use harness::run::{RunRequest, Runner, RunnerError};
use harness::scenario::plan::CheckDescriptor;
use libtest_mimic::{Arguments, Failed, Trial};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// Names the script, and makes this program the command.
const SCRIPT: &str = "E2E_TEST_SCRIPT";
/// A password that must never be seen again, in every place that a text can come from.
const URL: &str = "postgres://koku:hunter2@db:5432/koku?sslpassword=hunter2";

fn main() -> ExitCode {
    if let Ok(script) = std::env::var(SCRIPT) {
        return harness::cli::execute(std::env::args_os(), &Scripted(script)).into();
    }
    libtest_mimic::run(&Arguments::from_args(), tests()).exit_code()
}

/// Does to each planned trial what the script says.
struct Scripted(String);

#[async_trait]
impl Runner for Scripted {
    fn checks(&self) -> Vec<CheckDescriptor> {
        Vec::new()
    }

    async fn run(
        &self,
        request: RunRequest,
        journal: &Journal,
        interrupt: CancellationToken,
    ) -> Result<(), RunnerError> {
        journal.record(Happening::TargetReady { summary: "a script".into() });
        match self.0.as_str() {
            "no-target" => return Err("no PostgreSQL: all four ways failed".into()),
            "panic" => panic!("the script says so"),
            _ => {}
        }
        for plan in &request.plans {
            let id = TrialId {
                scenario: plan.scenario.clone(),
                profile: plan.profile.clone(),
                target: plan.target.kind.to_string(),
            };
            let span = trial_span(&id);
            trial(&self.0, &journal.of_trial(id), &interrupt).instrument(span).await;
        }
        Ok(())
    }
}

async fn trial(script: &str, journal: &Journal, interrupt: &CancellationToken) {
    journal.record(Happening::TrialStarted { summary: "scripted".into(), steps: 1 });
    journal.record(Happening::StepStarted { step: 1, name: "install".into(), reason: None });
    tracing::info!("the script {script} is at work");
    let outcome = match script {
        "pass" => Outcome::Passed,
        "findings" => Outcome::Failed { findings: vec![domain_missing("acme")] },
        "skip" => Outcome::Skipped { reason: "the script says so".into() },
        "secret" => secret(journal),
        "wait" => {
            journal.record(Happening::TargetReady { summary: "waits".into() });
            interrupt.cancelled().await;
            Outcome::Skipped { reason: "interrupted".into() }
        }
        "hang" => {
            journal.record(Happening::TargetReady { summary: "waits".into() });
            std::future::pending().await
        }
        script => panic!("no script {script}"),
    };
    let unexpected: Vec<String> = outcome.findings().iter().map(|finding| finding.check.clone()).collect();
    let (name, elapsed_ms) = ("install".to_owned(), 1_000);
    journal.record(Happening::StepFinished { step: 1, name, outcome: outcome.clone(), elapsed_ms });
    let as_expected = outcome.passed();
    journal.record(Happening::TrialFinished { as_expected, outcome, missing: vec![], unexpected, elapsed_ms });
}

/// Tells a password everywhere.
fn secret(journal: &Journal) -> Outcome {
    let text = || format!("told by {URL}");
    let mut finding = domain_missing("acme");
    (finding.expected, finding.observed, finding.cause) = (text(), text(), text());
    (finding.remedy, finding.place) = (text(), Some(text()));
    finding.scope = Scope::Tenant { schema: text() };
    let outcome = Outcome::Failed { findings: vec![finding] };
    journal.record(Happening::TargetReady { summary: text() });
    journal.record(Happening::Acted { step: 1, action: text() });
    journal.record(Happening::DoesNotApply { check: "x".into(), why: text() });
    journal.record(Happening::EvidenceCollected { path: text() });
    journal.record(Happening::LeftBehind { what: text(), why: text() });
    journal.record(Happening::CouldNotRun { why: text() });
    let scope = Scope::System;
    let errored = Outcome::Errored { why: text() };
    journal.record(Happening::Judged { step: 1, check: "x".into(), scope, examined: 1, outcome: errored });
    tracing::error!(url = URL, "{}", text());
    tracing::error_span!("asked", url = URL).in_scope(|| tracing::error!("within"));
    outcome
}

fn tests() -> Vec<Trial> {
    let test = |name: &str, run: fn(&Path)| {
        Trial::test(name, move || {
            let folder = tempfile::tempdir().map_err(Failed::from)?;
            run(folder.path());
            Ok(())
        })
    };
    vec![
        test("what_passes_ends_with_0_and_leaves_a_folder", passes),
        test("findings_end_with_1", |folder| assert_run("findings", folder, "findings", &["run", "--results", "out"])),
        test("a_folder_that_is_taken_or_cannot_be_made_is_refused", refuses_folders),
        test("a_filter_that_is_none_ends_with_2", refuses_filter),
        test("what_cannot_run_ends_with_3", cannot_run),
        test("what_is_skipped_ends_with_4", |folder| assert_run("skip", folder, "skip", &["run"])),
        test("json_is_all_that_stands_on_stdout", json),
        test("ctrl_c_and_sigterm_end_with_130_in_good_order", interrupted),
        test("a_second_ctrl_c_ends_at_once", interrupted_twice),
        test("a_killed_run_still_has_its_report", killed),
        test("no_password_is_ever_written", no_password),
        test("logs_are_written_as_json_on_demand", logs_as_json),
    ]
}

/// This program as the command, in a project of one scenario.
fn scripted(script: &str, folder: &Path, arguments: &[&str]) -> Command {
    project(folder);
    let mut command = quiet(std::env::current_exe().expect("this program"));
    command.args(arguments).current_dir(folder).env(SCRIPT, script).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn assert_run(name: &str, folder: &Path, script: &str, arguments: &[&str]) {
    let output = scripted(script, folder, arguments).output().expect("the command starts");
    assert_shown(name, folder, &shown(&output));
}

fn assert_shown(name: &str, folder: &Path, shown: &str) {
    let mut settings = settings();
    filters(&mut settings, folder);
    settings.bind(|| insta::assert_snapshot!(format!("cli_run__{name}"), shown));
}

fn report(folder: &Path) -> Report {
    let text = std::fs::read_to_string(folder.join("report.json")).expect("a report");
    serde_json::from_str(&text).expect("a report")
}

fn passes(folder: &Path) {
    assert_run("pass", folder, "pass", &["run", "smoke"]);
    let newest = folder.join("target/e2e/latest");
    let report = report(&newest);
    assert_eq!((report.trials[0].ending, report.command.len()), (Ending::AsExpected, 3));
    let log = std::fs::read_to_string(newest.join("logs/scripted--cost-mgmt--local.log")).expect("the trial's log");
    assert!(log.contains("the script pass is at work"), "{log}");
    assert_eq!(std::fs::read_link(&newest).expect("a link"), PathBuf::from(report.run.as_str()));
}

fn refuses_folders(folder: &Path) {
    assert!(scripted("pass", folder, &["run", "--results", "out"]).status().expect("it starts").success());
    assert_run("taken", folder, "pass", &["run", "--results", "out"]);
    assert_run("not_made", folder, "pass", &["run", "--results", "/proc/nowhere"]);
}

fn refuses_filter(folder: &Path) {
    let output = scripted("pass", folder, &["run"]).env("RUST_LOG", "harness=loud").output().expect("it starts");
    assert_shown("filter", folder, &shown(&output));
}

fn cannot_run(folder: &Path) {
    assert_run("no_target", folder, "no-target", &["run", "--results", "out"]);
    let output = scripted("panic", folder, &["run", "--results", "panicked"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(3));
    let report = report(&folder.join("panicked"));
    assert_eq!(report.errors, ["the runner panicked: the script says so"]);
}

fn json(folder: &Path) {
    let output = scripted("findings", folder, &["run", "--format", "json"]).output().expect("it starts");
    let printed: Report = serde_json::from_slice(&output.stdout).expect("one JSON document");
    assert_eq!(printed, report(&folder.join("target/e2e/latest")));
    assert_eq!(printed.end, End::Finished { exit_code: 1, elapsed_ms: printed.elapsed_ms() });
    assert_eq!(output.status.code(), Some(1));
}

/// Starts a run whose trial waits. Its standard error is read by the one who waits for this.
fn begun(script: &str, folder: &Path) -> (Child, BufReader<std::process::ChildStderr>, String) {
    let mut child = scripted(script, folder, &["run", "--results", "out"]).spawn().expect("the command starts");
    let mut stderr = BufReader::new(child.stderr.take().expect("piped"));
    let told = until(&mut stderr, "waits");
    (child, stderr, told)
}

/// What is told up to the line that holds this word.
fn until(stderr: &mut impl BufRead, word: &str) -> String {
    let mut told = String::new();
    while !told.lines().next_back().is_some_and(|line| line.contains(word)) {
        assert_ne!(stderr.read_line(&mut told).expect("text"), 0, "no {word} in {told}");
    }
    told
}

fn send(child: &Child, signal: &str) {
    let status = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill starts");
    assert!(status.success());
}

fn interrupted(folder: &Path) {
    for signal in ["-INT", "-TERM"] {
        let folder = folder.join(signal);
        std::fs::create_dir(&folder).expect("a folder");
        let (child, mut stderr, mut told) = begun("wait", &folder);
        send(&child, signal);
        std::io::Read::read_to_string(&mut stderr, &mut told).expect("text");
        let output = child.wait_with_output().expect("it ends");
        let mut shown = shown(&output);
        shown.write_str(&told).expect("a text takes everything");
        assert_shown("interrupted", &folder, &shown);
        let report = report(&folder.join("out"));
        assert!(report.interrupted && report.end == End::Finished { exit_code: 130, elapsed_ms: report.elapsed_ms() });
    }
}

fn interrupted_twice(folder: &Path) {
    let (mut child, mut stderr, _) = begun("hang", folder);
    send(&child, "-INT");
    until(&mut stderr, "interrupted: stopping");
    send(&child, "-INT");
    let told = until(&mut stderr, "interrupted twice");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert!(told.contains("`e2e-validate sweep` removes it"), "{told}");
}

fn killed(folder: &Path) {
    let (mut child, _, _) = begun("hang", folder);
    child.kill().expect("killed");
    child.wait().expect("it ends");
    assert_run("killed", folder, "unused", &["report", "out"]);
}

fn no_password(folder: &Path) {
    for format in ["human", "json"] {
        for log_format in ["text", "json"] {
            let out = format!("{format}-{log_format}");
            let arguments = ["run", "--results", &out, "--format", format, "--log-format", log_format];
            let output = scripted("secret", folder, &arguments).env("RUST_LOG", "trace").output().expect("it starts");
            let text = shown(&output);
            assert!(text.contains("koku:***@db"), "{text}");
            assert!(!text.contains("hunter2"), "{text}");
            let told = files(&folder.join(&out)).into_iter().filter(|(path, text)| {
                assert!(!text.contains("hunter2"), "{}: {text}", path.display());
                text.contains("koku:***@db")
            });
            assert_eq!(told.count(), 3, "events, report and the trial's log tell it without its password");
        }
    }
}

/// Every file of a folder and of those within, as text.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let entries = std::fs::read_dir(folder).expect("readable").map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                let text = std::fs::read_to_string(&path).expect("a text");
                vec![(path, text)]
            }
        })
        .collect()
}

fn logs_as_json(folder: &Path) {
    let status = scripted("pass", folder, &["run", "--results", "out", "--log-format", "json"]).status();
    assert!(status.expect("it starts").success());
    let log = std::fs::read_to_string(folder.join("out/logs/scripted--cost-mgmt--local.log")).expect("the log");
    let line: serde_json::Value = serde_json::from_str(log.trim_end()).expect("one object a line");
    assert_eq!(line["fields"]["message"], "the script pass is at work");
    let events = std::fs::read_to_string(folder.join("out/events.jsonl")).expect("the events");
    assert!(events.lines().all(|line| serde_json::from_str::<Event>(line).is_ok()), "{events}");
}
