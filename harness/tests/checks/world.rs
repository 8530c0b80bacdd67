//! The two ways in which charts make tenants, as worlds in which everything is proven: a bootstrap job beside the platform's Sources API, and
//! Koku itself, which makes a tenant with the first source of its org.

use std::collections::BTreeMap;
use std::sync::Arc;

use fake_koku::catalog::Catalog as FakeCatalog;
use fake_koku::clock::Clock;
use fake_koku::koku::{Koku, SchemaRule as FakeRule, Settings};
use fake_koku::server::{Dialect, Server as Fake, ServerOptions};
use fake_koku::tenant::{Tenant, bootstrap};
use harness::catalog::Catalog;
use harness::check::{
    Applies, Capabilities, ChartExpectation, Commands, Expectation, SystemExpectation, TenantExpectation, registry,
};
use harness::fault::{self, Fault, OtherTenant, Subject};
use harness::identity::Identity;
use harness::profile::{Profile, SchemaRule, SourcesDialect, TargetKind, TenantMaker};
use harness::scenario::plan::{PlanTarget, capabilities};
use harness::target::local::{Database, DatabaseUrls, PreparedKey, Server};
use sqlx::PgPool;

use crate::healthy::{BROKEN, BYSTANDER, NEIGHBOUR, fixtures, pool};
use crate::payloads;
use crate::providers::{self, Live};

/// One chart's way.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) profile: Arc<Profile>,
    pub(crate) catalog: Arc<Catalog>,
    /// Whether the version of Koku is known; where it is not, it is a newer one than the profile's catalog describes.
    pub(crate) known: bool,
}

impl World {
    pub(crate) fn of(profile: &str) -> Self {
        let profile = Profile::load(&fixtures(), profile).expect("a profile");
        let catalog = Catalog::load(&fixtures(), &profile.database.catalog).expect("the catalog");
        Self { profile: Arc::new(profile), catalog: Arc::new(catalog), known: true }
    }

    /// Every profile's.
    pub(crate) fn all() -> Vec<Self> {
        Profile::names(&fixtures()).expect("profiles").iter().map(|name| Self::of(name)).collect()
    }

    /// Every profile's, in which a Koku runs that is newer than any catalog.
    pub(crate) fn all_of_unknown_versions() -> Vec<Self> {
        Self::all().into_iter().map(|world| Self { known: false, ..world }).collect()
    }

    /// Whether the version of Koku is known.
    pub(crate) const fn is_known(&self) -> bool {
        self.known
    }

    /// Its name, for people.
    pub(crate) fn name(&self) -> String {
        let version = if self.known { "" } else { " of an unknown version" };
        format!("{}{version}", self.profile.name)
    }

    /// What tells its snapshots from those of other worlds: a chart's name is none of the registry's business.
    pub(crate) fn way(&self) -> String {
        let maker = match self.maker() {
            TenantMaker::BootstrapJob => "",
            TenantMaker::FirstSource => "_of_first_source",
        };
        let version = if self.known { "" } else { "_of_unknown_version" };
        format!("{maker}{version}")
    }

    /// Its tenants. Where they are all there is to compare with, it takes three to say which of them differs.
    fn schemas(&self) -> &'static [&'static str] {
        match (self.known, self.maker()) {
            (false, TenantMaker::BootstrapJob) => &[BROKEN, BYSTANDER, NEIGHBOUR],
            _ => &[BROKEN, BYSTANDER],
        }
    }

    /// The one whose tenants a job makes.
    pub(crate) fn bootstrapped() -> Self {
        Self::all()
            .into_iter()
            .find(|world| world.maker() == TenantMaker::BootstrapJob)
            .expect("a profile of this kind")
    }

    pub(crate) fn maker(&self) -> TenantMaker {
        self.profile.tenants.made_by
    }

    pub(crate) fn dialect(&self) -> SourcesDialect {
        self.profile.sources_dialect
    }

    pub(crate) fn capabilities(&self) -> Capabilities {
        let known = capabilities(&self.profile, &PlanTarget::own(TargetKind::Local));
        // `doctor` asks Koku's API too.
        Capabilities { catalog_known: self.known, koku_asked: true, ..known }
    }

    /// Whether a fault can come to anything here: whether all the checks that must find it apply.
    pub(crate) fn knows(&self, fault: &Fault) -> bool {
        fault.fits(self.capabilities()) && fault.findings.iter().all(|id| self.judges(id))
    }

    /// Whether a check applies.
    pub(crate) fn judges(&self, check: &str) -> bool {
        registry::find(check).is_some_and(|check| (check.applies)(self.capabilities()) == Applies::Yes)
    }

    pub(crate) fn fake_catalog(&self) -> &'static FakeCatalog {
        FakeCatalog::read(&self.catalog.file).expect("the fake reads the catalog")
    }

    fn rule(&self) -> FakeRule {
        match self.profile.tenants.schema_rule {
            SchemaRule::OrgId => FakeRule::OrgId,
            SchemaRule::OrgPrefix => FakeRule::OrgPrefix,
        }
    }

    /// The org id of the tenant with this schema.
    pub(crate) fn org_id<'a>(&self, schema: &'a str) -> &'a str {
        match self.profile.tenants.schema_rule {
            SchemaRule::OrgId => schema,
            SchemaRule::OrgPrefix => schema.strip_prefix("org").expect("a schema with the prefix"),
        }
    }

    /// Who acts for the tenant with this schema.
    pub(crate) fn identity(&self, schema: &str) -> Identity {
        Identity {
            org_id: self.org_id(schema).to_owned(),
            account_number: if schema == BROKEN { "10001" } else { "10002" }.to_owned(),
            user_name: format!("user-{schema}"),
        }
    }

    /// A fake of this world's Koku, with what stands around it.
    pub(crate) async fn serve(&self, pool: PgPool, clock: Clock, settings: Settings) -> Fake {
        let catalog = self.fake_catalog();
        let settings = Settings { clock, catalog, schema_rule: self.rule(), ..settings };
        let dialect = match self.dialect() {
            SourcesDialect::Platform => Dialect::Platform,
            SourcesDialect::Koku => Dialect::Koku,
        };
        let options = ServerOptions { dialect, ..ServerOptions::default() };
        Fake::start(Koku { pool, settings }, options).await.expect("the fake is served")
    }

    /// A database of the test's own that is migrated, without any tenant.
    pub(crate) async fn migrated(&self, server: &Server, test: &str) -> Database {
        self.prepared(server, test, "migrated", async |urls| self.migrate(&urls).await).await
    }

    /// A database of the test's own with both tenants; with their providers too, where tenants come with these.
    pub(crate) async fn tenants(&self, server: &Server, test: &str) -> Database {
        match self.maker() {
            TenantMaker::BootstrapJob => {
                self.prepared(server, test, "two tenants", async |urls| self.make_tenants(&urls).await).await
            }
            TenantMaker::FirstSource => self.providers(server, test).await,
        }
    }

    /// A database of the test's own in which the tenants have their providers too.
    pub(crate) async fn providers(&self, server: &Server, test: &str) -> Database {
        let build = async |urls: DatabaseUrls| {
            self.make_tenants(&urls).await;
            self.make_providers(&urls).await;
        };
        self.prepared(server, test, "two tenants with providers", build).await
    }

    /// A database of the test's own in which a provider's payload was processed too.
    pub(crate) async fn payload(&self, server: &Server, test: &str) -> Database {
        let build = async |urls: DatabaseUrls| {
            self.make_tenants(&urls).await;
            self.make_providers(&urls).await;
            let facts = payloads::deliver(self, &urls, None).await;
            assert_eq!(facts.stalled, None);
        };
        self.prepared(server, test, "two tenants with providers and a payload", build).await
    }

    /// A database of the test's own in which a newer Koku has migrated [`World::tenants`].
    pub(crate) async fn of_unknown_version(&self, server: &Server, test: &str) -> Database {
        let database = match self.maker() {
            TenantMaker::BootstrapJob => {
                self.prepared(server, test, "three tenants", async |urls| self.make_tenants(&urls).await).await
            }
            TenantMaker::FirstSource => self.providers(server, test).await,
        };
        let newer = fault::registry::find("newer-koku").expect("a fault");
        let superuser = pool(database.superuser_url()).await;
        newer.put_in(&superuser, &self.subject()).await.expect("a newer version");
        superuser.close().await;
        database
    }

    /// Whom and what faults strike.
    pub(crate) fn subject(&self) -> Subject {
        let other = OtherTenant { schema: BYSTANDER.to_owned(), org_id: self.org_id(BYSTANDER).to_owned() };
        Subject {
            schema: BROKEN.to_owned(),
            org_id: self.org_id(BROKEN).to_owned(),
            other: Some(other),
            provider: None,
            owner_role: "koku".to_owned(),
            choices: BTreeMap::new(),
        }
    }

    async fn prepared<B>(&self, server: &Server, test: &str, what: &str, build: B) -> Database
    where
        B: AsyncFnOnce(DatabaseUrls),
    {
        let (catalog, profile) = (self.fake_catalog().digest.clone(), format!("checks of {}", self.profile.name));
        let key = PreparedKey { catalog, profile, builder: what.to_owned() };
        let build = async |urls| {
            build(urls).await;
            Ok::<(), sqlx::Error>(())
        };
        server.prepared(&key, build).await.expect("a prepared database").clone(test).await.expect("a clone")
    }

    async fn migrate(&self, urls: &DatabaseUrls) {
        let superuser = pool(&urls.superuser).await;
        let extension = sqlx::query("CREATE EXTENSION pg_stat_statements SCHEMA public").execute(&superuser).await;
        extension.expect("the extension");
        superuser.close().await;
        let owner = pool(&urls.owner).await;
        fake_koku::migrate::migrate(&owner, self.fake_catalog()).await.expect("migrates");
        owner.close().await;
    }

    /// A migrated database with both tenants, where a job makes them.
    async fn make_tenants(&self, urls: &DatabaseUrls) {
        self.migrate(urls).await;
        if self.maker() == TenantMaker::FirstSource {
            return;
        }
        let owner = pool(&urls.owner).await;
        for schema in self.schemas() {
            let account_number = (*schema == BROKEN).then(|| "10001".to_owned());
            let tenant = Tenant { org_id: self.org_id(schema).to_owned(), account_number };
            bootstrap(&owner, self.fake_catalog(), self.rule(), &tenant).await.expect("bootstraps");
        }
        owner.close().await;
        // When the bootstrap ended, for whoever clones this.
        let superuser = pool(&urls.superuser).await;
        let comment = "DO $$ BEGIN EXECUTE format('COMMENT ON SCHEMA public IS %L', clock_timestamp()); END $$";
        sqlx::query(comment).execute(&superuser).await.expect("a note");
        superuser.close().await;
    }

    async fn make_providers(&self, urls: &DatabaseUrls) {
        let live = Live::start(self, urls).await;
        live.make_providers().await;
        live.stop().await;
    }

    fn tenant(&self, schema: &str) -> TenantExpectation {
        let numbered = schema == BROKEN || self.maker() == TenantMaker::FirstSource;
        let identity = self.identity(schema);
        TenantExpectation {
            schema: schema.to_owned(),
            account_number: numbered.then_some(identity.account_number),
            domain: format!("{}.local", identity.org_id),
            org_id: identity.org_id,
        }
    }

    /// What is expected of the database of [`World::providers`].
    pub(crate) fn expectation(&self) -> Expectation {
        Expectation {
            capabilities: self.capabilities(),
            system: SystemExpectation {
                catalog: self.known.then(|| Arc::clone(&self.catalog)),
                database: "koku".to_owned(),
                owner_role: "koku".to_owned(),
                tenants: self.schemas().iter().map(|schema| (*schema).to_owned()).collect(),
                tenant_maker: self.maker(),
                shared: false,
                bootstrap_ended: None,
                commands: Commands {
                    migrate: "koku migrate".to_owned(),
                    migrate_tenant: "koku migrate-schemas --schema={schema}".to_owned(),
                    bootstrap: "koku bootstrap".to_owned(),
                },
                chart: ChartExpectation::of(&self.profile, "acme"),
            },
            tenants: self.schemas().iter().map(|schema| self.tenant(schema)).collect(),
            providers: providers::expected(self),
            payloads: vec![],
        }
    }
}
