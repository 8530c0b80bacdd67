//! Helm, as the command that a person could paste: versions 3 and 4.
//!
//! It installs without `--wait`, unless that is asked for: Helm runs post-install hooks only after `--wait` is satisfied, so that a chart
//! whose pods are ready only when tenants exist, and whose tenants come from a post-install hook, could never finish.

mod chart;
mod command;
mod error;
mod post_render;
mod program;
pub mod rendered;
mod values;

pub use chart::{ChartError, ChartSource};
pub use command::{ClusterAccess, Install, Release, Rendering};
pub use error::HelmError;
pub use post_render::{NotOfEveryCluster, PostRenderer, lacking, without};
pub use program::{Helm, HelmVersion};
pub use values::{Values, image};
