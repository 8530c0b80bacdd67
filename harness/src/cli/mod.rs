//! The command `e2e-validate`: one file a command, each thin over the library.

mod catalog;
mod checks;
mod cluster;
mod command;
mod completions;
mod contract;
mod contract_system;
mod doctor;
mod explain;
mod external;
mod facts;
mod failure;
mod installed;
mod interrupt;
mod judge;
mod list;
mod looking;
mod output;
mod plan;
mod post_render;
mod report;
mod run;
mod schema;
mod selection;
mod sweep;

pub use command::{command, execute};
pub use output::Format;
