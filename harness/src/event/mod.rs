//! Events: what happens, as it happens, in a versioned form that reports are made from.

mod journal;
mod model;
mod reader;

pub use journal::{Journal, JournalError, Listener};
pub use model::{Event, Happening, TrialId, VERSION};
pub use reader::{ReadError, Recorded, read};
