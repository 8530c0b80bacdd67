//! Looking at Koku's database through a session that cannot write.

mod definitions;
mod error;
mod ingest;
mod neutral;
mod objects;
mod processing;
mod rights;
mod roundup;
mod rows;
mod schemas;
mod seed;
mod session;
mod slate;
mod structure;
mod usage;

pub use error::ObserveError;
pub use seed::SeedRequest;
pub use session::DatabaseObserver;
pub use slate::observe_slate;
