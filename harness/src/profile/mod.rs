//! What a chart calls its things and how it behaves, as data.
//!
//! No name of a chart stands in the code: a phase or a check asks a profile for a name or for a capability (who makes
//! tenants, whether a domain is required, which Sources API is spoken), never which profile it is.

mod budget;
mod capability;

mod load;
mod model;

pub use budget::{Allowed, Budgets, OwnBudgets};
pub use capability::{ProviderType, SchemaRule, SourcesDialect, TargetKind, TenantMaker};

pub use load::ProfileError;
pub use model::{Bootstrap, Chart, ClusterSettings, Component, Database, Job, Login, Profile, Service, Tenants};

#[cfg(test)]
mod tests;
