//! The local target: a real PostgreSQL, and the fakes wired up to it.

use std::sync::Arc;

use async_trait::async_trait;
use fake_koku::catalog::Catalog as FakeCatalog;
use fake_koku::koku::{Koku, Settings};

use super::database::Database;
use super::installer::{LocalAdministrator, LocalInstaller, dialect, pool, schema_rule};
use super::options::Options;
use super::server::Server;
use crate::catalog::Catalog;
use crate::cleanup::Cleanup;
use crate::clock::Clock;
use crate::error::chain;
use crate::http::HttpEndpoint;
use crate::profile::{Profile, TargetKind};
use crate::scenario::plan::{Plan, PlanTarget};
use crate::target::{ActError, DatabaseDoor, Endpoints, Target, TargetError};

/// From this version on PostgreSQL keeps identity on partitions too, and then not-null as constraints. The catalogs were measured
/// on 15 and 16.
const FIRST_OTHERWISE: u32 = 170_000;
/// What is said of such a server.
const NOT_COMPARED: &str =
    "\nidentity of partitions and not-null constraints are not compared: the catalogs were measured on 15 and 16";

/// The local target of a run. Its server is shared, all else is made for one trial.
#[derive(Debug, Clone)]
pub struct LocalTarget {
    server: Server,
    clock: Clock,
}

impl LocalTarget {
    /// Finds or starts the PostgreSQL server.
    pub async fn acquire(options: &Options) -> Result<Self, TargetError> {
        let server = Server::acquire(options).await.map_err(|error| TargetError::of(&error))?;
        Ok(Self { server, clock: Clock::System })
    }

    /// The same target at another time: by this clock payloads are moved, and the fakes live.
    ///
    /// The database server keeps the machine's time, and `bootstrap-made-provider` compares the two: a clock that is set back makes
    /// providers that are older than their tenant.
    #[must_use]
    pub fn at(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }
}

#[async_trait]
impl Target for LocalTarget {
    fn kind(&self) -> PlanTarget {
        PlanTarget::own(TargetKind::Local)
    }

    fn summary(&self) -> String {
        let provenance = self.server.provenance();
        let left_out = if provenance.version_number >= FIRST_OTHERWISE { NOT_COMPARED } else { "" };
        format!("{provenance}{left_out}")
    }

    /// A database that is reserved, not made, and the fakes in front of it.
    async fn ready(
        &self,
        plan: &Plan,
        profile: &Profile,
        catalog: &Catalog,
        cleanup: &Cleanup,
    ) -> Result<Endpoints, TargetError> {
        let fake_catalog = FakeCatalog::read(&catalog.file).map_err(|error| TargetError::of(&error))?;
        let database = Arc::new(self.server.reserve(&plan.scenario));
        drop_at_the_end(&self.server, &database, cleanup);
        let rule = schema_rule(profile.tenants.schema_rule);
        let clock = super::fakes::clock_of(self.clock);
        let settings = Settings { clock, catalog: fake_catalog, schema_rule: rule, ..Settings::default() };
        let troubles = settings.troubles.clone();
        let koku = Koku { pool: pool(database.owner_url())?, settings };
        let fakes = super::fakes::start(koku, dialect(profile.sources_dialect), cleanup).await?;
        let allowed = profile.budgets.request;
        Ok(Endpoints {
            database: database.name().to_owned(),
            owner_role: self.server.owner_name().to_owned(),
            observer: DatabaseDoor::At(database.observer_url().clone()),
            koku: HttpEndpoint::new("Koku API", fakes.koku, allowed),
            sources: HttpEndpoint::new("Sources API", fakes.sources, allowed),
            upload: HttpEndpoint::new("ingress", fakes.upload, allowed),
            clock: self.clock,
            installer: Some(Arc::new(LocalInstaller {
                server: self.server.clone(),
                database: Arc::clone(&database),
                catalog: fake_catalog,
                schema_rule: rule,
                profile: profile.name.clone(),
            })),
            namespace: None,
            release: None,
            administrator: Some(Arc::new(LocalAdministrator { database, troubles })),
        })
    }
}

/// Drops the trial's database in the end, or keeps it where the trial failed and failed ones are to be kept.
fn drop_at_the_end(server: &Server, database: &Arc<Database>, cleanup: &Cleanup) {
    let (server, database, fate) = (server.clone(), Arc::clone(database), cleanup.fate());
    cleanup.push(format!("database {}", database.name()), async move {
        if server.keeps() && fate.failed() && database.exists().await.map_err(|error| chain(&error))? {
            let line = database.keep().map_err(|error| chain(&error))?;
            fate.kept(format!("database {}: {line}", database.name()));
            return Ok(());
        }
        database.discard().await.map_err(|error| chain(&error))
    });
}

impl From<ActError> for TargetError {
    fn from(error: ActError) -> Self {
        Self(error.0)
    }
}
