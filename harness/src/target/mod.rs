//! Where a scenario runs. A target differs in the endpoints that it hands over, nowhere else.

mod endpoints;
pub mod external;
pub mod local;

pub use endpoints::{ActError, Acted, Administrator, Endpoints, InstallRequest, Installer, Target, TargetError};
