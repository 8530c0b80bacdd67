//! What a target hands to a phase. Phases know nothing else of where they run.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::PgPool;

use crate::catalog::Catalog;
use crate::cleanup::Cleanup;
use crate::clock::Clock;
use crate::error::chain;
use crate::fact::release::{ChartFacts, NamespaceContents, ReleaseEvidence, ReleaseFacts};
use crate::fault::trouble::Trouble;
use crate::http::HttpEndpoint;
use crate::profile::Profile;
use crate::scenario::plan::{Plan, PlanTarget, PlannedTenant};
use crate::secret::SecretUrl;

/// The system under test: where it is looked at, where it is acted on, and who installs.
#[derive(Clone)]
pub struct Endpoints {
    /// The name of Koku's database.
    pub database: String,
    /// The role that Koku works as there.
    pub owner_role: String,
    /// Koku's database, as a role that can only read.
    pub observer: DatabaseDoor,
    /// Koku's API, with its reports.
    pub koku: HttpEndpoint,
    /// The Sources API.
    pub sources: HttpEndpoint,
    /// Where cost reports are uploaded.
    pub upload: HttpEndpoint,
    /// What time it is there: payloads are moved to the days before it.
    pub clock: Clock,
    /// Who installs the chart and makes its tenants; `None` where the system runs already: then phases look and judge.
    pub installer: Option<Arc<dyn Installer>>,
    /// The namespace of the release, where it is one in a cluster.
    pub namespace: Option<String>,
    /// Who looks at the release in its cluster; `None` where there is none.
    pub release: Option<Arc<dyn ReleaseObserver>>,
    /// Who may put faults in; only fakes and marked test systems give one.
    pub administrator: Option<Arc<dyn Administrator>>,
}

/// How Koku's database is reached: at an address that is known, or at one that is known when it is there.
#[derive(Clone)]
pub enum DatabaseDoor {
    /// At this address.
    At(SecretUrl),
    /// At an address that must be asked for, since the installation makes its credentials.
    Asked(Arc<dyn AsksForDatabase>),
}

/// Who knows where a database is once it is there.
#[async_trait]
pub trait AsksForDatabase: Send + Sync {
    /// The address of Koku's database, as a role that can only read.
    async fn observer(&self) -> Result<SecretUrl, ActError>;
}

impl DatabaseDoor {
    /// The database's address.
    pub async fn url(&self) -> Result<SecretUrl, ActError> {
        match self {
            Self::At(url) => Ok(url.clone()),
            Self::Asked(asked) => asked.observer().await,
        }
    }
}

/// Who looks at a release in its cluster; changes nothing.
#[async_trait]
pub trait ReleaseObserver: Send + Sync {
    /// What is in the namespace before `install`.
    async fn contents(&self) -> Result<NamespaceContents, ActError>;

    /// What there is of the release now.
    async fn observe(&self) -> Result<ReleaseFacts, ActError>;

    /// What there is of the release when all its workloads are ready, or when one can never be, or when the time is up: whichever comes
    /// first.
    async fn settled(&self, allowed: Duration) -> Result<ReleaseFacts, ActError>;

    /// All that there is to know of the release, before it is unmade. Takes no longer than it is allowed; what is missing then is said.
    async fn evidence(&self, allowed: Duration) -> ReleaseEvidence;
}

/// What an installation meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallRequest {
    /// Whether the migration must truly run, instead of a database being put in place that is migrated already.
    pub must_migrate: bool,
    /// Whether a superuser makes the extensions first, as the chart does.
    pub extensions: bool,
    /// The tenants that the chart is to make, where it makes any.
    pub tenants: Vec<PlannedTenant>,
    /// Faults that values of the chart bring about, by name.
    pub chart_faults: Vec<&'static str>,
    /// Whether the installation waits for the workloads (`helm install --wait`).
    pub waits: bool,
}

/// Why an installer or an administrator could not do its work: one text with its causes, as the system told it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ActError(pub String);

impl ActError {
    /// An error with its causes.
    pub fn of(error: &dyn std::error::Error) -> Self {
        Self(chain(error))
    }
}

/// Why a target could not be made ready: one text with its causes.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TargetError(pub String);

impl TargetError {
    /// An error with its causes.
    pub fn of(error: &dyn std::error::Error) -> Self {
        Self(chain(error))
    }
}

/// Where scenarios run. Targets differ in the endpoints that they hand over, nowhere else.
#[async_trait]
pub trait Target: Send + Sync {
    /// What kind of target it is, and whether others use the same system.
    fn kind(&self) -> PlanTarget;

    /// What serves the target, and why it was chosen, for people.
    fn summary(&self) -> String;

    /// Makes the system of one trial ready. How to unmake what it makes goes to `cleanup`, before anything else can fail.
    async fn ready(
        &self,
        plan: &Plan,
        profile: &Profile,
        catalog: &Catalog,
        cleanup: &Cleanup,
    ) -> Result<Endpoints, TargetError>;
}

/// Told each action as it is done: a statement, a command, without secrets.
pub type Acted<'a> = &'a (dyn Fn(String) + Send + Sync);

/// The driver of an installation.
#[async_trait]
pub trait Installer: Send + Sync {
    /// What the chart renders to; `None` where no chart is rendered. Changes nothing.
    async fn render(&self, _request: &InstallRequest) -> Result<Option<ChartFacts>, ActError> {
        Ok(None)
    }

    /// Installs the chart: its database is there and migrated afterwards.
    async fn install(&self, request: InstallRequest, acted: Acted<'_>) -> Result<(), ActError>;

    /// Has the chart make its tenants.
    async fn bootstrap(&self, tenants: &[PlannedTenant], acted: Acted<'_>) -> Result<(), ActError>;
}

/// Who may put defects into a system of ours.
#[async_trait]
pub trait Administrator: Send + Sync {
    /// Sessions of a superuser in Koku's database; the database is made, empty, where there is none yet.
    async fn sessions(&self) -> Result<PgPool, ActError>;

    /// Has a service do something wrong, until the system ends. Only fakes can.
    async fn make_trouble(&self, trouble: &Trouble) -> Result<(), ActError>;

    /// Leaves a claim of storage of this name where the chart is to be installed. Only where there is a namespace.
    async fn leave_claim(&self, _name: &str) -> Result<(), ActError> {
        Err(ActError("claims are left in a namespace, and there is none on this target".to_owned()))
    }

    /// Has all services do right again.
    async fn end_troubles(&self) -> Result<(), ActError>;
}
