//! What can still come of a release, and why something cannot: pure, so that waits end by it and checks judge by it.

mod cause;
mod grace;
mod signs;

pub use cause::Cause;
pub use grace::Grace;
pub use signs::{Outlook, causes, hindrances, holds_hooks_up, outlook};

#[cfg(test)]
mod tests;
