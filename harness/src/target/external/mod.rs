//! The external target: a system that runs already, given by its URLs.
//!
//! Nobody installs there. [`ExternalTarget::acquire`] names the first difference between the system and its profile before anything is
//! changed; what a trial makes is removed by the system's public doors, and what has none is reported as left behind.

mod consent;
mod difference;
mod left_behind;
mod preflight;
mod system;
mod target;
mod unmake;

pub use consent::{NotOwned, refuse_acting};
pub use difference::{Difference, Door};
pub use system::System;
pub use target::ExternalTarget;
