//! How long a bad sign may last before it is taken for the end.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::profile::Profile;

/// How long a bad sign may last before it is taken for the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grace {
    /// How often an image may be tried in vain; the last try is the end.
    pub pulls: i32,
    /// How long an image may be tried in vain. The kubelet tries again only after ten seconds, in which a run that fails anyway would be held up.
    pub pulling: Duration,
    /// How often a container may be started again.
    pub restarts: i32,
    /// How long a pod may have no node, no room in a quota, or no configuration.
    pub scheduling: Duration,
    /// The components whose containers wait for no hook: what they do wrong is wrong while hooks run too.
    pub before_hooks: BTreeSet<String>,
}

impl Grace {
    /// The grace that is given to the release of such a chart.
    #[must_use]
    pub fn of(profile: &Profile) -> Self {
        Self::with_database(&profile.database.component.component)
    }

    /// The grace that is given where the database is this component.
    #[must_use]
    pub fn with_database(component: &str) -> Self {
        Self {
            pulls: 2,
            pulling: Duration::from_secs(6),
            restarts: 3,
            scheduling: Duration::from_secs(20),
            // Hooks wait for the database, and the database for none of them.
            before_hooks: BTreeSet::from([component.to_owned()]),
        }
    }
}
