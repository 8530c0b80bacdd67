//! Drivers: the only way to change the system under test, and always through its public doors.

pub mod sources;
pub mod upload;
