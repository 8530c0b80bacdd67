//! The numbers of one entry of a report: usage, request, limit and capacity of the rows that it covers.
//!
//! Source: facts `koku-formulas.md` §7, and the recorded bodies for what is not said there (`count`, `score`).

use std::collections::BTreeMap;

use bigdecimal::{BigDecimal, RoundingMode, ToPrimitive, Zero};
use serde_json::{Map, Value, json};

use super::money::money;
use crate::fact::usage::{DataSource, GroupBy, Measure, Report, SummaryRow};
use crate::number::{Stored, nearest_double, percent};

/// The columns and units of a report.
struct Quantities {
    usage: Measure,
    request: Measure,
    limit: Option<Measure>,
    /// What the unit of `count` is the largest of.
    size: Measure,
    units: &'static str,
    size_units: &'static str,
}

const COMPUTE: Quantities = Quantities {
    usage: Measure::PodUsageCpuCoreHours,
    request: Measure::PodRequestCpuCoreHours,
    limit: Some(Measure::PodLimitCpuCoreHours),
    size: Measure::NodeCapacityCpuCores,
    units: "Core-Hours",
    size_units: "Core",
};

const MEMORY: Quantities = Quantities {
    usage: Measure::PodUsageMemoryGigabyteHours,
    request: Measure::PodRequestMemoryGigabyteHours,
    limit: Some(Measure::PodLimitMemoryGigabyteHours),
    size: Measure::NodeCapacityMemoryGigabytes,
    units: "GiB-Hours",
    size_units: "GiB",
};

const VOLUMES: Quantities = Quantities {
    usage: Measure::PersistentvolumeclaimUsageGigabyteMonths,
    request: Measure::VolumeRequestStorageGigabyteMonths,
    limit: None,
    size: Measure::PersistentvolumeclaimCapacityGigabyte,
    units: "GiB-Mo",
    size_units: "GiB",
};

/// The rows that an entry covers.
pub(super) struct Entry<'a> {
    /// The rows whose usage is summed.
    pub(super) rows: &'a [&'a SummaryRow],
    /// All rows of the same days, those of no pod included: a project shows the capacity of the whole cluster.
    pub(super) whole: &'a [&'a SummaryRow],
    /// By what the entry is one of several, if it is.
    pub(super) group_by: Option<GroupBy>,
}

/// Usage, request, limit and capacity of an entry, as the report shows them. Costs have none.
pub(super) fn numbers(report: Report, entry: &Entry<'_>) -> Map<String, Value> {
    match report {
        Report::Compute => of(&COMPUTE, entry),
        Report::Memory => of(&MEMORY, entry),
        Report::Volumes => of(&VOLUMES, entry),
        Report::Costs => Map::new(),
    }
}

/// How much of what was asked for is used, in whole percent, and what the rest costs; only for pods.
pub(super) fn score(report: Report, rows: &[&SummaryRow], cost: &BigDecimal) -> Option<Value> {
    let quantities = match report {
        Report::Compute => &COMPUTE,
        Report::Memory => &MEMORY,
        Report::Volumes | Report::Costs => return None,
    };
    let (usage, request) = (sum(rows, quantities.usage), sum(rows, quantities.request));
    // That nothing or less was asked for counts as nothing, and that a half is rounded up, is `assumed`: no recorded body has either.
    let is_asked = request > BigDecimal::zero();
    let wasted = if request > usage { cost * (&request - &usage) / &request } else { BigDecimal::zero() };
    let efficiency = if is_asked { usage * BigDecimal::from(100) / request } else { BigDecimal::zero() };
    let efficiency = efficiency.with_scale_round(0, RoundingMode::HalfUp).to_i64().unwrap_or_default();
    Some(json!({"usage_efficiency_percent": efficiency, "wasted_cost": money(&wasted)}))
}

fn of(quantities: &Quantities, entry: &Entry<'_>) -> Map<String, Value> {
    let units = quantities.units;
    let (usage, request) = (sum(entry.rows, quantities.usage), sum(entry.rows, quantities.request));
    let capacity = capacity(quantities, entry);
    let idle = &request - &usage;
    let unused = &capacity - (&usage).max(&request);
    let mut numbers = Map::new();
    numbers.insert("usage".into(), json!({"value": nearest_double(&usage), "units": units}));
    numbers.insert(
        "request".into(),
        json!({
            "value": nearest_double(&request),
            "units": units,
            "unused": not_negative(&idle),
            "unused_percent": percent(&(&idle).max(&BigDecimal::zero()).clone(), &capacity),
        }),
    );
    if let Some(limit) = quantities.limit {
        let limit = sum(entry.rows, limit);
        numbers.insert("limit".into(), json!({"value": nearest_double(&limit), "units": units}));
    }
    let mut shown = json!({
        "value": nearest_double(&capacity),
        "units": units,
        "unused": not_negative(&unused),
        "unused_percent": percent(&(&unused).max(&BigDecimal::zero()).clone(), &capacity),
        "count": nearest_double(&size(quantities, entry.whole)),
    });
    if entry.group_by != Some(GroupBy::Node) {
        shown["count_units"] = quantities.size_units.into();
    }
    numbers.insert("capacity".into(), shown);
    numbers
}

/// Koku answers the integer 0 where a difference is negative, and a float otherwise.
fn not_negative(difference: &BigDecimal) -> Value {
    if *difference < BigDecimal::zero() { json!(0) } else { json!(nearest_double(difference)) }
}

fn sum(rows: &[&SummaryRow], measure: Measure) -> BigDecimal {
    rows.iter().filter_map(|row| row.measures.get(&measure)).sum::<Stored>().decimal()
}

/// Of pods: the capacity of the cluster, or of the node where the report is by node, day by day. Of volumes: their own.
fn capacity(quantities: &Quantities, entry: &Entry<'_>) -> BigDecimal {
    let by_node = entry.group_by == Some(GroupBy::Node);
    let measure = match quantities.size {
        Measure::NodeCapacityCpuCores if by_node => Measure::NodeCapacityCpuCoreHours,
        Measure::NodeCapacityCpuCores => Measure::ClusterCapacityCpuCoreHours,
        Measure::NodeCapacityMemoryGigabytes if by_node => Measure::NodeCapacityMemoryGigabyteHours,
        Measure::NodeCapacityMemoryGigabytes => Measure::ClusterCapacityMemoryGigabyteHours,
        _ => return sum(entry.rows, Measure::PersistentvolumeclaimCapacityGigabyteMonths),
    };
    let mut days: BTreeMap<_, &Stored> = BTreeMap::new();
    for row in entry.whole.iter().filter(|row| row.data_source == DataSource::Pod) {
        let node = row.node.as_ref().filter(|_| by_node);
        if let Some(capacity) = row.measures.get(&measure) {
            let greatest = days.entry((row.usage_start, &row.cluster_id, node)).or_insert(capacity);
            *greatest = (*greatest).max(capacity);
        }
    }
    days.into_values().sum::<Stored>().decimal()
}

/// The sum over nodes of the largest size that stands in a row of theirs: cores, GiB of memory, or GiB of claims. So it is
/// in the recorded bodies, of claims too; rows without a node are not in it.
fn size(quantities: &Quantities, whole: &[&SummaryRow]) -> BigDecimal {
    let mut nodes: BTreeMap<_, &Stored> = BTreeMap::new();
    for row in whole {
        if let (Some(node), Some(size)) = (&row.node, row.measures.get(&quantities.size)) {
            let largest = nodes.entry((&row.cluster_id, node)).or_insert(size);
            *largest = (*largest).max(size);
        }
    }
    nodes.into_values().sum::<Stored>().decimal()
}
