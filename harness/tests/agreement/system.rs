//! A migrated database with one tenant, and fakes that live at any time.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use fake_koku::catalog::Catalog;
use fake_koku::clock::Clock;
use fake_koku::koku::{Koku, SchemaRule, Settings};
use fake_koku::provider::{self, NewProvider, ProviderType};
use fake_koku::server::{Server as Fake, ServerOptions};
use fake_koku::tenant::{Tenant, bootstrap};
use harness::check::PayloadExpectation;
use harness::fact::usage::PayloadFacts;
use harness::http::HttpEndpoint;
use harness::identity::Identity;
use harness::oracle::Expected;
use harness::payload::Payload;
use harness::phase::Delivery;
use harness::profile::Budgets;
use harness::run_id::RunId;
use harness::target::local::{Database, DatabaseUrls, Options, PreparedKey, Server};
use serde_json::json;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use uuid::Uuid;

/// The tenant.
pub(crate) const ORG: &str = "org1234567";
const LONG: Duration = Duration::from_mins(1);
const BUDGETS: Budgets = Budgets {
    install: LONG,
    bootstrap: LONG,
    source: LONG,
    provider: LONG,
    manifest: LONG,
    processing: LONG,
    report: LONG,
    request: LONG,
};

pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

/// One database for all cases of a test. Dropped with it.
pub(crate) struct System {
    _server: Server,
    database: Database,
    pool: PgPool,
}

impl System {
    pub(crate) async fn start(test: &str) -> Self {
        let options = Options::from_environment(RunId::new(Utc::now())).expect("readable options");
        let server = Server::acquire(&options).await.expect("a PostgreSQL server");
        let catalog = "koku-17927df-217".to_owned();
        let key = PreparedKey { catalog, profile: "agreement".into(), builder: "one tenant".into() };
        let prepared = server.prepared(&key, async |urls: DatabaseUrls| one_tenant(&urls).await).await;
        let database = prepared.expect("a prepared database").clone(test).await.expect("a clone");
        let pool =
            PgPoolOptions::new().max_connections(8).connect(database.owner_url().reveal()).await.expect("a pool");
        Self { _server: server, database, pool }
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// A provider of this cluster in a fake that lives at this time.
    pub(crate) async fn cluster(&self, cluster_id: &str, now: DateTime<Utc>) -> Cluster<'_> {
        let settings = Settings { clock: Clock::Fixed(now), ..Settings::default() };
        let koku = Koku { pool: self.pool.clone(), settings };
        let provider = Uuid::new_v4();
        let new = NewProvider {
            uuid: provider,
            name: alias(cluster_id),
            provider_type: ProviderType::Ocp,
            credentials: json!({"cluster_id": cluster_id}),
            data_source: json!({}),
            org_id: ORG.to_owned(),
            account_number: Some("10001".to_owned()),
        };
        provider::create(&koku, &new).await.expect("a provider");
        let fake = Fake::start(koku.clone(), ServerOptions::default()).await.expect("the fake is served");
        Cluster { system: self, koku, provider, fake }
    }

    pub(crate) async fn stop(self) {
        self.pool.close().await;
    }
}

/// The name of the source of a cluster.
pub(crate) fn alias(cluster_id: &str) -> String {
    format!("source of {cluster_id}")
}

/// A cluster whose payloads a fake takes.
pub(crate) struct Cluster<'a> {
    system: &'a System,
    koku: Koku,
    provider: Uuid,
    fake: Fake,
}

impl Cluster<'_> {
    /// Uploads a payload over HTTP, and looks at what became of it.
    pub(crate) async fn deliver(&self, payload: &Payload, expected: &Expected) -> PayloadFacts {
        let endpoint = |name, url: String| HttpEndpoint::new(name, url.parse().expect("a URL"), LONG);
        let (upload, koku) = (endpoint("ingress", self.fake.ingress_url()), endpoint("Koku API", self.fake.koku_url()));
        let identity = Identity { org_id: ORG.into(), account_number: "10001".into(), user_name: "user".into() };
        let observer = self.system.database.observer_url().clone();
        let delivery =
            Delivery { upload: &upload, koku: &koku, observer, identity, only_cluster: None, budgets: &BUDGETS };
        let archive = payload.to_tar_gz().expect("an archive");
        let facts = delivery.send(&expectation(payload, expected), archive, |_| {}).await.expect("facts");
        assert_eq!((facts.upload.status, facts.stalled.as_deref()), (202, None));
        facts
    }

    /// Takes the provider with all its rows away again.
    pub(crate) async fn remove(self) {
        assert!(provider::remove(&self.koku, self.provider).await.expect("removed"));
        self.fake.stop().await;
    }
}

fn expectation(payload: &Payload, expected: &Expected) -> PayloadExpectation {
    PayloadExpectation {
        schema: ORG.to_owned(),
        provider: expected.cluster_alias.clone(),
        payload: "generated".to_owned(),
        uuid: payload.manifest().uuid(),
        files: payload.manifest().files().to_vec(),
        clusters: vec![expected.cluster_id.clone()],
        expected: expected.clone(),
        beside: vec![],
    }
}

async fn one_tenant(urls: &DatabaseUrls) -> Result<(), sqlx::Error> {
    let superuser = PgPool::connect(urls.superuser.reveal()).await?;
    sqlx::query("CREATE EXTENSION pg_stat_statements SCHEMA public").execute(&superuser).await?;
    superuser.close().await;
    let owner = PgPool::connect(urls.owner.reveal()).await?;
    fake_koku::migrate::migrate(&owner, Catalog::koku_217()).await.expect("migrates");
    let tenant = Tenant { org_id: ORG.to_owned(), account_number: Some("10001".to_owned()) };
    bootstrap(&owner, Catalog::koku_217(), SchemaRule::OrgId, &tenant).await.expect("bootstraps");
    owner.close().await;
    Ok(())
}
