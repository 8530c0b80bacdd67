//! The external target itself.

use std::time::Duration;

use async_trait::async_trait;

use super::consent::{acts, refuse_acting};
use super::preflight::Preflight;
use super::system::System;
use super::unmake::unmake_at_the_end;
use crate::catalog::Catalog;
use crate::cleanup::Cleanup;
use crate::clock::Clock;
use crate::http::HttpEndpoint;
use crate::observer::database::DatabaseObserver;
use crate::profile::Profile;
use crate::scenario::plan::{Plan, PlanTarget};
use crate::secret::SecretUrl;
use crate::target::{DatabaseDoor, Endpoints, Target, TargetError};

/// A system that runs already. All trials of a run share it.
#[derive(Debug, Clone)]
pub struct ExternalTarget {
    system: System,
    /// The role that Koku works as there, where its tables tell.
    owner_role: Option<String>,
}

impl ExternalTarget {
    /// Looks whether the system can be reached, and, where plans are to act on it, whether it is what its profile says. An error
    /// names the first difference; nothing is changed in either case.
    pub async fn acquire<'a>(
        system: System,
        profile: &Profile,
        catalog: &Catalog,
        plans: impl IntoIterator<Item = &'a Plan>,
    ) -> Result<Self, TargetError> {
        let plans: Vec<&Plan> = plans.into_iter().collect();
        if !system.owned {
            refuse_acting(plans.iter().copied()).map_err(|error| TargetError::of(&error))?;
        }
        let preflight = Preflight { system: &system, profile, catalog };
        preflight.reach_database().await.map_err(|error| TargetError::of(&error))?;
        if let Some(plan) = plans.iter().find(|plan| acts(plan)) {
            preflight.first_difference(plan).await.map_err(|error| TargetError::of(&error))?;
        }
        let owner_role = owner_role(&system.database).await;
        Ok(Self { system, owner_role })
    }

    fn endpoints(&self, profile: &Profile) -> Endpoints {
        let (system, allowed) = (&self.system, profile.budgets.request);
        let owner_role = self.owner_role.clone().unwrap_or_else(|| profile.database.owner.clone());
        Endpoints {
            database: system.database.url().path().trim_start_matches('/').to_owned(),
            owner_role,
            observer: DatabaseDoor::At(system.database.clone()),
            koku: koku(system, allowed),
            sources: sources(system, allowed),
            upload: upload(system, allowed),
            clock: Clock::System,
            installer: None,
            namespace: None,
            release: None,
            administrator: None,
        }
    }
}

/// Koku's API, of which one request may take so long.
pub(super) fn koku(system: &System, allowed: Duration) -> HttpEndpoint {
    HttpEndpoint::new("Koku API", system.koku.clone(), allowed)
}

/// The Sources API, of which one request may take so long.
pub(super) fn sources(system: &System, allowed: Duration) -> HttpEndpoint {
    HttpEndpoint::new("Sources API", system.sources.clone(), allowed)
}

/// The ingress, of which one request may take so long.
pub(super) fn upload(system: &System, allowed: Duration) -> HttpEndpoint {
    HttpEndpoint::new("ingress", system.upload.clone(), allowed)
}

/// The role that owns Koku's tables: the one that it works as. `None` where there is no such table, which a check then tells.
async fn owner_role(database: &SecretUrl) -> Option<String> {
    let observer = DatabaseObserver::lazily(database.clone());
    let query = "SELECT tableowner::text FROM pg_tables WHERE schemaname = 'public' AND tablename = 'api_tenant'";
    let owner = observer.texts("the owner of api_tenant", query).await;
    observer.close().await;
    owner.ok()?.pop()
}

#[async_trait]
impl Target for ExternalTarget {
    fn kind(&self) -> PlanTarget {
        PlanTarget::external(self.system.tenant.clone())
    }

    fn summary(&self) -> String {
        let System { database, koku, sources, upload, .. } = &self.system;
        format!("a system that runs already: database {database}, Koku {koku}, Sources API {sources}, ingress {upload}")
    }

    /// Nothing is made: how to unmake what phases will make is remembered before they begin.
    async fn ready(
        &self,
        plan: &Plan,
        profile: &Profile,
        _: &Catalog,
        cleanup: &Cleanup,
    ) -> Result<Endpoints, TargetError> {
        if !self.system.owned {
            refuse_acting([plan]).map_err(|error| TargetError::of(&error))?;
        }
        let endpoints = self.endpoints(profile);
        unmake_at_the_end(plan, profile, &endpoints, cleanup);
        Ok(endpoints)
    }
}
