//! The HTTP services of a system: one client, one set of errors.

mod endpoint;
mod error;

pub use endpoint::{HttpEndpoint, Reply};
pub use error::{HttpError, HttpProblem};
