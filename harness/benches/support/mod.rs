//! What benches over a real server share: the server, and a migrated database to clone.

use fake_koku::catalog::Catalog;
use fake_koku::koku::SchemaRule;
use fake_koku::migrate::migrate;
use fake_koku::tenant::{Tenant, bootstrap};
use harness::run_id::RunId;
use harness::target::local::{Database, DatabaseUrls, Options, Server};
use sqlx::PgPool;
use tokio::runtime::Runtime;

/// A runtime of one thread, so that what is measured is not spread over cores.
pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// The server of this program; `E2E_POSTGRES` decides where it comes from.
pub(crate) async fn server() -> Server {
    let options = Options::from_environment(RunId::new(chrono::Utc::now())).expect("a readable environment");
    Server::acquire(&options).await.expect("a server")
}

/// Migrates an empty database and makes as many tenants.
pub(crate) async fn fill(urls: &DatabaseUrls, catalog: &Catalog, tenants: usize) {
    let superuser = PgPool::connect(urls.superuser.reveal()).await.expect("a session");
    let extension = sqlx::query("CREATE EXTENSION pg_stat_statements SCHEMA public").execute(&superuser).await;
    extension.expect("an extension");
    superuser.close().await;
    let pool = PgPool::connect(urls.owner.reveal()).await.expect("a session");
    migrate(&pool, catalog).await.expect("a migration");
    for number in 0..tenants {
        make_tenant(&pool, catalog, &org_id(number)).await;
    }
    pool.close().await;
}

/// The org id, and the schema, of a tenant of [`fill`].
pub(crate) fn org_id(number: usize) -> String {
    format!("org{:07}", 1_000_000 + number)
}

/// Makes one tenant.
pub(crate) async fn make_tenant(pool: &PgPool, catalog: &Catalog, org_id: &str) {
    let tenant = Tenant { org_id: org_id.to_owned(), account_number: None };
    bootstrap(pool, catalog, SchemaRule::OrgId, &tenant).await.expect("a tenant");
}

/// Drops a database that a bench is done with.
pub(crate) fn discard(runtime: &Runtime, database: Option<Database>) {
    if let Some(database) = database {
        runtime.block_on(database.discard()).expect("dropped");
    }
}
