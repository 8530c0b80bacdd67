//! The command as it is built: its helps, its errors, and `report` on the events of runs.

mod common;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use common::command::{filters, project, quiet, shown};
use common::{Story, every_ending, killed, settings};
use harness::exit_code::ExitCode;
use harness::report::{events_schema, report_schema};

/// Every command, in the order in which help lists them.
const COMMANDS: [&str; 14] = [
    "run",
    "plan",
    "list",
    "doctor",
    "facts",
    "judge",
    "checks",
    "explain",
    "report",
    "sweep",
    "contract",
    "catalog",
    "schema",
    "completions",
];

fn e2e(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = quiet(env!("CARGO_BIN_EXE_e2e-validate"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command
}

/// Runs the command in this folder and compares with the snapshot of this name.
fn assert_command(name: &str, folder: &Path, arguments: &[&str]) {
    let output = e2e(folder, arguments).output().expect("the command starts");
    let mut settings = settings();
    filters(&mut settings, folder);
    settings.bind(|| insta::assert_snapshot!(format!("cli__{name}"), shown(&output)));
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// Writes a run's events as the journal does.
fn write_events(folder: &Path, story: &Story) -> std::path::PathBuf {
    std::fs::create_dir_all(folder).expect("a folder");
    let lines: String =
        story.events.iter().map(|event| serde_json::to_string(event).expect("serializes") + "\n").collect();
    let path = folder.join("events.jsonl");
    std::fs::write(&path, lines).expect("written");
    path
}

#[test]
fn every_command_says_what_it_does() {
    let folder = folder();
    assert_command("help", folder.path(), &["--help"]);
    for command in COMMANDS {
        assert_command(&format!("help_{command}"), folder.path(), &[command, "--help"]);
    }
    for command in ["capture", "diff", "list"] {
        assert_command(&format!("help_catalog_{command}"), folder.path(), &["catalog", command, "--help"]);
    }
}

#[test]
fn the_helps_cover_every_command() {
    let known = harness::cli::command();
    let names: Vec<_> =
        known.get_subcommands().filter(|command| !command.is_hide_set()).map(clap::Command::get_name).collect();
    assert_eq!(names, COMMANDS);
}

#[test]
fn the_docs_name_every_command_option_variable_and_exit_code() {
    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/command.md")).expect("the docs");
    let known = harness::cli::command();
    for command in known.get_subcommands().chain([&known]) {
        for option in command.get_arguments().filter(|option| option.get_id() != "help" && option.get_id() != "version")
        {
            let long = option.get_long().map(|long| format!("`--{long}"));
            let variable = option.get_env().map(|variable| format!("`{}`", variable.to_string_lossy()));
            for word in long.into_iter().chain(variable) {
                assert!(docs.contains(&word), "{word}` of {} is not in docs/command.md", command.get_name());
            }
        }
    }
    for command in known.get_subcommands().filter(|command| !command.is_hide_set()).map(clap::Command::get_name) {
        assert!(docs.contains(&format!("| `{command}")), "{command} is not in docs/command.md");
    }
    for code in [
        ExitCode::AsExpected,
        ExitCode::Findings,
        ExitCode::Usage,
        ExitCode::CouldNotTell,
        ExitCode::NothingRan,
        ExitCode::Interrupted,
    ] {
        assert!(docs.contains(&format!("\n| {} |", code.number())), "{code:?} is not in docs/command.md");
    }
}

#[test]
fn bad_usage_names_the_way_out() {
    let folder = folder();
    for (name, arguments) in [
        ("no_command", &[][..]),
        ("unknown_command", &["rum"]),
        ("unknown_option", &["run", "--job", "2"]),
        ("no_jobs", &["run", "--jobs", "0"]),
        ("unknown_target", &["run", "--target", "moon"]),
        ("unknown_format", &["report", "--format", "xml"]),
        ("unknown_schema", &["schema", "reports"]),
        ("unknown_shell", &["completions", "dos"]),
    ] {
        assert_command(name, folder.path(), arguments);
    }
}

#[test]
fn list_and_plan_tell_what_would_run() {
    let folder = folder();
    project(folder.path());
    assert_command("list", folder.path(), &["list"]);
    assert_command("list_json", folder.path(), &["list", "smoke", "--format", "json"]);
    let plan =
        e2e(folder.path(), &["plan", "scripted", "--profile", "cost-mgmt"]).output().expect("the command starts");
    // The form of a plan is under the snapshots of scenarios.
    let plan = shown(&plan);
    assert!(
        plan.starts_with("exit code: 0\n----- stdout -----\nscripted on profile cost-mgmt, target local\n"),
        "{plan}"
    );
    let plans = e2e(folder.path(), &["plan", "--format", "json"]).output().expect("the command starts").stdout;
    let plans: serde_json::Value = serde_json::from_slice(&plans).expect("one JSON document");
    assert_eq!(plans[0]["scenario"], "scripted");
}

#[test]
fn checks_are_listed_and_explained() {
    let folder = folder();
    assert_command("checks", folder.path(), &["checks"]);
    assert_command("explain", folder.path(), &["explain", "domain-missing"]);
    assert_command("explain_misspelt", folder.path(), &["explain", "domain-mising"]);
    assert_command("explain_unknown", folder.path(), &["explain", "moon"]);
    let listed = e2e(folder.path(), &["checks", "--format", "json"]).output().expect("the command starts").stdout;
    let listed: Vec<serde_json::Value> = serde_json::from_slice(&listed).expect("one JSON document");
    assert_eq!(listed.len(), harness::check::registry::all().count());
    for check in &listed {
        let id = check["id"].as_str().expect("an id");
        let page = e2e(folder.path(), &["explain", id]).output().expect("the command starts").stdout;
        assert!(String::from_utf8_lossy(&page).starts_with(&format!("# {id}\n")), "the page of {id}");
    }
}

#[test]
fn what_is_not_there_is_named_with_what_is_nearest() {
    let folder = folder();
    project(folder.path());
    assert_command("unknown_scenario", folder.path(), &["run", "scriptd"]);
    assert_command("unknown_path", folder.path(), &["plan", "scenarios/script.yaml"]);
    assert_command("unknown_profile", folder.path(), &["list", "--profile", "cost-mgt"]);
    let scenario = folder.path().join("scenarios/scripted.yaml");
    let text = std::fs::read_to_string(&scenario).expect("written");
    std::fs::write(&scenario, text.replace("phases:", "phasis:")).expect("written");
    assert_command("bad_file", folder.path(), &["run"]);
    assert!(!folder.path().join("target").exists(), "nothing was run, so nothing is left");
}

#[test]
fn report_renders_a_run_with_its_exit_code() {
    let folder = folder();
    write_events(&folder.path().join("run"), &every_ending());
    assert_command("report", folder.path(), &["report", "run"]);
    write_events(&folder.path().join("passed"), &Story::of_run(1).passes(320, 4_150, "fresh-install").ended(4_200, 0));
    assert_command("report_json", folder.path(), &["report", "passed/events.jsonl", "--format", "json"]);
}

#[test]
fn report_renders_a_run_that_was_killed_while_it_wrote() {
    let folder = folder();
    let events = write_events(&folder.path().join("run"), &killed());
    let text = std::fs::read_to_string(&events).expect("written");
    std::fs::write(&events, &text[..text.len() - 20]).expect("written");
    assert_command("report_killed", folder.path(), &["report", "run"]);
}

#[test]
fn report_finds_the_newest_run() {
    let folder = folder();
    let results = folder.path().join("target/e2e");
    write_events(&results.join("261124-100528-ab12"), &Story::of_run(1).passes(320, 4_150, "fresh-install"));
    std::os::unix::fs::symlink("261124-100528-ab12", results.join("latest")).expect("a link");
    let output = e2e(folder.path(), &["report"]).output().expect("the command starts");
    let text = shown(&output);
    assert!(text.contains("folder: target/e2e/261124-100528-ab12"), "{text}");
}

#[test]
fn report_refuses_what_is_no_run() {
    let folder = folder();
    assert_command("report_no_run", folder.path(), &["report"]);
    assert_command("report_no_folder", folder.path(), &["report", "nowhere"]);
    std::fs::write(folder.path().join("empty.jsonl"), "").expect("written");
    assert_command("report_empty", folder.path(), &["report", "empty.jsonl"]);
    std::fs::write(folder.path().join("notes.txt"), "to do\n").expect("written");
    assert_command("report_no_events", folder.path(), &["report", "notes.txt"]);
    let events = write_events(&folder.path().join("new"), &killed());
    let newer = std::fs::read_to_string(&events).expect("written").replace("\"version\":1", "\"version\":2");
    std::fs::write(events, newer).expect("written");
    assert_command("report_newer", folder.path(), &["report", "new"]);
}

#[test]
fn schema_prints_each_schema() {
    let folder = folder();
    for (name, schema) in
        [("scenario", harness::scenario::schema()), ("report", report_schema()), ("events", events_schema())]
    {
        let output = e2e(folder.path(), &["schema", name]).output().expect("the command starts");
        let printed: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
        assert!(printed == schema.to_value(), "`schema {name}` prints another schema");
    }
}

#[test]
fn completions_are_made_for_every_shell() {
    let folder = folder();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = e2e(folder.path(), &["completions", shell]).output().expect("the command starts");
        let script = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && script.contains("e2e-validate") && script.contains("sweep"), "{shell}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let folder = folder();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = e2e(folder.path(), &["completions", "bash"]).stdout(writer).output().expect("the command starts");
    assert_eq!(shown(&output), "exit code: 0\n----- stdout -----\n\n----- stderr -----\n");
}

#[test]
fn a_password_on_the_command_line_is_not_repeated() {
    let folder = folder();
    let url = "postgres://koku:hunter2@db/koku";
    for arguments in [&[url][..], &["run", url], &["run", "--target", url], &["report", url], &["schema", url]] {
        let text = shown(&e2e(folder.path(), arguments).output().expect("the command starts"));
        let code = if arguments == ["run", url] { "exit code: 4" } else { "exit code: 2" };
        assert!(text.starts_with(code) && !text.contains("hunter2"), "{text}");
        assert!(text.contains("koku:***@db") || arguments == ["run", url], "{text}");
    }
}

/// A project with the catalogs of this one, and files that are none.
fn project_with_catalogs(folder: &Path) {
    project(folder);
    let catalogs = folder.join("fixtures/catalogs");
    std::fs::create_dir_all(&catalogs).expect("a folder");
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/catalogs");
    for name in ["koku-17927df-217.json", "koku-768be82-224.json"] {
        std::fs::copy(own.join(name), catalogs.join(name)).expect("a copy");
    }
    let whole = std::fs::read_to_string(own.join("koku-17927df-217.json")).expect("a catalog");
    let half: String = whole.lines().take(40).collect::<Vec<_>>().join("\n");
    let mended = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from}");
        whole.replacen(from, to, 1)
    };
    for (name, text) in [
        ("half.json", half),
        ("other.json", "{ \"name\": \"left-pad\" }".to_owned()),
        ("misspelt.json", mended("\"primary_key\"", "\"primary_keys\"")),
        ("orphan.json", mended("\"partition_of\":\"reporting_aws_compute_summary_p\"", "\"partition_of\":\"nothing\"")),
        ("column.json", mended("[\"id\",\"bigint\",", "[\"id\",7,")),
    ] {
        std::fs::write(folder.join(name), text).expect("written");
    }
}

#[test]
fn catalogs_are_listed_and_compared() {
    let folder = folder();
    project_with_catalogs(folder.path());
    let (old, new) = ("koku-17927df-217", "koku-768be82-224");
    assert_command("catalog_list", folder.path(), &["catalog", "list"]);
    assert_command("catalog_list_json", folder.path(), &["catalog", "list", "--format", "json"]);
    assert_command("catalog_diff", folder.path(), &["catalog", "diff", old, new]);
    assert_command(
        "catalog_diff_same",
        folder.path(),
        &["catalog", "diff", new, "fixtures/catalogs/koku-768be82-224.json"],
    );
    let compared = e2e(folder.path(), &["catalog", "diff", old, new, "--format", "json"]).output().expect("it starts");
    assert_eq!(compared.status.code(), Some(1));
    let compared: serde_json::Value = serde_json::from_slice(&compared.stdout).expect("one JSON document");
    let differences = compared["differences"].as_array().expect("a list");
    assert_eq!((&compared["version"], &compared["same"]), (&1.into(), &false.into()));
    // What the text cuts, the document has.
    let migrations = differences.iter().filter(|one| one["schema"] == "public" && one["kind"] == "migration");
    assert_eq!(migrations.count(), 27);
    let table = differences.iter().find(|one| one["object"] == "monthly_exchange_rate").expect("a new table");
    assert_eq!((&table["change"], &table["drift"]), (&"more".into(), &"extra".into()));
}

#[test]
fn what_is_no_catalog_is_told_with_the_place_and_the_way_out() {
    let folder = folder();
    project_with_catalogs(folder.path());
    let own = "koku-17927df-217";
    for (name, arguments) in [
        ("unknown", &["diff", "koku-17927df", own][..]),
        ("half", &["diff", own, "half.json"]),
        ("other", &["diff", own, "other.json"]),
        ("misspelt", &["diff", own, "misspelt.json"]),
        ("orphan", &["diff", own, "orphan.json"]),
        ("column", &["diff", own, "column.json"]),
        ("no_file", &["diff", own, "./none.json"]),
        ("one_only", &["diff", own]),
        ("no_url", &["diff", own, "--database-url", "koku:hunter2@db"]),
        ("unreachable", &["diff", own, "--database-url", "postgres://koku:hunter2@127.0.0.1:1/koku"]),
        ("no_name", &["capture", "--name", "new", "--database-url", "postgres://koku@127.0.0.1:1/koku"]),
        ("name_taken", &["capture", "--name", own, "--database-url", "postgres://koku@127.0.0.1:1/koku"]),
        (
            "no_commit",
            &[
                "capture",
                "--name",
                "koku-new",
                "--koku-commit",
                "v1",
                "--database-url",
                "postgres://koku@127.0.0.1:1/koku",
            ],
        ),
        (
            "not_captured",
            &["capture", "--name", "koku-new", "--database-url", "postgres://koku:hunter2@127.0.0.1:1/koku"],
        ),
    ] {
        let arguments: Vec<&str> = ["catalog"].iter().chain(arguments).copied().collect();
        let output = e2e(folder.path(), &arguments).output().expect("the command starts");
        assert!(!shown(&output).contains("hunter2"), "{name}");
        assert_command(&format!("catalog_bad_{name}"), folder.path(), &arguments);
    }
    assert!(!folder.path().join("fixtures/catalogs/koku-new.json").exists());
}

/// A program of this name in the folder's `bin`, which is all of the `PATH` that a command is given.
fn script(folder: &Path, name: &str, text: &str) {
    let path = folder.join("bin").join(name);
    std::fs::create_dir_all(folder.join("bin")).expect("a folder");
    std::fs::write(&path, format!("#!/bin/sh\n{text}")).expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("executable");
}

const HELM: &str = "[ $1 = version ] && echo v3.19.5; exit 0";
const BAD_CHART: &str = "[ $1 = version ] && echo v3.19.5 && exit 0\necho 'Error: parse error at (chart/templates/api.yaml:12): function \"nope\" not defined' >&2; exit 1";
const NO_ENGINE: &str = "echo 'ERROR: failed to list clusters: Cannot connect to the Docker daemon' >&2; exit 1";
const KUBECONFIG: &str = "apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\n\
    contexts: [{name: staging, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {}}]\n";

#[test]
fn a_cluster_that_cannot_be_used_is_refused_before_anything_is_touched() {
    for (name, helm, kind, arguments) in [
        ("no_helm", None, None, &["--context", "staging"][..]),
        ("old_helm", Some("echo 'Client: v2.17.0+g1'"), None, &["--context", "staging"]),
        ("unknown_context", Some(HELM), None, &["--context", "stagin"]),
        ("unreachable_context", Some(HELM), None, &["--context", "staging"]),
        ("no_kind", Some(HELM), None, &[]),
        ("no_engine", Some(HELM), Some(NO_ENGINE), &[]),
        ("no_chart", Some(HELM), None, &["--chart", "none"]),
        ("bad_chart", Some(BAD_CHART), None, &[]),
    ] {
        let folder = folder();
        if let Some(helm) = helm {
            script(folder.path(), "helm", helm);
        }
        if let Some(kind) = kind {
            script(folder.path(), "kind", kind);
        }
        assert_refused(name, folder.path(), arguments, Some(KUBECONFIG));
    }
    let folder = folder();
    script(folder.path(), "helm", HELM);
    assert_refused("no_kubeconfig", folder.path(), &["--context", "staging"], None);
}

/// Runs a scenario in a cluster; what is told is under a snapshot, and nothing of the run is left.
fn assert_refused(name: &str, folder: &Path, arguments: &[&str], kubeconfig: Option<&str>) {
    project(folder);
    let chart = folder.join("fixtures/charts/cost-management");
    std::fs::create_dir_all(&chart).expect("a folder");
    std::fs::write(chart.join("Chart.yaml"), "name: chart").expect("written");
    if let Some(text) = kubeconfig {
        std::fs::write(folder.join("kubeconfig"), text).expect("written");
    }
    let mut command = e2e(folder, &["run", "--target", "cluster", "--results", "out"]);
    let variables = ["E2E_CONTEXT", "E2E_HELM", "E2E_KOKU_IMAGE", "E2E_POSTGRES_IMAGE", "E2E_CHART"];
    for variable in variables {
        command.env_remove(variable);
    }
    command.args(arguments).env("PATH", folder.join("bin")).env("KUBECONFIG", folder.join("kubeconfig"));
    let output = command.env("E2E_STATE", folder.join("state")).output().expect("the command starts");
    let mut settings = settings();
    filters(&mut settings, folder);
    settings.bind(|| insta::assert_snapshot!(format!("cli__cluster_{name}"), shown(&output)));
    let left = std::fs::read_dir(folder.join("state/clusters")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "{name}");
}
