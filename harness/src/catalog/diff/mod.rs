//! What differs between two catalogs.

mod compare;
mod difference;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub use difference::{Change, Difference, Kind};
pub use text::CatalogDiff;

pub(in crate::catalog) use compare::schemas;
