//! Facts: what an observer saw, as plain serializable data that can be saved and judged again offline.

pub mod api;
pub mod database;
pub mod object;
pub mod processing;
pub mod release;
pub mod seed;
pub mod slate;
pub mod sources;
pub mod structure;
pub mod usage;
