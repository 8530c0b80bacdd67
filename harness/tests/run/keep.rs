//! What a failed scenario made stays when that is asked for, can be opened, and goes with the sweep.

use std::process::Command;

use libtest_mimic::Trial;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use crate::broken::PANICS_WHEN_READY;
use crate::given_server::Host;
use crate::state_folder::{processes_of, run};
use crate::trial;
use crate::world::{PLAIN, World, forgotten, plain, trial_of};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("keep::a_failed_scenarios_database_stays_with_its_server", on_a_server_of_its_own),
        trial("keep::what_was_never_made_is_not_kept", what_was_never_made_is_not_kept),
        trial("keep::a_failed_scenarios_database_stays_on_a_given_server", on_a_given_server),
    ]
}

fn on_a_server_of_its_own() {
    let world = World::new(&[PLAIN, &forgotten("failed", "")]);
    let line = keep(&world, &["run", "--keep", "--results", "out"], None);
    assert_opens(&line);
    sweep(&world);
    assert_eq!(run(world.state.leftovers()), Vec::<String>::new());
}

fn on_a_given_server() {
    let host = run(Host::start());
    let before = run(host.ours());
    let world = World::on(host.admin.reveal(), &[&forgotten("failed", "")]);
    let line = keep(&world, &["run", "--results", "out"], Some("1"));
    assert_opens(&line);
    let kept: Vec<_> = run(host.ours()).into_iter().filter(|what| what.contains("_failed_")).collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    sweep(&world);
    assert_eq!(run(host.ours()), before);
    assert_eq!(run(world.state.leftovers()), Vec::<String>::new());
}

fn what_was_never_made_is_not_kept() {
    let world = World::new(&[&plain(PANICS_WHEN_READY)]);
    let output = world.broken(&["run", "--keep", "--results", "out"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(3));
    let report = world.report();
    assert!(report.trials[0].kept.is_empty() && report.trials[0].left_behind.is_empty(), "{report:?}");
    run(world.state.await_gone());
}

/// Has the run, and gives the line that opens what it kept. The reaper has gone then.
fn keep(world: &World, arguments: &[&str], variable: Option<&str>) -> String {
    let output = world.command(arguments).envs(variable.map(|value| ("E2E_KEEP", value))).output().expect("it starts");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let report = world.report();
    assert!(report.trials.iter().all(|trial| trial.kept.is_empty() == (trial.id.scenario != "failed")), "{report:?}");
    let kept = trial_of(&report, "failed").kept.first().expect("a database");
    run(reaper_gone(world));
    kept.split_once(": ").expect("a database: a line").1.to_owned()
}

async fn reaper_gone(world: &World) {
    use harness::wait::{Progress, Wait};
    let reapers = || processes_of(world.state.path()).into_iter().filter(|line| line.contains(" reaper "));
    Wait::new("the reaper to end", std::time::Duration::from_secs(20))
        .until(|| async {
            match reapers().next() {
                None => Progress::<_, String>::Done(()),
                Some(line) => Progress::NotYet(line),
            }
        })
        .await
        .unwrap_or_else(|error| panic!("{error}"));
}

/// The line is pasted into a shell where the machine has psql. A client that reads the same file opens it in any case.
fn assert_opens(line: &str) {
    let question = "SELECT count(*) FROM public.api_tenant WHERE schema_name <> 'public'";
    if Command::new("psql").arg("--version").output().is_ok() {
        let pasted = format!("{line} -At -c \"{question}\"");
        let output = Command::new("sh").arg("-c").arg(pasted).output().expect("a shell");
        let shown = String::from_utf8_lossy(&output.stdout);
        assert_eq!(shown.trim(), "1", "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let words: Vec<_> = line.split_whitespace().collect();
    let [passfile, "psql", "-h", host, "-p", port, "-U", user, "-d", database] = words[..] else { panic!("{line}") };
    let passfile = passfile.strip_prefix("PGPASSFILE=").expect("a file");
    let entry = std::fs::read_to_string(passfile).expect("readable");
    let password = entry.trim_end().rsplit(':').next().expect("a field");
    let options = PgConnectOptions::new().host(host).port(port.parse().expect("a number")).username(user);
    let options = options.password(password).database(database);
    let tenants: i64 = run(async {
        let mut session = PgConnection::connect_with(&options).await.expect("it opens");
        sqlx::query_scalar(question).fetch_one(&mut session).await.expect("a number")
    });
    assert_eq!(tenants, 1);
}

fn sweep(world: &World) {
    let output = world.command(&["sweep"]).output().expect("it starts");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{shown}{}", String::from_utf8_lossy(&output.stderr));
    assert!(shown.contains("removed: folder "), "{shown}");
}
