//! Drivers: the only way to change the system under test, and always through its public doors.

pub mod cost_models;
pub mod helm;
pub mod program;
pub mod sources;
pub mod upload;
