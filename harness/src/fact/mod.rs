//! Facts: what an observer saw, as plain serializable data.

pub mod usage;
