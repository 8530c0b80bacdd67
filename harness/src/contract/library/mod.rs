//! Reading the contract's files.

mod arrangement;
mod check;
mod files;
mod koku;
mod load;
mod payloads;
mod platform;
mod replay_file;
mod suite;

pub use load::Library;
pub use suite::{Suite, SuiteCases};
