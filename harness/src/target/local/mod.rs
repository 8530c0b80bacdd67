//! The local target: a real PostgreSQL, which serves a whole test run and leaves nothing behind.
//!
//! [`Server::acquire`] finds or starts the one server ([`postgres`] says where it comes from) and holds a lease on it; when
//! the last lease has gone, a detached [`reaper`] unmakes it. [`Server::prepared`] builds a migrated database once, and
//! [`Prepared::clone`] gives each scenario its own copy.

mod contract;
mod contract_platform;
mod contract_topics;
mod database;
mod dismantle;
mod error;
mod fakes;
pub(super) mod files;
mod installer;
mod lease;
mod machine;
mod name;
mod options;
pub mod postgres;
mod prepared;
pub mod reaper;
mod record;
mod roles;
mod server;
mod sql;
pub(super) mod state;
pub mod sweep;
mod target;
mod trouble;

pub use contract::contract_system;
pub use database::{Database, DatabaseError, DatabaseUrls};
pub use dismantle::{DismantleError, Removed};
pub use error::ServerError;
pub use options::{Options, OptionsError};
pub use prepared::{PrepareError, Prepared, PreparedKey};
pub use roles::RolesError;
pub use server::Server;
pub use state::StateError;
pub use target::LocalTarget;
pub use trouble::make_trouble;
