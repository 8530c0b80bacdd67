//! Rows of the daily summary, `reporting_ocpusagelineitem_daily_summary`.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Measures;

/// What a row of the daily summary is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DataSource {
    /// Pods of a namespace on a node, or what no pod took of a node.
    Pod,
    /// A volume.
    Storage,
}

impl DataSource {
    /// The text in the column `data_source`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pod => "Pod",
            Self::Storage => "Storage",
        }
    }

    /// The source of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Pod, Self::Storage].into_iter().find(|source| source.name() == name)
    }
}

impl fmt::Display for DataSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// One row of the daily summary that no cost model made. Names of fields are those of the columns; ids, times and uuids
/// of Koku are left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SummaryRow {
    /// The cluster.
    pub cluster_id: String,
    /// The name of the source.
    pub cluster_alias: Option<String>,
    /// Pod or storage.
    pub data_source: DataSource,
    /// The namespace. What no pod took is in `Worker unallocated` or `Platform unallocated`, or nowhere if the role of the
    /// node is not known.
    pub namespace: Option<String>,
    /// The node. None for a volume whose pod is not among the pods of that day.
    pub node: Option<String>,
    /// The cloud's id of the node.
    pub resource_id: Option<String>,
    /// The day.
    pub usage_start: NaiveDate,
    /// The same day.
    pub usage_end: NaiveDate,
    /// The claim.
    pub persistentvolumeclaim: Option<String>,
    /// The volume.
    pub persistentvolume: Option<String>,
    /// The storage class.
    pub storageclass: Option<String>,
    /// Enabled labels of pods.
    pub pod_labels: Option<Value>,
    /// Enabled labels of volumes.
    pub volume_labels: Option<Value>,
    /// Enabled labels of either.
    pub all_labels: Option<Value>,
    /// The costs of cpu, memory and storage, as JSON.
    pub infrastructure_usage_cost: Option<Value>,
    /// The cost category of the namespace.
    pub cost_category_id: Option<i32>,
    /// The numbers.
    pub measures: Measures,
}
