//! From sums to rows of the daily summary.

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

use super::cell::{GIB, HOUR, Sum};
use super::error::OracleError;
use super::namespace::category;
use super::pods::{PodGroup, Pods, Sums};
use super::roles::Roles;
use super::storage::{VolumeOnNode, Volumes};
use super::symbols::{QuickMap, Symbol, Symbols};
use crate::fact::usage::{DataSource, Measure, Measures, SummaryRow};
use crate::number::Stored;

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// All that was read of a payload.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) symbols: Symbols,
    pub(super) pods: Pods,
    pub(super) volumes: Volumes,
    pub(super) roles: Roles,
}

/// What a node could give on a day: cores, core-hours, GiB, GiB-hours.
type NodeCapacity = [f64; 4];

/// What is the same for all rows.
pub(super) struct Cluster<'a> {
    pub(super) id: &'a str,
    pub(super) alias: &'a str,
}

/// The rows, in order of day, source, namespace, node, claim and volume; those without one of these come last.
pub(super) fn rows(mut read: Read, cluster: &Cluster<'_>) -> Result<Vec<SummaryRow>, OracleError> {
    let nodes = node_days(&read);
    let mut rows = Vec::new();
    for group in &read.pods.groups {
        rows.push(pod_row(group, &nodes, &read.symbols, cluster)?);
    }
    for node in &nodes.list {
        let namespace = read.roles.unallocated(node.node, &read.pods, &mut read.symbols);
        rows.push(unallocated_row(node, namespace, &nodes, &read.symbols, cluster)?);
    }
    for volume in read.volumes.on_nodes(&read.pods.nodes_by_pod()) {
        rows.push(storage_row(&volume, &nodes, &read.symbols, cluster)?);
    }
    rows.sort_by(|left, right| order(left).cmp(&order(right)));
    Ok(rows)
}

fn order(row: &SummaryRow) -> impl Ord + '_ {
    // Rows without a value come last, as the database orders them.
    let texts = [&row.namespace, &row.node, &row.persistentvolumeclaim, &row.persistentvolume];
    (row.usage_start, row.data_source, texts.map(|text| (text.is_none(), text.as_deref())))
}

/// A node on a day.
struct NodeDay {
    day: i32,
    node: Symbol,
    capacity: NodeCapacity,
    taken: [Taken; 2],
    resource: Vec<u8>,
}

/// All nodes on all days.
struct NodeDays {
    list: Vec<NodeDay>,
    by_key: QuickMap<(i32, Symbol), usize>,
    /// Core-hours and GiB-hours of all nodes, by day.
    cluster: QuickMap<i32, [f64; 2]>,
}

impl NodeDays {
    fn of(&self, day: i32, node: Symbol) -> Option<&NodeDay> {
        self.by_key.get(&(day, node)).map(|index| &self.list[*index])
    }

    fn cluster_on(&self, day: i32) -> [f64; 2] {
        self.cluster.get(&day).copied().unwrap_or_default()
    }
}

/// Usage, request, limit and effective usage, in core-hours or GiB-hours.
#[derive(Debug, Default, Clone, Copy)]
struct Hours {
    usage: f64,
    request: f64,
    limit: f64,
    effective: f64,
}

impl Hours {
    fn of_cores(sums: &Sums) -> Self {
        Self::scaled(sums, |seconds| seconds / HOUR)
    }

    fn of_memory(sums: &Sums) -> Self {
        Self::scaled(sums, |seconds| seconds / HOUR * GIB)
    }

    fn scaled(sums: &Sums, scale: impl Fn(f64) -> f64) -> Self {
        Self {
            usage: scale(sums.usage.value()),
            request: scale(sums.request.value()),
            limit: scale(sums.limit.value()),
            effective: scale(sums.effective.value()),
        }
    }
}

/// What pods took of a node: the sum of its rows as they are stored. Unrounded sums give the recorded digits of the golden
/// cases as well, so that these do not tell which of the two Koku takes.
#[derive(Debug, Default, Clone, Copy)]
struct Taken {
    usage: Sum,
    request: Sum,
    effective: Sum,
}

impl Taken {
    fn add(&mut self, hours: &Hours) {
        let rounded = |value| Stored::from_double(value).map_or(value, Stored::to_double);
        self.usage.add(rounded(hours.usage));
        self.request.add(rounded(hours.request));
        self.effective.add(rounded(hours.effective));
    }
}

fn node_days(read: &Read) -> NodeDays {
    let mut days = NodeDays { list: Vec::new(), by_key: QuickMap::default(), cluster: QuickMap::default() };
    let capacity = read.pods.capacity_by_day();
    for group in &read.pods.groups {
        let index = *days.by_key.entry((group.day, group.node)).or_insert_with(|| {
            let [core_seconds, byte_seconds] = capacity.get(&(group.day, group.node)).copied().unwrap_or_default();
            // Cores and GiB are the largest of the node's groups, of which there is one at least.
            let [cores, gib] = [f64::NEG_INFINITY; 2];
            let hours = [cores, core_seconds / HOUR, gib, byte_seconds / HOUR * GIB];
            let whole = days.cluster.entry(group.day).or_default();
            *whole = [whole[0] + hours[1], whole[1] + hours[3]];
            let (day, node, taken) = (group.day, group.node, <[Taken; 2]>::default());
            days.list.push(NodeDay { day, node, capacity: hours, taken, resource: Vec::new() });
            days.list.len() - 1
        });
        let node = &mut days.list[index];
        node.capacity[0] = node.capacity[0].max(group.cores);
        node.capacity[2] = node.capacity[2].max(group.bytes * GIB);
        node.taken[0].add(&Hours::of_cores(&group.cpu));
        node.taken[1].add(&Hours::of_memory(&group.memory));
        if group.resource > node.resource {
            node.resource.clone_from(&group.resource);
        }
    }
    days
}

fn pod_row(
    group: &PodGroup,
    nodes: &NodeDays,
    symbols: &Symbols,
    cluster: &Cluster<'_>,
) -> Result<SummaryRow, OracleError> {
    let mut row = empty_row(group.day, DataSource::Pod, cluster);
    row.namespace = Some(symbols.name(group.namespace));
    row.node = Some(symbols.name(group.node));
    row.resource_id = text_if_any(&group.resource);
    row.pod_labels = Some(json!({}));
    row.infrastructure_usage_cost = Some(no_cost());
    row.cost_category_id = category(row.namespace.as_deref());
    let (cpu, memory) = (Hours::of_cores(&group.cpu), Hours::of_memory(&group.memory));
    let node = nodes.of(group.day, group.node).map_or([0.0; 4], |node| node.capacity);
    let mut values = vec![
        (Measure::PodUsageCpuCoreHours, cpu.usage),
        (Measure::PodRequestCpuCoreHours, cpu.request),
        (Measure::PodEffectiveUsageCpuCoreHours, cpu.effective),
        (Measure::PodLimitCpuCoreHours, cpu.limit),
        (Measure::PodUsageMemoryGigabyteHours, memory.usage),
        (Measure::PodRequestMemoryGigabyteHours, memory.request),
        (Measure::PodEffectiveUsageMemoryGigabyteHours, memory.effective),
        (Measure::PodLimitMemoryGigabyteHours, memory.limit),
    ];
    values.extend(capacity([group.cores, node[1], group.bytes * GIB, node[3]], nodes.cluster_on(group.day)));
    row.measures = stored(values, &row)?;
    Ok(row)
}

fn unallocated_row(
    node: &NodeDay,
    namespace: Option<&str>,
    nodes: &NodeDays,
    symbols: &Symbols,
    cluster: &Cluster<'_>,
) -> Result<SummaryRow, OracleError> {
    let mut row = empty_row(node.day, DataSource::Pod, cluster);
    row.namespace = namespace.map(str::to_owned);
    row.node = Some(symbols.name(node.node));
    row.resource_id = text_if_any(&node.resource);
    row.cost_category_id = category(namespace);
    let [_, core_hours, _, gib_hours] = node.capacity;
    let [cpu, memory] = &node.taken;
    let mut values = vec![
        (Measure::PodUsageCpuCoreHours, core_hours - cpu.usage.value()),
        (Measure::PodRequestCpuCoreHours, core_hours - cpu.request.value()),
        (Measure::PodEffectiveUsageCpuCoreHours, core_hours - cpu.effective.value()),
        (Measure::PodUsageMemoryGigabyteHours, gib_hours - memory.usage.value()),
        (Measure::PodRequestMemoryGigabyteHours, gib_hours - memory.request.value()),
        (Measure::PodEffectiveUsageMemoryGigabyteHours, gib_hours - memory.effective.value()),
    ];
    values.extend(capacity(node.capacity, nodes.cluster_on(node.day)));
    row.measures = stored(values, &row)?;
    Ok(row)
}

fn storage_row(
    seen: &VolumeOnNode,
    nodes: &NodeDays,
    symbols: &Symbols,
    cluster: &Cluster<'_>,
) -> Result<SummaryRow, OracleError> {
    let volume = &seen.volume;
    let mut row = empty_row(volume.day, DataSource::Storage, cluster);
    row.namespace = Some(symbols.name(volume.namespace));
    row.node = seen.node.map(|node| symbols.name(node));
    row.resource_id = seen.node.and_then(|node| text_if_any(&nodes.of(volume.day, node)?.resource));
    row.persistentvolumeclaim = Some(symbols.name(volume.claim));
    row.persistentvolume = symbols.name_if_any(volume.name);
    row.storageclass = symbols.name_if_any(volume.class);
    row.volume_labels = Some(json!({}));
    row.infrastructure_usage_cost = Some(no_cost());
    row.cost_category_id = category(row.namespace.as_deref());
    let month = DAY * f64::from(row.usage_start.num_days_in_month());
    let sums = &seen.sums;
    #[expect(clippy::cast_precision_loss, reason = "a payload names fewer than 2^52 nodes")]
    let nodes = seen.nodes as f64;
    let values = vec![
        (Measure::PersistentvolumeclaimCapacityGigabyte, sums.size * GIB),
        (Measure::PersistentvolumeclaimCapacityGigabyteMonths, sums.capacity.value() / month * GIB),
        (Measure::VolumeRequestStorageGigabyteMonths, sums.request.value() / nodes / month * GIB),
        (Measure::PersistentvolumeclaimUsageGigabyteMonths, sums.usage.value() / nodes / month * GIB),
    ];
    row.measures = stored(values, &row)?;
    Ok(row)
}

fn capacity(node: NodeCapacity, cluster: [f64; 2]) -> impl Iterator<Item = (Measure, f64)> {
    Measure::OF_NODE.into_iter().zip(node).chain(Measure::OF_CLUSTER.into_iter().zip(cluster))
}

fn stored(values: Vec<(Measure, f64)>, row: &SummaryRow) -> Result<Measures, OracleError> {
    let store = |(measure, value): (Measure, f64)| match Stored::from_double(value) {
        Ok(number) => Ok((measure, number)),
        Err(source) => {
            let namespace = row.namespace.as_deref().unwrap_or("no namespace");
            let node = row.node.as_deref().unwrap_or("no node");
            let subject = format!("{measure} of {namespace} on {node}, {}", row.usage_start);
            Err(OracleError::NotStorable { subject, source })
        }
    };
    values.into_iter().map(store).collect()
}

fn empty_row(day: i32, data_source: DataSource, cluster: &Cluster<'_>) -> SummaryRow {
    let day = NaiveDate::from_num_days_from_ce_opt(day).unwrap_or_default();
    SummaryRow {
        cluster_id: cluster.id.to_owned(),
        cluster_alias: Some(cluster.alias.to_owned()),
        data_source,
        namespace: None,
        node: None,
        resource_id: None,
        usage_start: day,
        usage_end: day,
        persistentvolumeclaim: None,
        persistentvolume: None,
        storageclass: None,
        pod_labels: None,
        volume_labels: None,
        // No tag key is enabled, so that every label set is empty.
        all_labels: Some(json!({})),
        infrastructure_usage_cost: None,
        cost_category_id: None,
        measures: Measures::new(),
    }
}

/// Without a cost model every cost is zero, and so it is written.
fn no_cost() -> Value {
    json!({"cpu": 0.0, "memory": 0.0, "storage": 0.0})
}

fn text_if_any(bytes: &[u8]) -> Option<String> {
    (!bytes.is_empty()).then(|| String::from_utf8_lossy(bytes).into_owned())
}
