//! Proves, from a clean slate, that a Cost Management chart provisions its tenants and that a provider's data becomes the
//! right numbers; and when it does not, says which part is missing.

pub mod catalog;
pub mod check;
pub mod cleanup;
pub mod cli;
pub mod clock;
pub mod contract;
pub mod diagnosis;
pub mod doctor;
pub mod driver;
pub mod error;
pub mod event;
pub mod exit_code;
pub mod fact;
pub mod fault;
pub mod http;
pub mod identity;
pub mod log;
pub mod number;
pub mod observer;
pub mod oracle;
pub mod outlook;
pub mod payload;
pub mod phase;
pub mod profile;
pub mod project;
pub mod redact;
pub mod report;
pub mod run;
pub mod run_id;
pub mod scenario;
pub mod secret;
pub mod target;
pub mod wait;
pub mod yaml;
