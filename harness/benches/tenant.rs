//! The making of a tenant, beside the plain DDL that it is made of.
//!
//! Each sample makes its tenants in a database of its own that was just migrated.

mod support;

use std::cell::RefCell;

use divan::Bencher;
use fake_koku::catalog::Catalog;
use fake_koku::structure::{Place, SchemaBatch};
use harness::target::local::{Database, DatabaseUrls, Prepared, PreparedKey, reaper};
use sqlx::{AssertSqlSafe, PgPool};
use tokio::runtime::Runtime;

fn main() {
    reaper::run_if_asked();
    println!("{}", support::runtime().block_on(support::server()).provenance());
    divan::main();
}

/// What a bootstrap job does, whole.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn one_tenant(bencher: Bencher) {
    in_a_new_database(bencher, async |pool| {
        support::make_tenant(&pool, Catalog::koku_217(), &support::org_id(0)).await;
    });
}

/// Two tenants side by side in one database.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn two_tenants_side_by_side(bencher: Bencher) {
    in_a_new_database(bencher, async |pool| {
        let (first, second) = (support::org_id(0), support::org_id(1));
        tokio::join!(
            support::make_tenant(&pool, Catalog::koku_217(), &first),
            support::make_tenant(&pool, Catalog::koku_217(), &second)
        );
    });
}

/// The reference: the statements for the same tables, in one batch.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn plain_ddl_of_one_tenant(bencher: Bencher) {
    let batch = SchemaBatch::new(&Catalog::koku_217().tenant, &Place::tenant("plain"), &[].into());
    let text = format!("CREATE SCHEMA plain; {}{}{}", batch.tables, batch.triggers, batch.references);
    in_a_new_database(bencher, async |pool| {
        let mut transaction = pool.begin().await.expect("a transaction");
        let as_the_catalog_has_it = "SELECT set_config('search_path', '', true)";
        sqlx::query(as_the_catalog_has_it).execute(&mut *transaction).await.expect("a setting");
        sqlx::raw_sql(AssertSqlSafe(text.clone())).execute(&mut *transaction).await.expect("tables");
        transaction.commit().await.expect("committed");
    });
}

fn in_a_new_database(bencher: Bencher, job: impl AsyncFn(PgPool)) {
    let runtime = support::runtime();
    let prepared = runtime.block_on(migrated());
    let last: RefCell<Option<(Database, PgPool)>> = RefCell::new(None);
    bencher
        .with_inputs(|| {
            drop_last(&runtime, last.take());
            let (database, pool) = runtime.block_on(async {
                let database = prepared.clone("bench").await.expect("a clone");
                let pool = PgPool::connect(database.owner_url().reveal()).await.expect("a pool");
                // It comes with a database's first tenant, and is not what is measured.
                let extension = "CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public";
                sqlx::query(extension).execute(&pool).await.expect("an extension");
                (database, pool)
            });
            last.replace(Some((database, pool.clone())));
            pool
        })
        .bench_local_values(|pool| runtime.block_on(job(pool)));
    drop_last(&runtime, last.take());
}

fn drop_last(runtime: &Runtime, last: Option<(Database, PgPool)>) {
    let Some((database, pool)) = last else { return };
    runtime.block_on(pool.close());
    support::discard(runtime, Some(database));
}

/// A migrated database without tenants.
async fn migrated() -> Prepared {
    let key = PreparedKey { catalog: "koku-217".into(), profile: "bench".into(), builder: "migrated".into() };
    let build = async |urls: DatabaseUrls| {
        support::fill(&urls, Catalog::koku_217(), 0).await;
        Ok::<(), sqlx::Error>(())
    };
    support::server().await.prepared(&key, build).await.expect("a prepared database")
}
