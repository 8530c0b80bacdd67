//! The verification of all tenants of a database at once, beside plain queries over `pg_attribute` of the same tables.
//!
//! `E2E_BENCH_TENANTS` says how many tenants there are (20). The most memory that the program ever used is printed last.

mod support;

use std::path::Path;
use std::sync::Arc;

use divan::Bencher;
use harness::catalog::Catalog;
use harness::check::{
    Capabilities, CheckResult, Commands, Expectation, Facts, Group, Observed, SystemExpectation, TenantExpectation,
    judge_all, registry,
};
use harness::observer::database::DatabaseObserver;
use harness::profile::TenantMaker;
use harness::target::local::{Database, reaper};
use sqlx::AssertSqlSafe;
use tokio::runtime::Runtime;

/// The tables that are verified.
const FROM: &str = "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' \
    AND a.attnum > 0 AND NOT a.attisdropped";

fn main() {
    reaper::run_if_asked();
    println!("{} tenants, {}", tenants(), support::runtime().block_on(support::server()).provenance());
    divan::main();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().filter(|line| line.starts_with("VmHWM")).for_each(|line| println!("{line}"));
}

/// One reference: every column with its type, fetched.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn plain_read_of_all_columns(bencher: Bencher) {
    plain(
        bencher,
        &format!(
            "SELECT n.nspname::text, c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull {FROM}"
        ),
    );
}

/// Another: a digest of each table's columns, and of nothing else.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn plain_digest_of_all_columns(bencher: Bencher) {
    let column = "concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull)";
    let digest = format!("md5(string_agg({column}, ',' ORDER BY a.attnum))");
    plain(bencher, &format!("SELECT n.nspname::text, c.relname::text, {digest} {FROM} GROUP BY n.nspname, c.relname"));
}

/// One look at everything.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn verify_1_observe(bencher: Bencher) {
    let (runtime, database) = database();
    let catalog = catalog();
    let observer = observer(&runtime, &database);
    bencher.bench_local(|| runtime.block_on(observer.observe(&catalog.seeded_tables())).expect("facts"));
    leave(&runtime, database, observer);
}

/// The checks over what was seen: rows, tables, columns, keys, indexes, partitions.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn verify_2_judge(bencher: Bencher) {
    let (runtime, database) = database();
    let observer = observer(&runtime, &database);
    let expectation = expectation();
    let seeded = catalog().seeded_tables();
    let seen = Observed::Seen(runtime.block_on(observer.observe(&seeded)).expect("facts"));
    let facts = Facts { database: seen, ..Facts::default() };
    let results = judge(&facts, &expectation);
    assert!(results.iter().all(|result| result.outcome.passed()), "a healthy system has no findings: {results:?}");
    bencher.bench_local(|| judge(&facts, &expectation));
    leave(&runtime, database, observer);
}

fn judge(facts: &Facts, expectation: &Expectation) -> Vec<CheckResult> {
    judge_all(registry::of(&[Group::Tenant, Group::Tables]), facts, expectation)
}

fn plain(bencher: Bencher, query: &str) {
    let (runtime, database) = database();
    let observer = observer(&runtime, &database);
    bencher
        .bench_local(|| runtime.block_on(observer.read("the columns", AssertSqlSafe(query.to_owned()))).expect("rows"));
    leave(&runtime, database, observer);
}

fn tenants() -> usize {
    let asked = std::env::var("E2E_BENCH_TENANTS").ok();
    asked.map_or(20, |text| text.parse().expect("E2E_BENCH_TENANTS is a number"))
}

fn database() -> (Runtime, Database) {
    let runtime = support::runtime();
    let database = runtime.block_on(async { support::with_tenants(tenants()).await.clone("bench").await });
    (runtime, database.expect("a clone"))
}

fn observer(runtime: &Runtime, database: &Database) -> DatabaseObserver {
    runtime.block_on(DatabaseObserver::connect(database.observer_url())).expect("a session")
}

fn leave(runtime: &Runtime, database: Database, observer: DatabaseObserver) {
    runtime.block_on(observer.close());
    support::discard(runtime, Some(database));
}

fn catalog() -> Catalog {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    Catalog::load(&fixtures, "koku-17927df-217").expect("the catalog")
}

fn expectation() -> Expectation {
    let tenant = |number| {
        let org_id = support::org_id(number);
        TenantExpectation { schema: org_id.clone(), account_number: None, domain: format!("{org_id}.local"), org_id }
    };
    Expectation {
        capabilities: Capabilities {
            domain_required: true,
            tenant_maker: TenantMaker::BootstrapJob,
            source_applications: true,
            sources_asked: true,
            koku_asked: false,
            runs_already: false,
            catalog_known: true,
        },
        system: SystemExpectation {
            catalog: Some(Arc::new(catalog())),
            database: "koku".to_owned(),
            owner_role: "koku".to_owned(),
            tenants: (0..tenants()).map(support::org_id).collect(),
            tenant_maker: TenantMaker::BootstrapJob,
            shared: false,
            bootstrap_ended: None,
            commands: Commands {
                migrate: "koku migrate".to_owned(),
                migrate_tenant: "koku migrate-schemas --schema={schema}".to_owned(),
                bootstrap: "koku bootstrap".to_owned(),
            },
        },
        tenants: (0..tenants()).map(tenant).collect(),
        providers: vec![],
        payloads: vec![],
    }
}
