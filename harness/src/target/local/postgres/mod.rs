//! Where PostgreSQL comes from: a chain of providers, one file each, tried in order.

mod account;
mod binaries;
mod chain;
pub(super) mod container;
mod embedded;
mod error;
mod given;
mod provenance;
mod requirements;
pub(super) mod throwaway;

pub(super) use chain::start;
pub use error::{ContainerError, EmbeddedError, ProviderError, RequirementError, ThrowawayError};
pub(super) use provenance::listed;
pub use provenance::{PassedOver, Provenance, Provider};
