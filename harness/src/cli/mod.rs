//! The command `e2e-validate`: one file a command, each thin over the library.

mod catalog;
mod checks;
mod command;
mod completions;
mod contract;
mod contract_system;
mod explain;
mod external;
mod failure;
mod interrupt;
mod list;
mod output;
mod plan;
mod report;
mod run;
mod schema;
mod selection;
mod sweep;

pub use command::{command, execute};
pub use output::Format;
