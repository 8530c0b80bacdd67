//! The structure of a schema that is there: columns, keys, indexes, triggers of its tables, sequences, functions.
//!
//! A difference has one finding: what a missing column, table or function takes with it is not reported again, nor what a partition
//! inherits from its parent.

mod cause;
mod class;
mod comparison;
mod data_type;
mod difference;
mod object;
mod public;
mod remedy;
mod shape;
mod table;
mod tenant;

pub(super) use public::CHECKS as PUBLIC_CHECKS;
pub(super) use tenant::CHECKS as TENANT_CHECKS;
