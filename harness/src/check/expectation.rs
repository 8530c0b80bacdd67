//! What must be there: what the plan knows, as plain data, so that checks depend on no plan.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::finding::Scope;
use crate::catalog::Catalog;
use crate::oracle::Expected;
use crate::profile::{Profile, SourcesDialect, TenantMaker};

/// What a chart can do and demands, as far as it decides whether a check applies. Never which chart it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own, and every mixture of answers can be")]
pub struct Capabilities {
    /// Whether each tenant must have a primary domain.
    pub domain_required: bool,
    /// Who makes tenants.
    pub tenant_maker: TenantMaker,
    /// Whether the Sources API keeps applications of its own.
    pub source_applications: bool,
    /// Whether the system runs already, so that what is there need not be of the run.
    pub runs_already: bool,
    /// Whether the version of Koku is known, so that a catalog says what its structure must be.
    pub catalog_known: bool,
    /// Whether anybody asks the Sources API about each source.
    pub sources_asked: bool,
    /// Whether anybody asks Koku's API in the name of each tenant.
    pub koku_asked: bool,
    /// Whether the chart is a release in a cluster, which is looked at too.
    pub in_cluster: bool,
}

impl Capabilities {
    /// Whether other people have clusters in the tenant that a run uses: it was there before the run.
    #[must_use]
    pub const fn tenants_shared(self) -> bool {
        self.runs_already && matches!(self.tenant_maker, TenantMaker::BootstrapJob)
    }
}

/// Everything that is expected of a system.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// The chart's capabilities.
    pub capabilities: Capabilities,
    /// The database as a whole.
    pub system: SystemExpectation,
    /// Tenants that must be there.
    pub tenants: Vec<TenantExpectation>,
    /// Providers that must be there.
    pub providers: Vec<ProviderExpectation>,
    /// Payloads that must have become numbers.
    pub payloads: Vec<PayloadExpectation>,
}

/// What is expected of the database as a whole.
#[derive(Debug, Clone)]
pub struct SystemExpectation {
    /// The structure that it must have; `None` where the version of Koku is not known ([`Capabilities::catalog_known`]).
    pub catalog: Option<Arc<Catalog>>,
    /// The database's name.
    pub database: String,
    /// The role with which Koku works.
    pub owner_role: String,
    /// The schemas of all tenants that are meant to be there in the end, whether they are made yet or not.
    pub tenants: BTreeSet<String>,
    /// Who makes tenants, for causes and remedies.
    pub tenant_maker: TenantMaker,
    /// Whether others use the system too, and have tenants there.
    pub shared: bool,
    /// When the bootstrap job ended, by the database's clock; `None` while that is now.
    pub bootstrap_ended: Option<DateTime<Utc>>,
    /// What a person types to mend something.
    pub commands: Commands,
    /// What the chart calls its objects.
    pub chart: ChartExpectation,
}

/// What a chart calls its objects, and how it behaves in a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChartExpectation {
    /// The component of the job that migrates the database.
    pub migration: String,
    /// The component of the job that makes the tenants, where one does.
    pub bootstrap: Option<String>,
    /// The component of the database.
    pub database: String,
    /// The path of the readiness probe by which a workload is ready only when the tenants are there.
    pub readiness: Option<String>,
    /// What a person types to see a job's or a pod's end: `kubectl --namespace NAME`, of the place where the chart is.
    pub kubectl: String,
}

impl ChartExpectation {
    /// The names of the chart that a profile describes, where it is installed in this namespace.
    #[must_use]
    pub fn of(profile: &Profile, namespace: &str) -> Self {
        Self {
            migration: profile.migration.component.clone(),
            bootstrap: profile.bootstrap.job.as_ref().map(|job| job.component.clone()),
            database: profile.database.component.component.clone(),
            readiness: profile.cluster.readiness.clone(),
            kubectl: format!("kubectl --namespace {namespace}"),
        }
    }
}

/// Commands of the chart, for remedies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commands {
    /// Migrates the shared schema.
    pub migrate: String,
    /// Migrates one tenant; `{schema}` stands for it.
    pub migrate_tenant: String,
    /// Has a tenant made: a command of the chart, or a request.
    pub bootstrap: String,
}

impl SystemExpectation {
    /// Who makes tenants, in words.
    #[must_use]
    pub const fn maker(&self) -> &'static str {
        match self.tenant_maker {
            TenantMaker::BootstrapJob => "the tenant bootstrap",
            TenantMaker::FirstSource => "the org's first source",
        }
    }
}

impl Commands {
    /// The commands of the chart that a profile describes.
    #[must_use]
    pub fn of(profile: &Profile) -> Self {
        let upgrade = format!("helm upgrade {} --namespace {}", profile.chart.release, profile.chart.namespace);
        let job = |name: &str| format!("{upgrade}, which runs job {name} again");
        Self {
            migrate: job(&profile.migration.name),
            migrate_tenant: profile.migrate_command.join(" "),
            bootstrap: match (profile.tenants.made_by, &profile.bootstrap.job) {
                (TenantMaker::FirstSource, _) => "make a source of this org through the Sources API again".to_owned(),
                (TenantMaker::BootstrapJob, Some(bootstrap)) => job(&bootstrap.name),
                (TenantMaker::BootstrapJob, None) => upgrade.clone(),
            },
        }
    }

    /// The command that migrates one tenant.
    #[must_use]
    pub fn migrate_tenant(&self, schema: &str) -> String {
        self.migrate_tenant.replace("{schema}", schema)
    }
}

/// A tenant that must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantExpectation {
    /// The name of its schema.
    pub schema: String,
    /// The org id.
    pub org_id: String,
    /// The account number; `None` where the chart sets none.
    pub account_number: Option<String>,
    /// Its primary domain, such as `acme.local`.
    pub domain: String,
}

impl TenantExpectation {
    /// The scope of its checks.
    #[must_use]
    pub fn scope(&self) -> Scope {
        Scope::Tenant { schema: self.schema.clone() }
    }
}

/// A provider that must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderExpectation {
    /// The schema of its tenant.
    pub schema: String,
    /// Its name, which is its source's.
    pub name: String,
    /// Its type in `api_provider`, such as `OCP` or `AWS`.
    pub provider_type: String,
    /// What its credentials must say by key, such as `cluster_id` or `role_arn`.
    pub credentials: BTreeMap<String, String>,
    /// What its billing source must say by key, such as `bucket`.
    pub billing: BTreeMap<String, String>,
    /// The type of application that its source must have, such as `/insights/platform/cost-management`.
    pub application_type: String,
    /// What that application must carry by key, such as `bucket`.
    pub application_extra: BTreeMap<String, String>,
    /// The uuid of its source, once it is known; Koku takes it for the provider's.
    pub source_uuid: Option<Uuid>,
    /// Which Sources API its source is made through.
    pub dialect: SourcesDialect,
    /// How long the reply to the request that makes its source may take.
    pub reply_within: Duration,
}

impl ProviderExpectation {
    /// The scope of its checks.
    #[must_use]
    pub fn scope(&self) -> Scope {
        Scope::Provider { schema: self.schema.clone(), name: self.name.clone() }
    }
}

/// A payload that must have become numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct PayloadExpectation {
    /// The schema of its tenant.
    pub schema: String,
    /// The name of its provider.
    pub provider: String,
    /// Its name.
    pub payload: String,
    /// The uuid that it was sent under.
    pub uuid: Uuid,
    /// The files that its manifest lists.
    pub files: Vec<String>,
    /// Every cluster of the tenant that may have rows there, this payload's included.
    pub clusters: Vec<String>,
    /// What Koku must store and report.
    pub expected: Expected,
    /// What it must hold of the tenant's other clusters whose payloads were processed before: reports cover all of them.
    pub beside: Vec<Expected>,
}

impl PayloadExpectation {
    /// The scope of its checks.
    #[must_use]
    pub fn scope(&self) -> Scope {
        let (schema, provider, payload) = (self.schema.clone(), self.provider.clone(), self.payload.clone());
        Scope::Payload { schema, provider, payload }
    }
}
