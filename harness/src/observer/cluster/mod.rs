//! What a cluster shows of one release: watched, not polled, and told as [`ReleaseFacts`](crate::fact::release::ReleaseFacts).
//!
//! `kinds` and `watch` hold what the API server sends; `objects` and `release` make facts of it; `outlook` and `cause` are pure: what can
//! still come, and why something cannot.

mod cause;
mod error;
mod events;
mod grace;
mod kinds;
mod logs;
mod manifest;
mod objects;
mod observe;
mod outlook;
mod pods;
mod release;
mod secret;
mod watch;

pub use cause::Cause;
pub use error::{ManifestError, WatchError};
pub use grace::Grace;
pub use manifest::chart_facts;
pub use outlook::{Outlook, causes, hindrances, outlook};
pub use watch::ReleaseWatch;
