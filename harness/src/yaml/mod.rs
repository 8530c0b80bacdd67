//! Reading YAML that people write, with errors that show the line, what was expected and the way out.

mod diagnostic;
mod explain;
mod nearest;
mod place;
mod position;
mod source;

pub use diagnostic::Diagnostic;
pub use place::{Place, Segment};
pub use source::Source;

pub(crate) use nearest::{did_you_mean, listed, nearest, one_of};
