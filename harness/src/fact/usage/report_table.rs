//! The report tables, which Koku fills from the daily summary and asks for its reports (`reporting_ocp_*_p`).

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{DataSource, Measure, Measures};

/// A report table. Those that only later Kokus have (cost breakdown, graphics processors) are not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportTable {
    /// Costs by day.
    Cost,
    /// Costs by day and node.
    CostByNode,
    /// Costs by day and namespace.
    CostByProject,
    /// Network by day.
    Network,
    /// Network by day and node.
    NetworkByNode,
    /// Network by day and namespace.
    NetworkByProject,
    /// Pods by day.
    Pod,
    /// Pods by day and node.
    PodByNode,
    /// Pods by day and namespace.
    PodByProject,
    /// Virtual machines.
    Vm,
    /// Volumes by day and claim.
    Volume,
    /// Volumes by day, namespace and claim.
    VolumeByProject,
}

impl ReportTable {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Cost,
        Self::CostByNode,
        Self::CostByProject,
        Self::Network,
        Self::NetworkByNode,
        Self::NetworkByProject,
        Self::Pod,
        Self::PodByNode,
        Self::PodByProject,
        Self::Vm,
        Self::Volume,
        Self::VolumeByProject,
    ];

    /// The table's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cost => "reporting_ocp_cost_summary_p",
            Self::CostByNode => "reporting_ocp_cost_summary_by_node_p",
            Self::CostByProject => "reporting_ocp_cost_summary_by_project_p",
            Self::Network => "reporting_ocp_network_summary_p",
            Self::NetworkByNode => "reporting_ocp_network_summary_by_node_p",
            Self::NetworkByProject => "reporting_ocp_network_summary_by_project_p",
            Self::Pod => "reporting_ocp_pod_summary_p",
            Self::PodByNode => "reporting_ocp_pod_summary_by_node_p",
            Self::PodByProject => "reporting_ocp_pod_summary_by_project_p",
            Self::Vm => "reporting_ocp_vm_summary_p",
            Self::Volume => "reporting_ocp_volume_summary_p",
            Self::VolumeByProject => "reporting_ocp_volume_summary_by_project_p",
        }
    }

    /// Whether its rows name a node.
    #[must_use]
    pub fn has_node(self) -> bool {
        matches!(self, Self::CostByNode | Self::NetworkByNode | Self::PodByNode | Self::Vm)
    }

    /// Whether its rows name a namespace.
    #[must_use]
    pub fn has_namespace(self) -> bool {
        matches!(
            self,
            Self::CostByProject | Self::NetworkByProject | Self::PodByProject | Self::Vm | Self::VolumeByProject
        )
    }

    /// Whether its rows name a claim and a storage class.
    #[must_use]
    pub fn has_claim(self) -> bool {
        matches!(self, Self::Vm | Self::Volume | Self::VolumeByProject)
    }

    /// Whether its rows say how many resources they cover, and of which source they are.
    #[must_use]
    pub fn has_resources(self) -> bool {
        !matches!(self, Self::Cost | Self::CostByNode | Self::CostByProject | Self::Vm)
    }

    /// Its columns of usage and capacity.
    #[must_use]
    pub fn measures(self) -> Vec<Measure> {
        match self {
            Self::Pod | Self::PodByProject => [&Measure::OF_PODS[..], &Measure::OF_CLUSTER].concat(),
            Self::PodByNode => [&Measure::OF_PODS[..], &Measure::OF_CLUSTER, &Measure::OF_NODE].concat(),
            Self::Volume | Self::VolumeByProject => vec![
                Measure::VolumeRequestStorageGigabyteMonths,
                Measure::PersistentvolumeclaimUsageGigabyteMonths,
                Measure::PersistentvolumeclaimCapacityGigabyteMonths,
            ],
            _ => Vec::new(),
        }
    }
}

impl fmt::Display for ReportTable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The rows of one report table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportTableFact {
    /// The table.
    pub table: ReportTable,
    /// Its rows of the cluster that no cost model made.
    pub rows: Vec<ReportTableRow>,
}

/// One row of a report table. Columns that a table does not have are none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportTableRow {
    /// The cluster.
    pub cluster_id: String,
    /// The name of the source.
    pub cluster_alias: Option<String>,
    /// The day.
    pub usage_start: NaiveDate,
    /// The same day.
    pub usage_end: NaiveDate,
    /// The node.
    pub node: Option<String>,
    /// The namespace.
    pub namespace: Option<String>,
    /// The claim.
    pub persistentvolumeclaim: Option<String>,
    /// The storage class.
    pub storageclass: Option<String>,
    /// Pod or storage.
    pub data_source: Option<DataSource>,
    /// The cloud's ids of the nodes that the row covers, in order.
    pub resource_ids: Option<Vec<String>>,
    /// How many these are.
    pub resource_count: Option<i32>,
    /// The cost category.
    pub cost_category_id: Option<i32>,
    /// The numbers.
    pub measures: Measures,
}
