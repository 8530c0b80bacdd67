//! Observers, checks and faults on a real PostgreSQL.

mod healthy;
mod observer;
