//! A server given by its URL: what it must allow, and that all of ours on it goes with the last lease.

use harness::wait::{Progress, Wait};
use libtest_mimic::Trial;
use rustix::process::Signal;
use sqlx::{Connection, Executor, PgConnection};

use crate::given_server::Host;
use crate::holder::{End, Holder};
use crate::support::{StateFolder, assert_snapshot, run, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("given::a_url_where_nothing_listens_is_named_without_its_password", nothing_listens),
        trial("given::a_role_without_rights_is_told_which", a_role_without_rights_is_told_which),
        trial("given::databases_and_roles_go_with_the_last_lease", databases_and_roles_go_with_the_last_lease),
        trial("given::one_who_is_no_superuser_can_serve", one_who_is_no_superuser_can_serve),
    ]
}

fn nothing_listens() {
    let state = StateFolder::new();
    let url = "postgres://koku:hunter2@127.0.0.1:1/koku";
    let mut holder = Holder::start(&state, End::Exit, &on(url));
    let error = holder.seen().expect_err("nothing listens");
    assert!(holder.end().success());
    assert_snapshot("unreachable", &error);
    // What could not be made needs not be dropped.
    run(state.await_gone());
}

fn a_role_without_rights_is_told_which() {
    run(async {
        let host = Host::start().await;
        let url = host.role("poor", "LOGIN", "hunter2").await;
        let state = StateFolder::new();
        let mut holder = Holder::start(&state, End::Exit, &on(url.reveal()));
        assert_snapshot("rights", &holder.seen().expect_err("without rights"));
        assert!(holder.end().success());
        state.await_gone().await;
    });
}

fn databases_and_roles_go_with_the_last_lease() {
    run(async {
        let host = Host::start().await;
        let before = host.ours().await;
        let state = StateFolder::new();
        let url = host.admin.reveal().to_owned();
        let mut holder = Holder::start(&state, End::Wait, &on(&url));
        let seen = holder.seen().expect("the given server");
        assert_eq!(seen.provider, "url");
        let during = host.ours().await;
        assert!(during.contains(&format!("database {}", seen.database)), "{during:?}");
        assert_eq!(during.len(), before.len() + 3, "two roles and a database: {during:?}");
        holder.signal(Signal::KILL);
        holder.end();
        Wait::new("all of ours to be dropped", std::time::Duration::from_secs(30))
            .until(|| async {
                let left = host.ours().await;
                if left == before { Progress::<_, String>::Done(()) } else { Progress::NotYet(format!("{left:?}")) }
            })
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        state.await_gone().await;
    });
}

fn one_who_is_no_superuser_can_serve() {
    run(async {
        let host = Host::start().await;
        let mut template =
            PgConnection::connect(host.admin.with_database("template1").reveal()).await.expect("a session");
        template.execute("CREATE EXTENSION pg_stat_statements").await.expect("installed");
        template.close().await.expect("closed");
        let url = host.role("modest", "LOGIN CREATEDB CREATEROLE", "hunter2").await;
        let state = StateFolder::new();
        let mut holder = Holder::start(&state, End::Judge, &on(url.reveal()));
        assert_eq!(holder.seen().expect("a server").provider, "url");
        assert!(holder.end().success());
        state.await_gone().await;
        assert_eq!(host.ours().await, ["role e2e_observer"], "what the host itself has");
    });
}

/// Variables that give this server.
fn on(url: &str) -> [(&str, &str); 2] {
    [("E2E_POSTGRES", ""), ("E2E_DATABASE_URL", url)]
}
