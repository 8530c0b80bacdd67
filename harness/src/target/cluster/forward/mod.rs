//! Services of a namespace at addresses of this machine, by port-forward through the cluster's API.

mod error;
mod listener;
mod pump;
mod resolve;

pub use error::{ForwardError, NoPod};
pub use listener::Forward;
pub use resolve::{PodPort, ServicePort};
