//! What a scenario waits for before its first step: the first one of a run, which starts the server and builds the prepared
//! database, and every later one, which clones it.
//!
//! `E2E_POSTGRES` decides which provider is measured.

use std::cell::RefCell;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use divan::Bencher;
use fake_koku::catalog::Catalog;
use fake_koku::migrate::{MigrateError, migrate};
use harness::run_id::RunId;
use harness::target::local::{Database, DatabaseUrls, Options, Prepared, PreparedKey, Server, reaper};
use sqlx::{Connection, Executor, PgConnection, PgPool};
use tokio::runtime::Runtime;

fn main() {
    reaper::run_if_asked();
    println!("{}", runtime().block_on(server(&options())).provenance());
    divan::main();
}

/// A clone of a prepared database with all of Koku's tables in `public`.
#[divan::bench(sample_count = 30, sample_size = 1)]
fn clone_of_a_prepared_database(bencher: Bencher) {
    let runtime = runtime();
    let prepared = runtime.block_on(prepared(&options()));
    let last = RefCell::new(None);
    bencher
        .with_inputs(|| drop_database(&runtime, last.take()))
        .bench_local_values(|()| last.replace(Some(runtime.block_on(prepared.clone("bench")).expect("a clone"))));
    drop_database(&runtime, last.take());
}

/// The same, with a server that must be started and a database that must be migrated first.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn first_scenario_from_nothing(bencher: Bencher) {
    let runtime = runtime();
    bencher.with_inputs(|| Options { state: Some(state_folder()), ..options() }).bench_local_values(|options| {
        let clone = runtime.block_on(async { prepared(&options).await.clone("bench").await });
        clone.expect("a clone").name().to_owned()
    });
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn options() -> Options {
    Options::from_environment(RunId::new(chrono::Utc::now())).expect("a readable environment")
}

/// A folder of its own, so a server of its own. The reaper removes both when the bench has ended.
fn state_folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let storage = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let others_may_pass = Permissions::from_mode(0o711);
    tempfile::Builder::new()
        .prefix("e2e-bench-")
        .permissions(others_may_pass)
        .tempdir_in(storage)
        .expect("a folder")
        .keep()
}

async fn server(options: &Options) -> Server {
    Server::acquire(options).await.expect("a server")
}

async fn prepared(options: &Options) -> Prepared {
    let key = PreparedKey { catalog: "koku-217".into(), profile: "bench".into(), builder: "bench".into() };
    server(options).await.prepared(&key, build).await.expect("a prepared database")
}

async fn build(urls: DatabaseUrls) -> Result<(), MigrateError> {
    let mut superuser = PgConnection::connect(urls.superuser.reveal()).await?;
    superuser.execute("CREATE EXTENSION pg_stat_statements").await?;
    superuser.close().await?;
    let pool = PgPool::connect(urls.owner.reveal()).await?;
    migrate(&pool, Catalog::koku_217()).await?;
    pool.close().await;
    Ok(())
}

fn drop_database(runtime: &Runtime, database: Option<Database>) {
    if let Some(database) = database {
        runtime.block_on(database.discard()).expect("dropped");
    }
}
