//! Checks: pure functions from facts and expectation to findings. They do no I/O.
//!
//! One file a subject; [`registry`] knows them all; [`judge_all`] applies them.

mod api;
mod case;
mod comparison;
mod cost;
mod data;
mod domain;
mod drift;
mod expectation;
mod finding;
mod form;
mod install;
mod judging;
mod no_tenant_yet;
mod orphan;
mod outcome;
mod processing;
mod provider;
pub mod registry;
mod release;
mod report;
mod rights;
mod slate;
mod source;
pub(crate) mod sql;
mod structure;
mod subjects;
mod tables;
mod tenant;
mod usage;
mod version;

pub use case::{
    ApiCase, ChartCase, PayloadCase, ProcessingCase, ProviderCase, ReleaseCase, SlateCase, SourceCase, SystemCase,
    TenantCase,
};
pub use comparison::Tenants;
pub use drift::Drift;
pub use expectation::{
    Capabilities, ChartExpectation, Commands, Expectation, PayloadExpectation, ProviderExpectation, SystemExpectation,
    TenantExpectation,
};
pub use finding::{Finding, Scope, Severity};
pub use form::{Applies, Check, Deviation, Group, Judge, Judgement};
pub use judging::{CheckResult, Facts, Observed, judge_all};
pub use outcome::Outcome;
