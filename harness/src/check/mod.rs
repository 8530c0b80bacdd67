//! Checks: pure functions from facts and expectation to findings. They do no I/O.

mod finding;
mod outcome;

pub use finding::{Finding, Scope, Severity};
pub use outcome::Outcome;
