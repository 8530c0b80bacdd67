//! What phases leave to the phases after them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};

use crate::driver::sources::CreatedSource;
use crate::fault::PayloadStrike;
use crate::oracle::Expected;
use crate::payload::Payload;
use crate::scenario::plan::PlannedProvider;

/// What earlier phases of a trial have made.
#[derive(Debug, Default)]
pub struct State {
    /// Whether a fault withholds the extensions from the migration.
    pub extensions_withheld: bool,
    /// Whether a superuser makes them once the migration has stopped for want of them.
    pub extensions_come_late: bool,
    /// Faults that values of the chart bring about, by name.
    pub chart_faults: Vec<&'static str>,
    /// Whether the installation waits for the workloads.
    pub install_waits: bool,
    /// What `bootstrap` left.
    pub provisioned: Option<Provisioned>,
    /// The aliases of the tenants that were made with their first source, where tenants come with it.
    pub tenants: BTreeSet<String>,
    /// What `create-provider` left, by the provider's name.
    pub providers: BTreeMap<String, Provider>,
    /// What is to be done wrong with the next payload of a provider, by the provider's name.
    pub strikes: BTreeMap<String, PayloadStrike>,
}

/// Tenants that were made.
#[derive(Debug, Clone, Copy)]
pub struct Provisioned {
    /// When their making had ended, by the database's clock: a provider that is no younger was made by the bootstrap.
    pub ended: DateTime<Utc>,
}

/// A provider that was made.
#[derive(Debug, Clone)]
pub struct Provider {
    /// What was planned.
    pub planned: PlannedProvider,
    /// What the Sources API said when it made the provider's source.
    pub created: CreatedSource,
    /// What was sent of its cluster so far, in order. What has not passed ends the scenario.
    pub sent: Vec<Sent>,
    /// What Koku must hold of its cluster, once `process-data` has passed.
    pub expected: Option<Expected>,
}

/// A payload as it is sent in this run.
#[derive(Debug, Clone)]
pub struct Upload {
    /// What scenarios call it.
    pub name: String,
    /// What is in it.
    pub payload: Payload,
    /// Its bytes.
    pub archive: Vec<u8>,
    /// The day by which its days were moved: those of payloads that are sent again must stay the same days.
    pub today: NaiveDate,
}

/// A payload that was sent.
#[derive(Debug, Clone)]
pub struct Sent {
    /// What was sent.
    pub upload: Upload,
    /// How long it took from its sending until it was processed and looked at.
    pub took: Duration,
}
