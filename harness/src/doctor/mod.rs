//! Judging a system that is there: it is looked at once, what was seen can be saved, and what is wrong is told with its remedy.
//!
//! No plan says what must be there: that follows from what is there, and from the profile's rules.

mod cluster;
mod diagnosis;
mod facts_file;
mod knowledge;
mod look;
mod providers;
mod recognise;
mod tenants;
mod text;

pub use cluster::{CannotLook, ClusterPlace, look_in_cluster};
pub use diagnosis::{Diagnosis, Request, Unobserved, diagnose};
pub use facts_file::{FACTS_FILE_VERSION, FactsFile, FactsFileError, Seen, SeenRelease};
pub use knowledge::Knowledge;
pub use look::{Place, look};
pub use recognise::{Chosen, NotRecognised};
