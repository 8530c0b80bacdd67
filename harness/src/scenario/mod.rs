//! Scenario files: the model, loading with errors that point at the line, the JSON schema, selection and the plan.
//!
//! Nothing here touches a system: a plan is made from a scenario, a profile and a kind of target, and nothing else.

mod load;
mod model;
mod names;
pub mod plan;
mod problem;
mod schema;
mod select;
mod structure;
mod vocabulary;

pub use crate::yaml::Place;
pub use load::{Diagnostics, LoadError, ScenarioFile, load_file, load_folder};
pub use model::{
    Bootstrap, CreateProvider, CreateProvidersAtOnce, Expect, Fault, Install, PhaseName, PhaseStep, ProcessData,
    Resend, Scenario, Tenant, VerifyTables,
};
pub use problem::{Problem, Problems};
pub use schema::{schema, schema_text};
pub use select::{SelectError, select};
pub use vocabulary::{Vocabulary, VocabularyError};
