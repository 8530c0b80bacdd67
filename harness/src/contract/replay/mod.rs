//! Replaying a suite against a system.

mod exchanges;
mod parallel;
mod payloads;
mod reach;
mod send;
mod suite;
mod upload;

pub use suite::replay;
