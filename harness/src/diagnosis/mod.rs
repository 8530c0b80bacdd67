//! What is told of a system that did not come to be what it must be: the first cause, then everything that shows it.

mod release;

pub use release::release_page;
