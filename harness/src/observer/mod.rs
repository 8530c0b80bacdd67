//! Observers: the only way to look at a system. They change nothing.

pub mod cluster;
pub mod database;
pub mod sources;
pub mod usage;
