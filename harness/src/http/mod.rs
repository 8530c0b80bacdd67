//! The HTTP services of a system: one client, one set of errors.

mod endpoint;
mod error;
mod patience;

pub use endpoint::{HttpEndpoint, Reply};
pub use error::{HttpError, HttpProblem};
pub use patience::Told;
