//! The console: what a run does, told while it does it. A tree that is drawn anew on a terminal, plain lines elsewhere.

mod live;
mod plain;
mod tree;

pub use live::{Live, Screen, Size};
pub(super) use plain::ending_tone;
pub use plain::{Plain, plain_lines};
pub use tree::{ended, frame};
