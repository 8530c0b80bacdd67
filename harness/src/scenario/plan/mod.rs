//! The plan: one scenario on one profile and one kind of target, resolved and printable. Pure; does no I/O.

mod checks;
mod fitting;
mod identity;
mod model;
mod order;
mod steps;
mod tenants;
mod text;

pub use checks::{Applies, CheckDescriptor, PlannedCheck, capabilities, phases, registered_checks};
pub use fitting::cannot_run;
pub use model::{
    BootstrapMode, GivenTenant, Plan, PlanTarget, PlannedFault, PlannedInstall, PlannedPayload, PlannedPhase,
    PlannedProvider, PlannedStep, PlannedTenant,
};
pub use steps::plan;
