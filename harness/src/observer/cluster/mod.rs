//! What a cluster shows of one release: watched, not polled, and told as [`ReleaseFacts`](crate::fact::release::ReleaseFacts).
//!
//! `kinds` and `watch` hold what the API server sends; `objects` and `release` make facts of it, by which
//! [`outlook`] tells what can still come.

mod error;
mod events;
mod evidence;
mod kinds;
mod logs;
mod manifest;
mod objects;
mod observe;
mod pods;
mod release;
mod secret;
mod watch;

pub use error::{ManifestError, WatchError};
pub use manifest::chart_facts;
pub use watch::ReleaseWatch;

pub use crate::outlook::{Cause, Grace, Outlook, causes, hindrances, outlook};
