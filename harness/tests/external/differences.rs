//! The first difference between a system and its profile is named, and nothing is changed.

use std::net::TcpListener;

use harness::profile::SourcesDialect;
use libtest_mimic::Trial;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::command::shown;
use crate::neighbours::rows;
use crate::state_folder::run;
use crate::system::{RunningSystem, database, migrated, profile};
use crate::{assert_seen, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial("differences::the_first_one_is_named_and_nothing_is_changed", the_first_one_is_named)]
}

/// An address of this machine at which nobody listens.
fn nowhere() -> String {
    let address = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    format!("http://{address}")
}

/// What is said of a run on the system, changed by more arguments, that must be refused and change nothing.
fn refused(system: &RunningSystem, what: &str, more: &[&str]) -> String {
    let before = run(rows(&system.database));
    let results = tempfile::tempdir().expect("a folder");
    let mut command = system.run(&["one-pod", "--i-own-this-system", "--results"]);
    let output = command.arg(results.path().join("out")).args(more).output().expect("it starts");
    let shown = shown(&output);
    assert_eq!(output.status.code(), Some(3), "{what}: {shown}");
    assert_eq!(run(rows(&system.database)), before, "{what}");
    let told = shown.split("could not run: ").nth(1).unwrap_or(&shown);
    let told = told.split("\n\n").next().unwrap_or(told);
    format!("# {what}\n{}\n", told.trim_end())
}

fn the_first_one_is_named() {
    let mut system = RunningSystem::of_profile("cost-mgmt");
    let koku = system.koku.clone();
    // What is said twice is an error, so that what is to be another is said in place of it.
    let mut texts = Vec::new();
    for (what, url) in [("Koku is not there", nowhere()), ("Koku is another service", system.upload.clone())] {
        system.koku = url;
        texts.push(refused(&system, what, &[]));
    }
    system.koku = koku;
    let sources = std::mem::replace(&mut system.sources, nowhere());
    texts.push(refused(&system, "the Sources API is not there", &[]));
    system.sources = sources;
    let upload = std::mem::replace(&mut system.upload, nowhere());
    texts.push(refused(&system, "the ingress is not there", &[]));
    system.upload = upload;
    let dialect = RunningSystem::serve(profile("cost-mgmt"), system.database.clone(), SourcesDialect::Koku);
    texts.push(refused(&dialect, "the Sources API is of the other dialect", &[]));
    drop(dialect);

    let empty = RunningSystem::serve(profile("cost-mgmt"), database(&system.profile), SourcesDialect::Platform);
    texts.push(refused(&empty, "the database is none of Koku's", &[]));
    migrated(&empty.profile, &empty.database);
    let rename = "UPDATE public.django_migrations SET name = '9999_of_tomorrow' WHERE id = (SELECT max(id) FROM public.django_migrations)";
    run(async {
        let mut session = PgConnection::connect(empty.database.reveal()).await.expect("a session");
        session.execute(AssertSqlSafe(rename)).await.expect("renamed");
    });
    texts.push(refused(&empty, "the database is of another Koku", &[]));
    assert_seen("external__differences", &texts.join("\n"));
}
