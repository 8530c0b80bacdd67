//! Rows of the daily summary that a cost model made: money, no usage.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::DataSource;
use crate::number::Stored;

/// One row of costs, in the currency of the cost model. A NULL is zero here: a row that costs nothing and one that is not there
/// are the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CostRow {
    /// The day.
    pub usage_start: NaiveDate,
    /// Of pods or of a claim.
    pub data_source: DataSource,
    /// The namespace.
    pub namespace: Option<String>,
    /// The node.
    pub node: Option<String>,
    /// The claim.
    pub persistentvolumeclaim: Option<String>,
    /// The volume.
    pub persistentvolume: Option<String>,
    /// The storage class.
    pub storageclass: Option<String>,
    /// `Infrastructure` or `Supplementary`, or what was spread over others, such as `platform_distributed`.
    pub rate_type: String,
    /// What is paid by the month, such as `Node`; none where it is paid by usage.
    pub monthly_type: Option<String>,
    /// For cores.
    pub cpu: Stored,
    /// For memory.
    pub memory: Stored,
    /// For claims.
    pub volume: Stored,
    /// Taken over from others, or, if negative, handed over to them.
    pub distributed: Stored,
}

impl CostRow {
    /// Its amounts with the columns in which they stand.
    #[must_use]
    pub fn amounts(&self) -> [(&'static str, Stored); 4] {
        [
            ("cost_model_cpu_cost", self.cpu),
            ("cost_model_memory_cost", self.memory),
            ("cost_model_volume_cost", self.volume),
            ("distributed_cost", self.distributed),
        ]
    }
}
