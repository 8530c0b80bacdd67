//! Phases: composable steps that drive, observe and judge; one file a phase, and the pipeline that runs them in order.

mod bootstrap;
mod context;
mod create_provider;
mod create_providers_at_once;
mod delivery;
mod expectation;
mod fault;
mod install;
mod pipeline;
mod process_data;
mod source;
mod state;
mod verify_tables;

pub use context::Context;
pub use delivery::Delivery;
pub use pipeline::{Phase, panic_message, run_steps};
pub use state::{Provider, Provisioned, State};
