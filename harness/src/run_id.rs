//! The run id: a short name that everything carries that a run makes.

use std::fmt;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Names one run. Sorts by time of start, and is valid in the name of a database, a namespace and a folder:
/// `yymmdd-hhmmss-` and four hexadecimal digits of chance.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct RunId(String);

impl RunId {
    /// A new id for a run that starts at this moment.
    #[must_use]
    pub fn new(started: DateTime<Utc>) -> Self {
        let chance = uuid::Uuid::new_v4().simple().to_string();
        Self(format!("{}-{}", started.format("%y%m%d-%H%M%S"), &chance[..4]))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_differ_within_a_second() {
        let early = DateTime::from_timestamp(1_795_000_000, 0).expect("a moment");
        let late = early + chrono::TimeDelta::seconds(1);
        assert!(RunId::new(early) < RunId::new(late));
        let ids: std::collections::BTreeSet<_> = (0..8).map(|_| RunId::new(early)).collect();
        assert!(ids.len() > 1);
    }
}
