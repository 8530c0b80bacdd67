//! The cluster target: a chart installed into a Kubernetes cluster, and reached there through the cluster's own API.

mod administrator;
pub mod credentials;
mod door;
pub mod forward;
mod installed;
pub mod names;

pub use administrator::ClusterAdministrator;
pub use door::Doors;
pub use installed::{Installed, InstalledTarget};
