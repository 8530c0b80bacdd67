//! Scenario files: the model, loading with errors that point at the line, the JSON schema, selection and the plan.
//!
//! Nothing here touches a system: a plan is made from a scenario, a profile and a kind of target, and nothing else.

mod model;
mod names;
mod nearest;
pub mod plan;
mod problem;
mod structure;

pub use model::{
    Bootstrap, CreateProvider, Expect, Fault, FaultName, Install, NoExtension, PhaseName, PhaseStep, ProcessData,
    Scenario, TableFault, Tenant, TenantFault, VerifyTables,
};
pub use problem::{Place, Problem, Problems, Segment};
