//! What a payload is made of: small enough to be shrunk, and written as JSON to be replayed.

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// A cell as it stands in the file.
pub(crate) type Cell = String;

/// A payload of one cluster.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Description {
    /// The first day of usage.
    pub(crate) first: NaiveDate,
    /// How many days the files have.
    pub(crate) days: u64,
    /// How many of them the manifest speaks of.
    pub(crate) summarised: u64,
    /// Whether times are written as `2026-11-10T00:00:00Z`.
    pub(crate) iso: bool,
    pub(crate) nodes: Vec<Node>,
    pub(crate) pods: Vec<Pod>,
    pub(crate) volumes: Vec<Volume>,
    pub(crate) mounts: Vec<Mount>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Node {
    /// Its labels; a node without a row of labels has none.
    pub(crate) labels: Option<Cell>,
    /// Its role, as newer operators write it; where no node has one, the column is not written.
    pub(crate) role: Option<Cell>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pod {
    pub(crate) namespace: String,
    pub(crate) labels: Cell,
    pub(crate) hours: Vec<PodHour>,
}

/// An hour of a pod. Which hours there are is up to chance: so there are gaps, and a pod may be on several nodes, or be named
/// twice.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PodHour {
    pub(crate) day: u64,
    pub(crate) hour: u32,
    /// Which node, or none: Koku leaves such a row out.
    pub(crate) node: Option<usize>,
    /// Usage, request and limit of CPU, then of memory; cores, core-seconds, bytes and byte-seconds of the node.
    pub(crate) cells: [Cell; 10],
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Volume {
    /// A volume that nobody claims has neither namespace nor pod.
    pub(crate) claimed: bool,
}

/// A volume at a pod, which may be one that the file of pods does not know.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mount {
    pub(crate) volume: usize,
    pub(crate) pod: usize,
    pub(crate) hours: Vec<MountHour>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MountHour {
    pub(crate) day: u64,
    pub(crate) hour: u32,
    /// Size, size over time, request over time, usage over time.
    pub(crate) cells: [Cell; 4],
}

impl Description {
    pub(crate) fn day(&self, index: u64) -> NaiveDate {
        self.first + Days::new(index % self.days)
    }

    /// The last day of usage.
    pub(crate) fn last(&self) -> NaiveDate {
        self.day(self.days - 1)
    }

    /// The first day of its month.
    pub(crate) fn month(&self) -> NaiveDate {
        self.first - Days::new(u64::from(self.first.day0()))
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("serializes")
    }
}
