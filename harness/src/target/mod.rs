//! Where a scenario runs. A target differs in the endpoints that it hands over, nowhere else.

pub mod cluster;
mod endpoints;
pub mod external;
pub mod local;

pub use endpoints::{
    ActError, Acted, Administrator, AsksForDatabase, DatabaseDoor, Endpoints, InstallRequest, Installer,
    ReleaseObserver, Target, TargetError,
};
