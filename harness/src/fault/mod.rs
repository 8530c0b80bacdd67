//! Faults: named defects that are put into a system on purpose, to prove that a check finds them.
//!
//! One file a subject, as the checks have; [`registry`] knows them all. A fault says which findings must come of it, no more and
//! no fewer.

mod answers;
mod customer;
mod data;
mod domain;
mod drift;
mod form;
mod half;
mod install;
mod provider;
mod public;
pub mod registry;
mod release;
mod rights;
mod slate;
mod spoil;
mod structure;
mod subject;
mod tables;
mod template;
mod tenant;
pub mod trouble;
mod version;

pub use form::{ChartStrike, Fault, FaultError, PayloadStrike, SourcesStrike, Strike};
pub use spoil::packed;
pub use subject::{Aim, FaultPlace, MEASURED_STOPS, OtherTenant, Setting, Subject};
