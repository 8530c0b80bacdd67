//! Whom and what a fault strikes, and where it stands.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// Whom a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// What all tenants share.
    System,
    /// One tenant.
    Tenant,
    /// Two tenants, who come into each other's way.
    TwoTenants,
    /// One provider, and so its tenant.
    Provider,
}

impl Aim {
    /// What a scenario must say of the struck.
    #[must_use]
    pub const fn needs(self) -> &'static [Setting] {
        match self {
            Self::System => &[],
            Self::Tenant => &[Setting::Tenant],
            Self::TwoTenants => &[Setting::Tenant, Setting::Other],
            Self::Provider => &[Setting::Provider],
        }
    }
}

/// What a scenario says of a fault: whom it strikes, or what of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Setting {
    /// The tenant that it strikes.
    Tenant,
    /// The other tenant that it strikes.
    Other,
    /// The provider that it strikes.
    Provider,
    /// The table.
    Table,
    /// The column.
    Column,
    /// The index.
    Index,
    /// The migration that failed.
    Migration,
}

impl Setting {
    /// Every setting.
    pub const ALL: [Self; 7] =
        [Self::Tenant, Self::Other, Self::Provider, Self::Table, Self::Column, Self::Index, Self::Migration];

    /// Its key in scenario files.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Other => "other",
            Self::Provider => "provider",
            Self::Table => "table",
            Self::Column => "column",
            Self::Index => "index",
            Self::Migration => "migration",
        }
    }

    /// What it says, for the JSON schema.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Tenant => "The tenant, by alias.",
            Self::Other => "The other tenant, by alias.",
            Self::Provider => "The provider, by the name that a phase made it under.",
            Self::Table => "The table's name, without the schema. Left out: the usual one.",
            Self::Column => "The column's name; needs `table`. Left out: the usual one.",
            Self::Index => "The index's name. Left out: the usual one.",
            Self::Migration => "The migration that failed. Left out: the one at which a migration was seen to stop.",
        }
    }
}

/// The migrations at which a migration was seen to stop, so that what is there then is known (source: measured on Koku 768be82 and
/// 17927df, facts `koku.md` §5; `fixtures/catalogs/stopped-at-0055.json`).
pub const MEASURED_STOPS: [&str; 1] = ["api.0055_install_pg_stat_statements"];

/// Where a fault stands among the phases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultPlace {
    /// Before `install`: it changes what the install meets.
    BeforeInstall,
    /// Behind `install`: it strikes what all tenants share.
    BehindInstall,
    /// Behind `install` and before what makes the tenant: it changes what that meets.
    BeforeTenant,
    /// Behind what makes the tenant, which it strikes.
    BehindTenant,
    /// Behind the phase that makes the provider, which it strikes.
    BehindProvider,
    /// Behind the phase that sent the provider's payload, whose rows it strikes.
    BehindData,
}

impl fmt::Display for FaultPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::BeforeInstall => "before `install`",
            Self::BehindInstall => "behind `install`",
            Self::BeforeTenant => "behind `install`, before what makes the tenant",
            Self::BehindTenant => "behind what makes the tenant",
            Self::BehindProvider => "behind what makes the provider",
            Self::BehindData => "behind a `process-data` of the provider",
        })
    }
}

/// Whom and what a fault strikes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The tenant's schema.
    pub schema: String,
    /// The tenant's org id.
    pub org_id: String,
    /// The other tenant, where the fault strikes two.
    pub other: Option<OtherTenant>,
    /// The name of the struck provider's source. Without one: all of the tenant's.
    pub provider: Option<String>,
    /// The role with which Koku works.
    pub owner_role: String,
    /// What of it is struck, where that is chosen.
    pub choices: BTreeMap<Setting, String>,
}

/// The other tenant that a fault strikes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherTenant {
    /// Its schema.
    pub schema: String,
    /// Its org id.
    pub org_id: String,
}

impl Subject {
    /// What was chosen, or else what is usual.
    #[must_use]
    pub fn choice<'a>(&'a self, setting: Setting, usual: &'a str) -> &'a str {
        self.choices.get(&setting).map_or(usual, String::as_str)
    }
}
