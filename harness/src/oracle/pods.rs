//! Rows of pods, summed by day, namespace and node.

use csv::ByteRecord;

use super::cell::{Sum, anomalous, number};
use super::error::OracleError;
use super::symbols::{QuickMap, Symbol, Symbols};
use crate::payload::{Column, Hour, HourReader, PayloadFile, Table};

/// The columns of sums: usage, request and limit of CPU, then of memory.
const SUMMED: [&str; 6] = [
    "pod_usage_cpu_core_seconds",
    "pod_request_cpu_core_seconds",
    "pod_limit_cpu_core_seconds",
    "pod_usage_memory_byte_seconds",
    "pod_request_memory_byte_seconds",
    "pod_limit_memory_byte_seconds",
];
/// The columns of a node's capacity that are judged for anomalies: core-seconds, byte-seconds, bytes.
const CAPACITY: [&str; 3] =
    ["node_capacity_cpu_core_seconds", "node_capacity_memory_byte_seconds", "node_capacity_memory_bytes"];

/// Sums of one resource of a group, in core-seconds or byte-seconds.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Sums {
    pub(super) usage: Sum,
    pub(super) request: Sum,
    pub(super) limit: Sum,
    /// The larger of usage and request, taken row by row, that is pod by pod and hour by hour.
    pub(super) effective: Sum,
}

impl Sums {
    #[inline]
    fn add(&mut self, [usage, request, limit]: [f64; 3]) {
        self.usage.add(usage);
        self.request.add(request);
        self.limit.add(limit);
        self.effective.add(usage.max(request));
    }
}

/// Pods of one namespace on one node on one day.
#[derive(Debug, Clone)]
pub(super) struct PodGroup {
    pub(super) day: i32,
    pub(super) namespace: Symbol,
    pub(super) node: Symbol,
    pub(super) cpu: Sums,
    pub(super) memory: Sums,
    /// The largest capacity that a row of the group names, in cores.
    pub(super) cores: f64,
    /// The same in bytes.
    pub(super) bytes: f64,
    /// The greatest id that a row of the group names.
    pub(super) resource: Vec<u8>,
}

/// What a node could give in one hour: core-seconds and byte-seconds.
type HourCapacity = [f64; 2];

/// All pods of a payload.
#[derive(Debug, Default)]
pub(super) struct Pods {
    pub(super) groups: Vec<PodGroup>,
    by_key: QuickMap<(i32, Symbol, Symbol), usize>,
    by_pod: QuickMap<(i32, Symbol, Symbol, Symbol), usize>,
    capacity: QuickMap<(Hour, Symbol), HourCapacity>,
    /// The greatest role that a row names, by node, where the file has the column.
    pub(super) roles: QuickMap<Symbol, Vec<u8>>,
}

impl Pods {
    /// Adds a file, without rows of days that are not summarised and of pods that run on no node.
    pub(super) fn read(
        &mut self,
        file: &PayloadFile,
        symbols: &mut Symbols,
        summarised: impl Fn(i32) -> bool,
    ) -> Result<(), OracleError> {
        let mut table = Table::open(file)?;
        let columns = PodColumns::of(&table);
        let width = table.header().len();
        let (mut row, mut hours) = (ByteRecord::new(), HourReader::default());
        while table.next(&mut row)? {
            let start = columns.start.of(&row);
            let hour = hours.read(start).ok_or_else(|| table.no_time(&row, "interval_start", start))?;
            // Koku drops a row with too many cells.
            if summarised(hour.day_number()) && row.len() <= width && !columns.node.of(&row).is_empty() {
                self.add(&columns, &row, hour, symbols);
            }
        }
        Ok(())
    }

    #[inline]
    fn add(&mut self, columns: &PodColumns, row: &ByteRecord, hour: Hour, symbols: &mut Symbols) {
        let [usage, request, limit, used_bytes, asked_bytes, most_bytes] =
            columns.summed.map(|column| number(column.of(row)));
        let capacity = columns.capacity.map(|column| number(column.of(row)));
        if anomalous(&[usage, request, limit, used_bytes, asked_bytes, most_bytes]) || anomalous(&capacity) {
            return;
        }
        let node = symbols.of(columns.node.of(row));
        let index = self.group_of(columns, row, hour, node, symbols);
        let [core_seconds, byte_seconds, bytes] = capacity;
        let group = &mut self.groups[index];
        group.cpu.add([usage, request, limit]);
        group.memory.add([used_bytes, asked_bytes, most_bytes]);
        group.cores = group.cores.max(number(columns.cores.of(row)));
        group.bytes = group.bytes.max(bytes);
        let resource = columns.resource.of(row);
        if resource > &group.resource[..] {
            resource.clone_into(&mut group.resource);
        }
        let there = self.capacity.entry((hour, node)).or_default();
        *there = [there[0].max(core_seconds), there[1].max(byte_seconds)];
        let role = columns.role.of(row);
        if !role.is_empty() {
            let greatest = self.roles.entry(node).or_default();
            if role > &greatest[..] {
                role.clone_into(greatest);
            }
        }
    }

    #[inline]
    fn group_of(
        &mut self,
        columns: &PodColumns,
        row: &ByteRecord,
        hour: Hour,
        node: Symbol,
        symbols: &mut Symbols,
    ) -> usize {
        let day = hour.day_number();
        let (namespace, pod) = (symbols.of(columns.namespace.of(row)), symbols.of(columns.pod.of(row)));
        *self.by_pod.entry((day, namespace, pod, node)).or_insert_with(|| {
            *self.by_key.entry((day, namespace, node)).or_insert_with(|| {
                let (cpu, memory) = (Sums::default(), Sums::default());
                let group =
                    PodGroup { day, namespace, node, cpu, memory, cores: 0.0, bytes: 0.0, resource: Vec::new() };
                self.groups.push(group);
                self.groups.len() - 1
            })
        })
    }

    /// What each node could give on each day, in core-seconds and byte-seconds: the hours in which a pod names it.
    pub(super) fn capacity_by_day(&self) -> QuickMap<(i32, Symbol), HourCapacity> {
        let mut hours: Vec<_> = self.capacity.iter().collect();
        // In order of time, so that the sum of doubles is always the same.
        hours.sort_unstable_by_key(|(hour, _)| **hour);
        let mut days: QuickMap<(i32, Symbol), [Sum; 2]> = QuickMap::default();
        for ((hour, node), [core_seconds, byte_seconds]) in hours {
            let day = days.entry((hour.day_number(), *node)).or_default();
            day[0].add(*core_seconds);
            day[1].add(*byte_seconds);
        }
        days.into_iter().map(|(key, sums)| (key, sums.map(Sum::value))).collect()
    }

    /// The nodes on which each pod ran, by day, namespace and pod, in order of first appearance of their names.
    pub(super) fn nodes_by_pod(&self) -> QuickMap<(i32, Symbol, Symbol), Vec<Symbol>> {
        let mut pods: QuickMap<(i32, Symbol, Symbol), Vec<Symbol>> = QuickMap::default();
        for (day, namespace, pod, node) in self.by_pod.keys() {
            pods.entry((*day, *namespace, *pod)).or_default().push(*node);
        }
        for nodes in pods.values_mut() {
            nodes.sort_unstable();
        }
        pods
    }
}

struct PodColumns {
    start: Column,
    pod: Column,
    namespace: Column,
    node: Column,
    resource: Column,
    role: Column,
    cores: Column,
    summed: [Column; 6],
    capacity: [Column; 3],
}

impl PodColumns {
    fn of(table: &Table<'_>) -> Self {
        Self {
            start: table.column("interval_start"),
            pod: table.column("pod"),
            namespace: table.column("namespace"),
            node: table.column("node"),
            resource: table.column("resource_id"),
            role: table.column("node_role"),
            cores: table.column("node_capacity_cpu_cores"),
            summed: SUMMED.map(|name| table.column(name)),
            capacity: CAPACITY.map(|name| table.column(name)),
        }
    }
}
