//! Prepared databases are built once, and clones have nothing in common.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::join_all;
use harness::target::local::{PrepareError, Prepared, PreparedKey, Server};
use libtest_mimic::Trial;
use sqlx::{Connection, Executor, PgConnection};

use crate::support::{run, server, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("prepared::many_who_ask_at_once_build_once", many_who_ask_at_once_build_once),
        trial("prepared::other_keys_are_other_databases", other_keys_are_other_databases),
        trial("prepared::what_was_half_built_is_built_anew", what_was_half_built_is_built_anew),
        trial("prepared::a_builder_that_fails_leaves_no_database", a_builder_that_fails_leaves_no_database),
        trial("prepared::clones_are_independent", clones_are_independent),
        trial("prepared::roles_may_do_what_they_are_for", roles_may_do_what_they_are_for),
        trial("prepared::a_database_is_dropped_under_open_sessions", a_database_is_dropped_under_open_sessions),
    ]
}

/// A key that no other test and no other run has.
fn key() -> PreparedKey {
    PreparedKey { catalog: uuid::Uuid::new_v4().to_string(), profile: "any".into(), builder: "any".into() }
}

async fn session(url: &harness::secret::SecretUrl) -> PgConnection {
    PgConnection::connect(url.reveal()).await.expect("a session")
}

/// A prepared database with one row, which belongs to the owner.
async fn with_a_row(server: &Server, key: &PreparedKey) -> Prepared {
    server
        .prepared(key, async |urls| {
            let mut session = PgConnection::connect(urls.owner.reveal()).await?;
            session.execute("CREATE SCHEMA acme; CREATE TABLE acme.counted AS SELECT 1 AS number").await?;
            session.close().await
        })
        .await
        .expect("built")
}

async fn exists(server: &Server, name: &str) -> bool {
    let other = server.empty("onlooker").await.expect("a database");
    let mut session = session(other.superuser_url()).await;
    let there = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(name)
        .fetch_one(&mut session)
        .await
        .expect("an answer");
    session.close().await.expect("closed");
    other.discard().await.expect("dropped");
    there
}

fn many_who_ask_at_once_build_once() {
    run(async {
        let (server, key, times) = (server().await, key(), AtomicUsize::new(0));
        let ask = || async {
            let build = async |urls: harness::target::local::DatabaseUrls| {
                times.fetch_add(1, Ordering::SeqCst);
                session(&urls.owner)
                    .await
                    .execute("CREATE TABLE built AS SELECT 1 AS one FROM pg_sleep(0.05)")
                    .await
                    .map(|_| ())
            };
            server.prepared(&key, build).await.expect("built").name().to_owned()
        };
        let names = join_all((0..6).map(|_| ask())).await;
        assert_eq!(times.load(Ordering::SeqCst), 1);
        assert!(names.iter().all(|name| *name == names[0]), "{names:?}");
    });
}

fn other_keys_are_other_databases() {
    run(async {
        let server = server().await;
        let first = key();
        let second = PreparedKey { profile: "another".into(), ..first.clone() };
        let (one, other) = (with_a_row(&server, &first).await, with_a_row(&server, &second).await);
        assert_ne!(one.name(), other.name());
        assert!(one.name().starts_with("e2e_prepared_"), "{}", one.name());
    });
}

fn what_was_half_built_is_built_anew() {
    run(async {
        let (server, key) = (server().await, key());
        let (reached, waiting) = tokio::sync::oneshot::channel();
        let half = server.prepared(&key, async |urls| {
            session(&urls.owner).await.execute("CREATE TABLE half (n int)").await?;
            let _ = reached.send(());
            std::future::pending::<Result<(), sqlx::Error>>().await
        });
        tokio::select! {
            _ = half => unreachable!("it never ends"),
            reached = waiting => reached.expect("half built"),
        }
        let prepared = with_a_row(&server, &key).await;
        let clone = prepared.clone("anew").await.expect("a clone");
        let half: Option<String> = sqlx::query_scalar("SELECT to_regclass('public.half')::text")
            .fetch_one(&mut session(clone.owner_url()).await)
            .await
            .expect("an answer");
        assert_eq!(half, None);
        clone.discard().await.expect("dropped");
    });
}

fn a_builder_that_fails_leaves_no_database() {
    run(async {
        let server = server().await;
        let build = async |urls: harness::target::local::DatabaseUrls| {
            session(&urls.owner).await.execute("SELECT 1 / 0").await.map(|_| ())
        };
        let error = server.prepared(&key(), build).await.expect_err("the builder failed");
        let PrepareError::Build { name, source } = error else { panic!("{error}") };
        assert!(source.to_string().contains("division by zero"), "{source}");
        assert!(!exists(&server, &name).await);
    });
}

fn clones_are_independent() {
    run(async {
        let server = server().await;
        let prepared = with_a_row(&server, &key()).await;
        let (one, other) = tokio::join!(prepared.clone("one"), prepared.clone("other"));
        let (one, other) = (one.expect("a clone"), other.expect("a clone"));
        session(one.owner_url()).await.execute("UPDATE acme.counted SET number = 2").await.expect("its own");
        let untouched: i32 = sqlx::query_scalar("SELECT number FROM acme.counted")
            .fetch_one(&mut session(other.owner_url()).await)
            .await
            .expect("a row");
        assert_eq!(untouched, 1);
        let closed = one.superuser_url().with_database(prepared.name());
        let refused = PgConnection::connect(closed.reveal()).await.expect_err("closed to connections");
        assert!(refused.to_string().contains("not currently accepting connections"), "{refused}");
        one.discard().await.expect("dropped");
        other.discard().await.expect("dropped");
    });
}

fn roles_may_do_what_they_are_for() {
    run(async { judge_roles(&server().await).await });
}

/// Judges what owner and observer may do in a clone.
pub(crate) async fn judge_roles(server: &Server) {
    let prepared = with_a_row(server, &key()).await;
    let clone = prepared.clone("roles").await.expect("a clone");
    let mut owner = session(clone.owner_url()).await;
    let (superuser, owns): (bool, bool) = sqlx::query_as(
        "SELECT rolsuper, datdba = pg_roles.oid FROM pg_roles, pg_database \
             WHERE rolname = current_user AND datname = current_database()",
    )
    .fetch_one(&mut owner)
    .await
    .expect("an answer");
    assert_eq!((superuser, owns), (false, true));
    owner.execute("CREATE EXTENSION \"uuid-ossp\"; CREATE EXTENSION pg_trgm").await.expect("trusted extensions");
    let mut observer = session(clone.observer_url()).await;
    let seen: i32 =
        sqlx::query_scalar("SELECT number FROM acme.counted").fetch_one(&mut observer).await.expect("readable");
    assert_eq!(seen, 1);
    let refused = observer.execute("UPDATE acme.counted SET number = 2").await.expect_err("read-only");
    assert!(refused.to_string().contains("read-only transaction"), "{refused}");
    clone.discard().await.expect("dropped");
}

fn a_database_is_dropped_under_open_sessions() {
    run(async {
        let server = server().await;
        let database = server.empty("in use").await.expect("a database");
        let name = database.name().to_owned();
        let mut open = session(database.owner_url()).await;
        database.discard().await.expect("dropped");
        open.execute("SELECT 1").await.expect_err("the session was ended");
        assert!(!exists(&server, &name).await);
    });
}
