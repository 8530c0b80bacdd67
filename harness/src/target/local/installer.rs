//! Installs the fake in place of a chart: its database, its migration, its tenants.

use std::str::FromStr;
use std::sync::Arc;

use async_trait::async_trait;
use fake_koku::catalog::Catalog;
use fake_koku::koku::SchemaRule as FakeRule;
use fake_koku::server::Dialect as FakeDialect;
use fake_koku::tenant::Tenant;
use fake_koku::trouble::Troubles;
use futures::future::join_all;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::runtime::Handle;
use tracing::{Instrument, Span};

use super::database::{Database, DatabaseUrls};
use super::prepared::PreparedKey;
use super::server::Server;
use super::trouble::make_trouble;
use crate::fault::trouble::Trouble;
use crate::profile::{SchemaRule, SourcesDialect};
use crate::scenario::plan::PlannedTenant;
use crate::secret::SecretUrl;
use crate::target::{ActError, Acted, Administrator, InstallRequest, Installer};

/// The only extension that an ordinary owner cannot make (source: `koku.md` §5).
const NEEDS_SUPERUSER: &str = "CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public";

/// What a server answers where a database is missing.
const NO_SUCH_DATABASE: &str = "3D000";

/// How many tenants are made side by side in one database. Two take 1.3 times as long as one (bench `tenant`); more only wait
/// for each other.
const TENANTS_AT_ONCE: usize = 2;

/// Installs into one reserved database.
pub(super) struct LocalInstaller {
    pub(super) server: Server,
    pub(super) database: Arc<Database>,
    pub(super) catalog: &'static Catalog,
    pub(super) schema_rule: FakeRule,
    pub(super) profile: String,
}

#[async_trait]
impl Installer for LocalInstaller {
    async fn install(&self, request: InstallRequest, acted: Acted<'_>) -> Result<(), ActError> {
        if !request.must_migrate {
            acted(format!("koku migrate (a clone of a database that it migrated) into {}", self.database.name()));
            return self.clone_prepared().await;
        }
        self.database.make_empty().await.map_err(|error| ActError::of(&error))?;
        if request.extensions {
            acted(NEEDS_SUPERUSER.to_owned());
        }
        acted(format!("koku migrate into {}", self.database.name()));
        migrate(self.database.urls(), self.catalog, request.extensions).await
    }

    async fn bootstrap(&self, tenants: &[PlannedTenant], acted: Acted<'_>) -> Result<(), ActError> {
        let owner = pool(self.database.owner_url())?;
        let made = self.make_tenants(&owner, tenants, acted).await;
        owner.close().await;
        made
    }
}

impl LocalInstaller {
    async fn make_tenants(&self, owner: &PgPool, tenants: &[PlannedTenant], acted: Acted<'_>) -> Result<(), ActError> {
        for side_by_side in tenants.chunks(TENANTS_AT_ONCE) {
            let jobs = side_by_side.iter().map(|planned| {
                acted(format!(
                    "koku bootstrap --org {:?} --account {}",
                    planned.org_id,
                    planned.account_number.as_deref().unwrap_or("none")
                ));
                let tenant = Tenant { org_id: planned.org_id.clone(), account_number: planned.account_number.clone() };
                bootstrap(owner.clone(), self.catalog, self.schema_rule, tenant)
            });
            join_all(jobs).await.into_iter().collect::<Result<(), _>>()?;
        }
        Ok(())
    }

    async fn clone_prepared(&self) -> Result<(), ActError> {
        let key =
            PreparedKey { catalog: self.catalog.digest.clone(), profile: self.profile.clone(), builder: builder() };
        let prepared = self.server.prepared(&key, async |urls| migrate(&urls, self.catalog, true).await).await;
        let prepared = prepared.map_err(|error| ActError::of(&error))?;
        prepared.copy_into(&self.database).await.map_err(|error| ActError::of(&error))
    }
}

/// Migrates an empty database as its owner does, after a superuser has made the extension where the chart has one do so.
async fn migrate(urls: &DatabaseUrls, catalog: &'static Catalog, extensions: bool) -> Result<(), ActError> {
    if extensions {
        let superuser = pool(&urls.superuser)?;
        let made = sqlx::raw_sql(NEEDS_SUPERUSER).execute(&superuser).await;
        superuser.close().await;
        made.map_err(|error| ActError::of(&error))?;
    }
    let owner = pool(&urls.owner)?;
    let migrated = migrate_as_owner(owner.clone(), catalog).await;
    owner.close().await;
    migrated
}

async fn migrate_as_owner(owner: PgPool, catalog: &'static Catalog) -> Result<(), ActError> {
    as_a_job(async move || fake_koku::migrate::migrate(&owner, catalog).await.map_err(|error| ActError::of(&error)))
        .await
}

async fn bootstrap(pool: PgPool, catalog: &'static Catalog, rule: FakeRule, tenant: Tenant) -> Result<(), ActError> {
    as_a_job(async move || {
        let made = fake_koku::tenant::bootstrap(&pool, catalog, rule, &tenant).await;
        made.map_err(|error| ActError::of(&error))
    })
    .await
}

/// Runs one of the fake's jobs on a thread of its own, as a chart runs it in a pod of its own: a job need not be `Send`. What it
/// logs belongs to the trial. A panic in it is a panic here.
async fn as_a_job<F>(job: F) -> Result<(), ActError>
where
    F: AsyncFnOnce() -> Result<(), ActError> + Send + 'static,
{
    let (runtime, span) = (Handle::current(), Span::current());
    let ended = tokio::task::spawn_blocking(move || runtime.block_on(job().instrument(span))).await;
    ended.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(error) => Err(ActError::of(&error)),
    })
}

/// Tells apart databases that different builds of the fake prepared on one server: a digest of the program that runs.
fn builder() -> String {
    let program = std::env::current_exe().ok().and_then(|path| std::fs::metadata(path).ok());
    let stamp = program.map(|found| (found.len(), found.modified().ok()));
    format!("{:x}", Sha256::digest(format!("{stamp:?}")))
}

/// Lazily connected sessions.
pub(super) fn pool(url: &SecretUrl) -> Result<PgPool, ActError> {
    let options = PgConnectOptions::from_str(url.reveal()).map_err(|error| ActError::of(&error))?;
    Ok(PgPoolOptions::new().max_connections(4).connect_lazy_with(options))
}

/// The profile's schema rule, in the fake's words.
pub(super) const fn schema_rule(rule: SchemaRule) -> FakeRule {
    match rule {
        SchemaRule::OrgId => FakeRule::OrgId,
        SchemaRule::OrgPrefix => FakeRule::OrgPrefix,
    }
}

/// The profile's dialect, in the fake's words.
pub(super) const fn dialect(dialect: SourcesDialect) -> FakeDialect {
    match dialect {
        SourcesDialect::Platform => FakeDialect::Platform,
        SourcesDialect::Koku => FakeDialect::Koku,
    }
}

/// The superuser of one reserved database, and who makes the fakes before it misbehave: for faults.
pub(super) struct LocalAdministrator {
    pub(super) database: Arc<Database>,
    pub(super) troubles: Troubles,
}

#[async_trait]
impl Administrator for LocalAdministrator {
    async fn sessions(&self) -> Result<PgPool, ActError> {
        let pool = pool(self.database.superuser_url())?;
        match pool.acquire().await {
            Ok(_) => {}
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(NO_SUCH_DATABASE) => {
                self.database.make_empty().await.map_err(|error| ActError::of(&error))?;
            }
            Err(error) => return Err(ActError::of(&error)),
        }
        Ok(pool)
    }

    async fn make_trouble(&self, trouble: &Trouble) -> Result<(), ActError> {
        make_trouble(&self.troubles, trouble);
        Ok(())
    }

    async fn end_troubles(&self) -> Result<(), ActError> {
        self.troubles.take_all_out();
        Ok(())
    }
}
