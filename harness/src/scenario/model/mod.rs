//! What a scenario file says, as plain data: the same for a file and for a scenario that is written in Rust.

mod build;
mod fault;
mod one_key;
mod phase;
mod scenario;
mod tenant;

pub use fault::Fault;
pub use phase::{
    Bootstrap, CreateProvider, CreateProvidersAtOnce, Install, PhaseName, PhaseStep, ProcessData, Resend, VerifyTables,
};
pub use scenario::{Expect, Scenario};
pub use tenant::Tenant;
