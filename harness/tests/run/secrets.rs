//! A password appears nowhere: not in what is printed, nor in events, report, logs and evidence, however much is logged.

use libtest_mimic::Trial;

use crate::command::shown;
use crate::given_server::Host;
use crate::state_folder::run;
use crate::trial;
use crate::world::{PLAIN, World, forgotten};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("secrets::a_run_on_a_given_server_tells_no_password", a_run_on_a_given_server_tells_no_password),
        trial("secrets::a_run_that_finds_no_server_tells_no_password", a_run_that_finds_no_server_tells_no_password),
    ]
}

/// A password that nobody else has, with letters that must be escaped in a URL.
fn password() -> String {
    format!("{}/@ %", uuid::Uuid::new_v4().simple())
}

/// The part of a password that is the same however it is escaped.
fn core(password: &str) -> &str {
    password.split('/').next().unwrap_or(password)
}

/// Runs with all logs on, and looks for the passwords in all that is told.
fn assert_untold(world: &World, code: i32, passwords: &dyn Fn() -> Vec<String>) {
    let mut command = world.command(&["run", "--results", "out"]);
    let output = command.env("RUST_LOG", "trace").env("E2E_KEEP", "1").output().expect("it starts");
    let shown = shown(&output);
    assert_eq!(output.status.code(), Some(code), "{shown}");
    let passwords = passwords();
    let told = world.files().into_iter().chain([("what is printed".into(), shown)]);
    for (place, text) in told {
        for password in &passwords {
            assert!(!text.contains(core(password)), "{} tells {password}", place.display());
        }
    }
}

fn a_run_on_a_given_server_tells_no_password() {
    let host = run(Host::start());
    let given = password();
    let url = run(host.role("rich", "LOGIN SUPERUSER", &given));
    let provider = "  - create-provider: { type: ocp, name: cluster-a }\nexpect";
    let world = World::on(url.reveal(), &[&PLAIN.replace("expect", provider), &forgotten("failed", "")]);
    // The database of the one that fails is kept, and so is the record with the passwords of our own roles.
    assert_untold(&world, 1, &|| {
        let record = std::fs::read_to_string(world.state.only().join("server.json")).expect("a record");
        let record: serde_json::Value = serde_json::from_str(&record).expect("JSON");
        let ours = ["owner", "observer"].map(|role| record["running"][role]["password"].as_str().map(str::to_owned));
        let ours = ours.into_iter().map(|password| password.expect("a password"));
        ours.chain([given.clone()]).collect()
    });
    let logs = world.files().into_iter().filter(|(path, _)| path.extension().is_some_and(|end| end == "log"));
    assert!(logs.map(|(_, text)| text).any(|text| text.contains("TRACE")), "all was logged");
    assert!(world.files().iter().any(|(path, _)| path.starts_with(world.path("out/evidence"))), "evidence was kept");
    assert!(world.command(&["sweep"]).output().expect("it starts").status.success());
}

fn a_run_that_finds_no_server_tells_no_password() {
    let host = run(Host::start());
    let mut wrong = run(host.role("rich", "LOGIN SUPERUSER", &password())).url().clone();
    let guessed = password();
    wrong.set_password(Some(&guessed)).expect("a host");
    let mut unreachable = wrong.clone();
    unreachable.set_port(Some(1)).expect("a host");
    for url in [wrong, unreachable] {
        let world = World::on(url.as_str(), &[PLAIN]);
        assert_untold(&world, 3, &|| vec![guessed.clone()]);
        run(world.state.await_gone());
    }
}
