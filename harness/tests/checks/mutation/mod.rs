//! Facts of a healthy system, changed in memory in every way: each change is found, and by the checks that are meant for it.
//!
//! A kind of change is one entry of a list: `of_tables`, `of_rows` and the others. To add one, add its entry.

mod change;
mod of_objects;
mod of_rows;
mod of_schemas;
mod of_tables;
pub(crate) mod particular;
mod pick;
mod property;
mod system;
