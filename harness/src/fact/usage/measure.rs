//! The columns of numbers in the daily summary and the report tables.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::number::Stored;

/// Numbers by column. A column that is NULL is left out.
pub type Measures = BTreeMap<Measure, Stored>;

/// A column of numbers, `numeric(33,15)` in every table that has it. Units are in the names: "gigabyte" means GiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// What pods used, in core-hours.
    PodUsageCpuCoreHours,
    /// What pods asked for.
    PodRequestCpuCoreHours,
    /// The larger of both, pod by pod and hour by hour.
    PodEffectiveUsageCpuCoreHours,
    /// What pods may use at most.
    PodLimitCpuCoreHours,
    /// What pods used, in GiB-hours.
    PodUsageMemoryGigabyteHours,
    /// What pods asked for.
    PodRequestMemoryGigabyteHours,
    /// The larger of both, pod by pod and hour by hour.
    PodEffectiveUsageMemoryGigabyteHours,
    /// What pods may use at most.
    PodLimitMemoryGigabyteHours,
    /// Cores of the node.
    NodeCapacityCpuCores,
    /// Cores of the node times the hours in which it was seen that day.
    NodeCapacityCpuCoreHours,
    /// Memory of the node, in GiB.
    NodeCapacityMemoryGigabytes,
    /// Memory of the node times the hours in which it was seen that day.
    NodeCapacityMemoryGigabyteHours,
    /// Core-hours of all nodes that day.
    ClusterCapacityCpuCoreHours,
    /// GiB-hours of all nodes that day.
    ClusterCapacityMemoryGigabyteHours,
    /// Size of the claim, in GiB.
    PersistentvolumeclaimCapacityGigabyte,
    /// Size of the claim as a share of the month.
    PersistentvolumeclaimCapacityGigabyteMonths,
    /// What was asked for, as a share of the month.
    VolumeRequestStorageGigabyteMonths,
    /// What is used, as a share of the month.
    PersistentvolumeclaimUsageGigabyteMonths,
}

impl Measure {
    /// Usage, request, effective usage and limit of pods.
    pub const OF_PODS: [Self; 8] = [
        Self::PodUsageCpuCoreHours,
        Self::PodRequestCpuCoreHours,
        Self::PodEffectiveUsageCpuCoreHours,
        Self::PodLimitCpuCoreHours,
        Self::PodUsageMemoryGigabyteHours,
        Self::PodRequestMemoryGigabyteHours,
        Self::PodEffectiveUsageMemoryGigabyteHours,
        Self::PodLimitMemoryGigabyteHours,
    ];

    /// Capacity of the node.
    pub const OF_NODE: [Self; 4] = [
        Self::NodeCapacityCpuCores,
        Self::NodeCapacityCpuCoreHours,
        Self::NodeCapacityMemoryGigabytes,
        Self::NodeCapacityMemoryGigabyteHours,
    ];

    /// Capacity of the cluster.
    pub const OF_CLUSTER: [Self; 2] = [Self::ClusterCapacityCpuCoreHours, Self::ClusterCapacityMemoryGigabyteHours];

    /// Size and usage of claims.
    pub const OF_CLAIMS: [Self; 4] = [
        Self::PersistentvolumeclaimCapacityGigabyte,
        Self::PersistentvolumeclaimCapacityGigabyteMonths,
        Self::VolumeRequestStorageGigabyteMonths,
        Self::PersistentvolumeclaimUsageGigabyteMonths,
    ];

    /// All of them, in the order of the daily summary's columns.
    pub fn all() -> impl Iterator<Item = Self> {
        [&Self::OF_PODS[..], &Self::OF_NODE, &Self::OF_CLUSTER, &Self::OF_CLAIMS].concat().into_iter()
    }

    /// The column's name.
    #[must_use]
    pub fn column(self) -> &'static str {
        match self {
            Self::PodUsageCpuCoreHours => "pod_usage_cpu_core_hours",
            Self::PodRequestCpuCoreHours => "pod_request_cpu_core_hours",
            Self::PodEffectiveUsageCpuCoreHours => "pod_effective_usage_cpu_core_hours",
            Self::PodLimitCpuCoreHours => "pod_limit_cpu_core_hours",
            Self::PodUsageMemoryGigabyteHours => "pod_usage_memory_gigabyte_hours",
            Self::PodRequestMemoryGigabyteHours => "pod_request_memory_gigabyte_hours",
            Self::PodEffectiveUsageMemoryGigabyteHours => "pod_effective_usage_memory_gigabyte_hours",
            Self::PodLimitMemoryGigabyteHours => "pod_limit_memory_gigabyte_hours",
            Self::NodeCapacityCpuCores => "node_capacity_cpu_cores",
            Self::NodeCapacityCpuCoreHours => "node_capacity_cpu_core_hours",
            Self::NodeCapacityMemoryGigabytes => "node_capacity_memory_gigabytes",
            Self::NodeCapacityMemoryGigabyteHours => "node_capacity_memory_gigabyte_hours",
            Self::ClusterCapacityCpuCoreHours => "cluster_capacity_cpu_core_hours",
            Self::ClusterCapacityMemoryGigabyteHours => "cluster_capacity_memory_gigabyte_hours",
            Self::PersistentvolumeclaimCapacityGigabyte => "persistentvolumeclaim_capacity_gigabyte",
            Self::PersistentvolumeclaimCapacityGigabyteMonths => "persistentvolumeclaim_capacity_gigabyte_months",
            Self::VolumeRequestStorageGigabyteMonths => "volume_request_storage_gigabyte_months",
            Self::PersistentvolumeclaimUsageGigabyteMonths => "persistentvolumeclaim_usage_gigabyte_months",
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.column())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measure_serializes_as_its_column() {
        assert_eq!(Measure::all().count(), 18);
        for measure in Measure::all() {
            assert_eq!(serde_json::to_value(measure).expect("serializes"), measure.column());
        }
    }
}
