//! The first thing in which a system is not what its profile says.

use std::fmt;

/// A way into the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// The database.
    Database,
    /// Koku's API.
    Koku,
    /// The Sources API.
    Sources,
    /// The ingress.
    Upload,
}

impl Door {
    /// The flag by which its URL is given.
    #[must_use]
    pub const fn flag(self) -> &'static str {
        match self {
            Self::Database => "--database-url",
            Self::Koku => "--koku-url",
            Self::Sources => "--sources-url",
            Self::Upload => "--upload-url",
        }
    }
}

impl fmt::Display for Door {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Database => "Koku's database",
            Self::Koku => "Koku's API",
            Self::Sources => "the Sources API",
            Self::Upload => "the ingress",
        })
    }
}

/// In what the system differs from its profile, seen before anything was changed.
#[derive(Debug, thiserror::Error)]
#[error(
    "the system is not what profile {profile} says, and nothing was changed\n  where     {door} ({}), {url}\n  expected  {expected}\n  \
     seen      {seen}\n  way out   {way_out}",
    door.flag()
)]
pub struct Difference {
    /// The profile's name, for people.
    pub profile: String,
    /// Where it was seen.
    pub door: Door,
    /// The URL that was asked, without its password.
    pub url: String,
    /// What the profile says.
    pub expected: String,
    /// What is there.
    pub seen: String,
    /// What to do about it.
    pub way_out: String,
}
