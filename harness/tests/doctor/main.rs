//! `doctor`, `facts` and `judge` as a person meets them: on a database that `koku` has migrated, as various roles, and on bad input.

mod bad_input;
mod broken_off;
#[path = "../common/command.rs"]
#[allow(dead_code, reason = "each test program uses its part of this module")]
mod command;
#[path = "../common/given_server.rs"]
mod given_server;
mod koku;
mod rights;
mod saved;
#[path = "../common/state_folder.rs"]
mod state_folder;
mod story;
#[path = "../external/system.rs"]
#[allow(dead_code, reason = "each test program uses its part of this module")]
mod system;

use std::process::{Command, Output};

use harness::secret::SecretUrl;
use libtest_mimic::{Arguments, Trial};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

fn main() {
    harness::target::local::reaper::run_if_asked();
    let trials =
        [bad_input::trials(), broken_off::trials(), koku::trials(), rights::trials(), saved::trials(), story::trials()];
    libtest_mimic::run(&Arguments::from_args(), trials.into_iter().flatten().collect()).exit();
}

/// A trial that passes unless it panics.
fn trial(name: &str, test: fn()) -> Trial {
    Trial::test(name, move || {
        test();
        Ok(())
    })
}

/// The command on a database.
fn doctor(database: &SecretUrl, arguments: &[&str]) -> Command {
    let mut command = system::harness(&["doctor", "--database-url", database.reveal()]);
    command.args(arguments);
    command
}

/// Runs a command to its end.
fn done(command: &mut Command) -> Output {
    command.output().expect("it starts")
}

/// What a command wrote to standard output.
fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// What a command wrote to standard error.
fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

/// Statements as the server's superuser, in a database.
async fn as_superuser(database: &SecretUrl, statements: &str) {
    let name = database.url().path().trim_start_matches('/');
    let url = system::host().admin.with_database(name);
    let mut session = PgConnection::connect(url.reveal()).await.expect("a session");
    session.execute(AssertSqlSafe(statements.to_owned())).await.unwrap_or_else(|error| panic!("{statements}: {error}"));
    session.close().await.expect("closed");
}

/// A database that is migrated, with its default tenant where a job makes it.
fn healthy(profile: &str) -> SecretUrl {
    let profile = system::profile(profile);
    let database = system::database(&profile);
    system::migrated(&profile, &database);
    let arguments = ["bootstrap", "--org", &profile.tenants.default_org_id];
    system::assert_done(&system::command(&profile, &database, &arguments).output());
    database
}

/// Compares a text with its snapshot in the top-level folder. What differs from run to run is replaced, and no password may be in it.
fn assert_seen(name: &str, text: &str) {
    assert!(!text.contains(system::PASSWORD), "the password is told: {text}");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    command::filters(&mut settings, &std::env::temp_dir().join("no-such-folder"));
    settings.add_filter(r"(127\.0\.0\.1|localhost):\d+", "[ADDRESS]");
    settings.add_filter(r"e2e_external_\w+", "[DATABASE]");
    settings.add_filter(r" at line \d+\n", "\n");
    settings.add_filter(r"OID \d+", "OID [OID]");
    settings.add_filter(r"onlooker_\w+", "[ROLE]");
    settings.bind(|| insta::assert_snapshot!(format!("doctor__{name}"), text));
}
