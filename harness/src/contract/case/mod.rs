//! What a case of the contract is.

mod exchange;
mod kind;
mod outcome;
mod payload;
mod recorded;

pub use exchange::{Case, Exchange, NotKept, Preparation};
pub use kind::{Dialect, Kind};
pub use outcome::Outcome;
pub use payload::{Observation, PayloadCase, Registered};
pub use recorded::{Body, Reply, RowsByTable, Sent};
