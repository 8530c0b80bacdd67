//! A release that others installed: it is judged as it is, acted on through its own doors, and never installed or taken away.

use std::sync::Arc;

use async_trait::async_trait;
use kube::Client;

use super::context::{Connection, ContextError};
use super::door::Doors;
use super::names;
use crate::catalog::Catalog;
use crate::cleanup::Cleanup;
use crate::observer::cluster::ReleaseWatch;
use crate::profile::Profile;
use crate::scenario::plan::{GivenTenant, Plan, PlanTarget};
use crate::target::external::{ExternalTarget, System};
use crate::target::{Endpoints, Target, TargetError};

/// Where a release is that others installed.
#[derive(Debug, Clone)]
pub struct InstalledAt {
    /// The context of its cluster.
    pub context: String,
    /// The namespace.
    pub namespace: String,
    /// Whether whoever runs the harness owns the system, so that the namespace needs no mark.
    pub owned: bool,
    /// The tenant that it has already, where its tenants are made by a bootstrap job.
    pub tenant: GivenTenant,
}

/// The same, in a namespace that is marked as a test system, or called one's own.
#[derive(Clone)]
pub struct Installed {
    /// Its cluster.
    pub client: Client,
    at: InstalledAt,
}

impl InstalledAt {
    /// Asks the cluster for the namespace and its mark. Nothing is touched.
    pub async fn find(&self) -> Result<Installed, ContextError> {
        let connection = Connection::open(None, &self.context).await?;
        connection.version().await?;
        connection.require_mark(&self.namespace, self.owned).await?;
        Ok(Installed { client: connection.client()?, at: self.clone() })
    }
}

/// The same as a target. All trials of a run share it.
pub struct InstalledTarget {
    installed: Installed,
    doors: Doors,
    /// What a system that runs already has of phases to judge, of marks to bear and of things to unmake is the same, wherever it runs.
    system: ExternalTarget,
}

impl InstalledTarget {
    /// Looks whether the release has the names of its profile, whether it can be reached, and, where plans are to act on it, whether it is
    /// what its profile says. An error names the first difference; nothing is changed in either case. Ports of this machine stand for its
    /// services until `cleanup` ends them.
    pub async fn acquire<'a>(
        installed: Installed,
        profile: &Profile,
        catalog: &Catalog,
        plans: impl IntoIterator<Item = &'a Plan>,
        cleanup: &Cleanup,
    ) -> Result<Self, TargetError> {
        let Installed { client, at: InstalledAt { namespace, .. } } = &installed;
        names::compare(client, namespace, profile).await.map_err(|error| TargetError::of(&error))?;
        let doors = Doors::open(client, namespace, profile, cleanup).await.map_err(|error| TargetError::of(&error))?;
        let system = System {
            database: doors.database().url().await.map_err(|error| installed.unreachable(&error.0))?,
            koku: doors.koku_url(),
            sources: doors.sources_url(),
            upload: doors.upload_url(),
            profile: profile.name.clone(),
            tenant: installed.at.tenant.clone(),
            owned: true,
        };
        let system = ExternalTarget::acquire(system, profile, catalog, plans).await;
        let system = system.map_err(|error| installed.unreachable(&error.0))?;
        Ok(Self { installed, doors, system })
    }
}

impl Installed {
    /// What is wrong at a port of this machine is wrong behind it.
    fn unreachable(&self, why: &str) -> TargetError {
        let InstalledAt { context, namespace, .. } = &self.at;
        TargetError(format!("by port-forward to namespace {namespace} in context {context}: {why}"))
    }
}

#[async_trait]
impl Target for InstalledTarget {
    fn kind(&self) -> PlanTarget {
        PlanTarget::installed(self.installed.at.tenant.clone())
    }

    fn summary(&self) -> String {
        let InstalledAt { context, namespace, .. } = &self.installed.at;
        format!("a release that is installed already: namespace {namespace}, context {context}")
    }

    /// Nothing is made: how to unmake what phases will make is remembered before they begin.
    async fn ready(
        &self,
        plan: &Plan,
        profile: &Profile,
        catalog: &Catalog,
        cleanup: &Cleanup,
    ) -> Result<Endpoints, TargetError> {
        let Installed { client, at: InstalledAt { namespace, .. } } = &self.installed;
        let watch = ReleaseWatch::start(client.clone(), namespace, &profile.chart.release, profile).await;
        let watch = watch.map_err(|error| TargetError::of(&error))?;
        let endpoints = self.system.ready(plan, profile, catalog, cleanup).await?;
        Ok(Endpoints {
            observer: self.doors.database(),
            namespace: Some(namespace.clone()),
            release: Some(Arc::new(watch)),
            ..endpoints
        })
    }
}
