//! The cluster target: a chart in a Kubernetes cluster, which the run makes with kind, or which an existing context names.
//!
//! [`ClusterTarget::acquire`] finds or makes the one cluster of a run and refuses, before anything is touched, what nobody has called a
//! test system. Each trial has a namespace of its own, in which Helm installs the chart. [`InstalledTarget`] is a release that others
//! installed. Both are reached through the cluster's own API, by [`Doors`].

mod administrator;
mod context;
pub mod credentials;
mod door;
mod error;
pub mod forward;
mod images;
mod installed;
mod installer;
mod kind;
mod ledger;
mod mark;
pub mod names;
mod namespace;
mod options;
mod rights;
pub mod sweep;
mod target;

pub use administrator::ClusterAdministrator;
pub use context::{Connection, ContextError};
pub use door::Doors;
pub use error::AcquireError;
pub use installed::{Installed, InstalledAt, InstalledTarget};
pub use kind::KindError;
pub use ledger::LedgerError;
pub use namespace::{NamespaceError, RUN_LABEL, TEST_SYSTEM_LABEL};
pub use options::{Options, OptionsError};
pub use target::ClusterTarget;
