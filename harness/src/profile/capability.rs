//! How a chart behaves, as far as a phase or a check must know.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a scenario runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TargetKind {
    /// A real PostgreSQL on this machine, fakes for the rest.
    Local,
    /// A Kubernetes cluster: one that the run makes, or an existing context.
    Cluster,
    /// A system that runs already, given by its URLs.
    External,
}

impl TargetKind {
    /// Every kind, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Local, Self::Cluster, Self::External];

    /// The word of scenario files and of the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Cluster => "cluster",
            Self::External => "external",
        }
    }
}

impl std::fmt::Display for TargetKind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// How the name of a tenant's schema follows from its org id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SchemaRule {
    /// The schema is named as the org id is.
    OrgId,
    /// The schema is `org` and the org id (Koku's own way: source: measured on Koku 768be82, facts koku §6.2).
    OrgPrefix,
}

impl SchemaRule {
    /// The schema of the tenant with this org id. The name needs quoting in SQL.
    #[must_use]
    pub fn schema(self, org_id: &str) -> String {
        match self {
            Self::OrgId => org_id.to_owned(),
            Self::OrgPrefix => format!("org{org_id}"),
        }
    }
}

/// Who makes a tenant: its row, its schema and its tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TenantMaker {
    /// The chart's bootstrap job.
    BootstrapJob,
    /// Koku itself, while it creates the first source of an org.
    FirstSource,
}

/// Which Sources API is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SourcesDialect {
    /// The Sources API server, asynchronous, with events.
    Platform,
    /// The API of the same name that an on-prem Koku serves itself, synchronous.
    Koku,
}

impl SourcesDialect {
    /// Whether a source of this type can be made at all (source: measured on Koku 768be82, facts koku §6.4: on-premise
    /// Koku refuses every type but OCP).
    #[must_use]
    pub fn accepts(self, provider: ProviderType) -> bool {
        match self {
            Self::Platform => true,
            Self::Koku => provider == ProviderType::Ocp,
        }
    }

    /// The word of profiles.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Koku => "koku",
        }
    }
}

/// What a provider's data comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProviderType {
    /// An OpenShift cluster, known by its cluster id.
    Ocp,
    /// An AWS account, known by a role and the bucket of its cost reports.
    Aws,
}

impl ProviderType {
    /// The word of scenario files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ocp => "ocp",
            Self::Aws => "aws",
        }
    }
}
