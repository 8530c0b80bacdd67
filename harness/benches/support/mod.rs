//! What benches over a real server share: the server, and a migrated database to clone.

use fake_koku::catalog::Catalog;
use fake_koku::koku::SchemaRule;
use fake_koku::migrate::migrate;
use fake_koku::tenant::{Tenant, bootstrap};
use harness::run_id::RunId;
use harness::target::local::{Database, DatabaseUrls, Options, Prepared, PreparedKey, Server};
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

/// A migrated database with as many tenants.
pub(crate) async fn with_tenants(count: usize) -> Prepared {
    let key = PreparedKey { catalog: "koku-217".into(), profile: "bench".into(), builder: format!("{count} tenants") };
    let build = async |urls: DatabaseUrls| {
        let superuser = PgPool::connect(urls.superuser.reveal()).await?;
        sqlx::query("CREATE EXTENSION pg_stat_statements SCHEMA public").execute(&superuser).await?;
        superuser.close().await;
        let pool = PgPool::connect(urls.owner.reveal()).await?;
        migrate(&pool, Catalog::koku_217()).await.expect("a migration");
        for number in 0..count {
            make_tenant(&pool, &org_id(number)).await;
        }
        pool.close().await;
        Ok::<(), sqlx::Error>(())
    };
    server().await.prepared(&key, build).await.expect("a prepared database")
}

/// The org id, and the schema, of a tenant of [`with_tenants`].
pub(crate) fn org_id(number: usize) -> String {
    format!("org{:07}", 1_000_000 + number)
}

/// Makes one tenant.
pub(crate) async fn make_tenant(pool: &PgPool, org_id: &str) {
    let tenant = Tenant { org_id: org_id.to_owned(), account_number: None };
    bootstrap(pool, Catalog::koku_217(), SchemaRule::OrgId, &tenant).await.expect("a tenant");
}

/// Drops a database that a bench is done with.
pub(crate) fn discard(runtime: &Runtime, database: Option<Database>) {
    if let Some(database) = database {
        runtime.block_on(database.discard()).expect("dropped");
    }
}
