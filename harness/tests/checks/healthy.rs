//! A healthy system: a migrated database with two tenants, and what is expected of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fake_koku::koku::SchemaRule;
use fake_koku::tenant::{Tenant, bootstrap};
use harness::catalog::Catalog;
use harness::check::{Capabilities, Commands, Expectation, Facts, Observed, SystemExpectation, TenantExpectation};
use harness::fact::database::DatabaseFacts;
use harness::observer::database::DatabaseObserver;
use harness::profile::TenantMaker;
use harness::run_id::RunId;
use harness::secret::SecretUrl;
use harness::target::local::{Database, DatabaseUrls, Options, PreparedKey, Server};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use crate::payloads;
use crate::providers::{self, Live};

/// The tenant to which faults happen; the name needs quoting in SQL.
pub(crate) const BROKEN: &str = "orgAB-c.1";
/// The tenant of whom nothing may ever be found.
pub(crate) const BYSTANDER: &str = "org1234567";

pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

pub(crate) fn catalog() -> Arc<Catalog> {
    Arc::new(Catalog::load(&fixtures(), "koku-17927df-217").expect("the catalog"))
}

pub(crate) async fn server() -> Server {
    let options = Options::from_environment(RunId::new(chrono::Utc::now())).expect("readable options");
    Server::acquire(&options).await.expect("a PostgreSQL server")
}

pub(crate) async fn pool(url: &SecretUrl) -> PgPool {
    PgPoolOptions::new().max_connections(4).connect(url.reveal()).await.expect("a pool")
}

/// A database of the test's own with both tenants.
pub(crate) async fn database(server: &Server, test: &str) -> Database {
    let prepared = server.prepared(&key("two tenants"), async |urls: DatabaseUrls| two_tenants(&urls).await).await;
    prepared.expect("a prepared database").clone(test).await.expect("a clone")
}

/// A database of the test's own in which the tenants have their providers too.
pub(crate) async fn database_with_providers(server: &Server, test: &str) -> Database {
    let build = async |urls: DatabaseUrls| {
        two_tenants(&urls).await?;
        let live = Live::start(&urls).await;
        live.make_providers().await;
        live.stop().await;
        Ok::<(), sqlx::Error>(())
    };
    let prepared = server.prepared(&key("two tenants with providers"), build).await;
    prepared.expect("a prepared database").clone(test).await.expect("a clone")
}

/// A database of the test's own in which a provider's payload was processed too.
pub(crate) async fn database_with_payload(server: &Server, test: &str) -> Database {
    let build = async |urls: DatabaseUrls| {
        two_tenants(&urls).await?;
        let live = Live::start(&urls).await;
        live.make_providers().await;
        live.stop().await;
        let facts = payloads::deliver(&urls, None).await;
        assert_eq!(facts.stalled, None);
        Ok::<(), sqlx::Error>(())
    };
    let prepared = server.prepared(&key("two tenants with providers and a payload"), build).await;
    prepared.expect("a prepared database").clone(test).await.expect("a clone")
}

fn key(builder: &str) -> PreparedKey {
    PreparedKey { catalog: catalog().name.clone(), profile: "checks".into(), builder: builder.into() }
}

async fn two_tenants(urls: &DatabaseUrls) -> Result<(), sqlx::Error> {
    let superuser = pool(&urls.superuser).await;
    sqlx::query("CREATE EXTENSION pg_stat_statements SCHEMA public").execute(&superuser).await?;
    let owner = pool(&urls.owner).await;
    let catalog = fake_koku::catalog::Catalog::koku_217();
    fake_koku::migrate::migrate(&owner, catalog).await.expect("migrates");
    for (org_id, account_number) in [(BROKEN, Some("10001".to_owned())), (BYSTANDER, None)] {
        let tenant = Tenant { org_id: org_id.to_owned(), account_number };
        bootstrap(&owner, catalog, SchemaRule::OrgId, &tenant).await.expect("bootstraps");
    }
    owner.close().await;
    // When the bootstrap ended, for whoever clones this.
    let comment = "DO $$ BEGIN EXECUTE format('COMMENT ON SCHEMA public IS %L', clock_timestamp()); END $$";
    sqlx::query(comment).execute(&superuser).await?;
    superuser.close().await;
    Ok(())
}

pub(crate) fn tenant(org_id: &str) -> TenantExpectation {
    TenantExpectation {
        schema: org_id.to_owned(),
        org_id: org_id.to_owned(),
        account_number: (org_id == BROKEN).then(|| "10001".to_owned()),
        domain: format!("{org_id}.local"),
    }
}

/// What is expected of the database of [`database`].
pub(crate) fn expectation() -> Expectation {
    Expectation {
        capabilities: Capabilities {
            domain_required: true,
            tenant_maker: TenantMaker::BootstrapJob,
            source_applications: true,
        },
        system: SystemExpectation {
            catalog: catalog(),
            database: "koku".to_owned(),
            owner_role: "koku".to_owned(),
            bootstrap_ended: None,
            commands: Commands {
                migrate: "koku migrate".to_owned(),
                migrate_tenant: "koku migrate-schemas --schema={schema}".to_owned(),
                bootstrap: "koku bootstrap".to_owned(),
            },
        },
        tenants: vec![tenant(BROKEN), tenant(BYSTANDER)],
        providers: providers::expected(),
        payloads: vec![],
    }
}

/// The same, when the bootstrap ended as the database has it noted.
pub(crate) async fn expectation_of(database: &Database) -> Expectation {
    let mut expectation = expectation();
    let observer = DatabaseObserver::connect(database.observer_url()).await.expect("a session");
    let query = "SELECT obj_description('public'::regnamespace, 'pg_namespace')::timestamptz";
    let rows = observer.read("the end of the bootstrap", query).await.expect("a note");
    observer.close().await;
    expectation.system.bootstrap_ended = Some(sqlx::Row::get(&rows[0], 0));
    expectation
}

/// What the observer sees of a database.
pub(crate) async fn observe(database: &Database) -> DatabaseFacts {
    let observer = DatabaseObserver::connect(database.observer_url()).await.expect("a session");
    let facts = observer.observe(&catalog().seeded_tables()).await.expect("facts");
    observer.close().await;
    facts
}

/// Facts of which only the database was looked at.
pub(crate) fn of_database(facts: DatabaseFacts) -> Facts {
    Facts { slate: Observed::NotLookedAt, database: Observed::Seen(facts), ..Facts::default() }
}
