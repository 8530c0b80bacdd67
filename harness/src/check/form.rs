//! The form of a check.

use serde::Serialize;

use super::case::{
    ApiCase, ChartCase, PayloadCase, ProcessingCase, ProviderCase, ReleaseCase, SlateCase, SourceCase, SystemCase,
    TenantCase,
};
use super::comparison::Tenants;
use super::drift::Drift;
use super::expectation::Capabilities;
use super::finding::Severity;

/// One check: an id, when it applies, what it presupposes, and a pure function that judges.
#[derive(Debug)]
pub struct Check {
    /// Its id, which is also the name of its page in `docs/checks`.
    pub id: &'static str,
    /// What it is about.
    pub group: Group,
    /// Whether its findings decide over pass and fail.
    pub severity: Severity,
    /// What it makes sure of, in one sentence.
    pub summary: &'static str,
    /// Checks that must have passed for the same subject, or for what the subject is part of.
    pub presupposes: &'static [&'static str],
    /// Whether it applies to a chart with these capabilities.
    pub applies: fn(Capabilities) -> Applies,
    /// How it judges.
    pub judge: Judge,
}

/// Subjects of checks; each has a file of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// What is there before `install`.
    Slate,
    /// What the chart renders to.
    Chart,
    /// The shared migration.
    Install,
    /// The jobs that Helm runs around an installation.
    Hooks,
    /// Deployments and stateful sets of the release.
    Workloads,
    /// That no tenant is there before its first source.
    NoTenantYet,
    /// A tenant's rows and schema.
    Tenant,
    /// A tenant's tables.
    Tables,
    /// A source and the provider that comes of it.
    Provider,
    /// What became of a payload.
    Data,
    /// What Koku's API answers each tenant.
    Api,
}

impl Group {
    /// The subject, as a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Slate => "slate",
            Self::Chart => "chart",
            Self::Install => "install",
            Self::Hooks => "hooks",
            Self::Workloads => "workloads",
            Self::NoTenantYet => "no-tenant-yet",
            Self::Tenant => "tenant",
            Self::Tables => "tables",
            Self::Provider => "provider",
            Self::Data => "data",
            Self::Api => "api",
        }
    }
}

/// Whether a check applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    /// It does.
    Yes,
    /// It does not, and why.
    No(&'static str),
}

/// A check that applies everywhere.
pub(super) const fn always(_: Capabilities) -> Applies {
    Applies::Yes
}

/// A check of a release in a cluster.
pub(super) const fn in_cluster(capabilities: Capabilities) -> Applies {
    if capabilities.in_cluster { Applies::Yes } else { Applies::No("there is no cluster") }
}

/// A check that compares with the catalog.
pub(super) const fn catalog_known(capabilities: Capabilities) -> Applies {
    if capabilities.catalog_known {
        Applies::Yes
    } else {
        Applies::No("the version of Koku is not known, so that no catalog says what it must have")
    }
}

/// The function that judges, by what it is called for: once for the system, or once for each tenant, source or provider.
#[derive(Debug, Clone, Copy)]
pub enum Judge {
    /// What was there before `install`, once.
    Slate(fn(&SlateCase<'_>) -> Judgement),
    /// What the chart renders to, once.
    Chart(fn(&ChartCase<'_>) -> Judgement),
    /// The release in its cluster, once. It is not judged where one of these checks has found what explains it.
    Release {
        /// How it judges.
        judge: fn(&ReleaseCase<'_>) -> Judgement,
        /// The checks whose findings explain what it would find.
        unless: &'static [&'static str],
    },
    /// The database, once.
    System(fn(&SystemCase<'_>) -> Judgement),
    /// The database, for each tenant.
    Tenant(fn(&TenantCase<'_>) -> Judgement),
    /// The database as a whole, compared with what its tenants have in common, once; or why there is nothing to compare.
    SystemCompared(fn(&SystemCase<'_>, &Tenants<'_>) -> Result<Judgement, String>),
    /// The same for each tenant.
    TenantCompared(fn(&TenantCase<'_>, &Tenants<'_>) -> Result<Judgement, String>),
    /// What the Sources API said, for each provider.
    Source(fn(&SourceCase<'_>) -> Judgement),
    /// The database, for each provider.
    Provider(fn(&ProviderCase<'_>) -> Judgement),
    /// What Koku's API answered, for each tenant.
    Api(fn(&ApiCase<'_>) -> Judgement),
    /// What became of it, for each payload.
    Payload(fn(&PayloadCase<'_>) -> Judgement),
    /// What became of it, for each payload; where nobody knows what was sent, what became of all that was, for each tenant.
    PayloadOrTenant {
        /// Where it is known what was sent.
        payload: fn(&PayloadCase<'_>) -> Judgement,
        /// Where it is not.
        tenant: fn(&ProcessingCase<'_>) -> Judgement,
        /// What is presupposed of a tenant, beside what the check always presupposes.
        of_tenant: &'static [&'static str],
    },
}

/// What a check found in one scope.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgement {
    /// How many things were searched; zero is a failure.
    pub examined: usize,
    /// What is wrong.
    pub deviations: Vec<Deviation>,
}

impl Judgement {
    /// A judgement over one thing.
    #[must_use]
    pub fn one(deviation: Option<Deviation>) -> Self {
        Self { examined: 1, deviations: deviation.into_iter().collect() }
    }
}

/// A finding, but for what the check itself is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviation {
    /// The exact object within the scope, where there is one.
    pub place: Option<String>,
    /// What had to be there.
    pub expected: String,
    /// What was there.
    pub observed: String,
    /// What brings this about.
    pub cause: String,
    /// How to mend it, with the real names filled in.
    pub remedy: String,
    /// What the difference does, where it is one of structure.
    pub drift: Option<Drift>,
}
