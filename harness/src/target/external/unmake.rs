//! What a trial makes in a system that goes on is removed by the system's public doors.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::left_behind;
use crate::check::sql;
use crate::cleanup::{Cleanup, Fate};
use crate::driver::sources::SourceRemoval;
use crate::error::chain;
use crate::http::HttpEndpoint;
use crate::observer::database::DatabaseObserver;
use crate::profile::{Profile, SourcesDialect, TenantMaker};
use crate::scenario::plan::{Plan, PlannedPhase, PlannedProvider};
use crate::target::{DatabaseDoor, Endpoints};
use crate::wait::{Progress, Wait};

/// How long Koku may take to drop a provider whose source is gone: shorter than a finalizer's own time.
const PROVIDER_GONE: Duration = Duration::from_secs(20);
/// How long a source is still looked for after a trial that broke off: the request that makes it may be under way.
const STILL_COMING: Duration = Duration::from_secs(5);

/// Remembers how to unmake all that the plan's steps will make, the last one first. Sources carry the run's id in their names, so that
/// they are found by these however the trial ends, and no other is ever touched.
pub(super) fn unmake_at_the_end(plan: &Plan, profile: &Profile, endpoints: &Endpoints, cleanup: &Cleanup) {
    if profile.tenants.made_by == TenantMaker::FirstSource {
        for tenant in &plan.tenants {
            let (observer, tenant) = (endpoints.observer.clone(), tenant.clone());
            cleanup.push(format!("tenant {}", tenant.schema), async move {
                left_behind::tenant(&observer.url().await.map_err(|error| error.0)?, &tenant).await
            });
        }
    }
    let providers = plan.steps.iter().flat_map(|step| match &step.phase {
        PlannedPhase::CreateProvider(provider) => std::slice::from_ref(provider),
        PlannedPhase::CreateProvidersAtOnce(providers) => providers,
        _ => &[],
    });
    for provider in providers {
        let uploads = Uploads::default();
        let (name, told) = (&provider.source_name, uploads.clone());
        cleanup.push(format!("uploads of {name}"), async move { told.left_behind() });
        let made = MadeSource {
            provider: provider.clone(),
            sources: endpoints.sources.clone(),
            dialect: profile.sources_dialect,
            observer: endpoints.observer.clone(),
            fate: cleanup.fate(),
            uploads,
        };
        cleanup.push(format!("source {name}"), async move { made.unmake().await });
    }
}

/// The uuids of the payloads that Koku has taken for a provider.
#[derive(Debug, Clone, Default)]
struct Uploads(Arc<Mutex<Vec<String>>>);

impl Uploads {
    fn are(&self, uuids: Vec<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = uuids;
    }

    fn left_behind(&self) -> Result<(), String> {
        left_behind::uploads(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A source that a step makes, or was about to.
struct MadeSource {
    provider: PlannedProvider,
    sources: HttpEndpoint,
    dialect: SourcesDialect,
    observer: DatabaseDoor,
    fate: Fate,
    uploads: Uploads,
}

impl MadeSource {
    /// Notes what was uploaded, deletes the source through the Sources API, and waits until Koku has dropped its provider.
    async fn unmake(self) -> Result<(), String> {
        let observer = DatabaseObserver::lazily(self.observer.url().await.map_err(|error| error.0)?);
        let unmade = self.unmake_with(&observer).await;
        observer.close().await;
        unmade
    }

    async fn unmake_with(&self, observer: &DatabaseObserver) -> Result<(), String> {
        let cluster = sql::literal(&self.provider.cluster_id.to_string());
        let manifests = format!(
            "SELECT assembly_id FROM public.reporting_common_costusagereportmanifest WHERE cluster_id = {cluster}"
        );
        // What cannot be read here is told by the wait below.
        self.uploads.are(observer.texts("manifests", sqlx::AssertSqlSafe(manifests)).await.unwrap_or_default());
        self.delete().await?;
        self.wait_until_gone(observer).await
    }

    async fn delete(&self) -> Result<(), String> {
        let identity = self.provider.tenant.user();
        let removal = SourceRemoval { endpoint: &self.sources, dialect: self.dialect, identity: &identity };
        let name = &self.provider.source_name;
        let removed = removal.remove_named(name).await.map_err(|error| chain(&error))?;
        if removed > 0 || !self.fate.failed() {
            return Ok(());
        }
        let coming = Wait::new(format!("source {name}, which may still be made"), STILL_COMING);
        let waited = coming.until(async || match removal.remove_named(name).await {
            Ok(0) => Progress::NotYet("it is not listed".to_owned()),
            Ok(_) => Progress::Done(()),
            Err(error) => Progress::Never(chain(&error)),
        });
        match waited.await {
            Ok(()) | Err(crate::wait::WaitError::TimedOut { .. }) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }

    async fn wait_until_gone(&self, observer: &DatabaseObserver) -> Result<(), String> {
        let name = &self.provider.source_name;
        let providers = format!("SELECT uuid::text FROM public.api_provider WHERE name = {}", sql::literal(name));
        let gone = Wait::new(format!("Koku to drop provider {name}, whose source is deleted"), PROVIDER_GONE);
        let waited =
            gone.until(async || match observer.texts("providers", sqlx::AssertSqlSafe(providers.clone())).await {
                Ok(found) if found.is_empty() => Progress::Done(()),
                Ok(_) => Progress::NotYet("it still has a row in api_provider".to_owned()),
                Err(error) => Progress::Never(chain(&error)),
            });
        waited.await.map_err(|error| error.to_string())
    }
}
