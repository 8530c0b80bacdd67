//! Placeholders and comparing: filled in on the way out, bound on the way back, and every difference named.

mod bindings;
mod compare;
mod difference;
mod moment;
mod template;

pub(crate) use bindings::{Bindings, encode};
pub use difference::Difference;
pub(crate) use moment::canonical;
pub(crate) use template::{KNOWN, Placeholder, names};
