//! The clock by which a run moves its payloads.

use chrono::{DateTime, Utc};

/// Where "now" comes from. It is an input, so that a run can be held to the first minute of a year on any day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    /// The machine's own time.
    #[default]
    System,
    /// A moment that never moves.
    Fixed(DateTime<Utc>),
}

impl Clock {
    /// The present moment in UTC.
    #[must_use]
    pub fn now(self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now(),
            Self::Fixed(moment) => moment,
        }
    }
}
