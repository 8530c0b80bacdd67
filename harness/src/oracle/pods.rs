//! Rows of pods, summed by day, namespace and node.

use csv::ByteRecord;

use super::cell::{NumberReader, Sum, anomalous, number};
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
/// The columns of a node's capacity. The number of cores is the one that is not judged for anomalies.
const CAPACITY: [&str; 4] = [
    "node_capacity_cpu_cores",
    "node_capacity_cpu_core_seconds",
    "node_capacity_memory_byte_seconds",
    "node_capacity_memory_bytes",
];

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

impl PodGroup {
    fn new(day: i32, namespace: Symbol, node: Symbol) -> Self {
        let (cpu, memory) = (Sums::default(), Sums::default());
        // Below whatever a row names: where all name less than nothing, the largest of them counts, as in Koku.
        let (cores, bytes) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        Self { day, namespace, node, cpu, memory, cores, bytes, resource: Vec::new() }
    }
}

/// What a node could give in one hour: core-seconds and byte-seconds.
type HourCapacity = [f64; 2];

/// Where a pod was last: its rows are mostly of one namespace and node, hour after hour.
#[derive(Debug)]
struct Placement {
    day: i32,
    namespace: Box<[u8]>,
    node: Box<[u8]>,
    group: usize,
}

/// All pods of a payload.
#[derive(Debug, Default)]
pub(super) struct Pods {
    pub(super) groups: Vec<PodGroup>,
    by_key: QuickMap<(i32, Symbol, Symbol), usize>,
    by_pod: QuickMap<(i32, Symbol, Symbol, Symbol), usize>,
    placements: QuickMap<Box<[u8]>, Placement>,
    capacity: QuickMap<(Hour, Symbol), HourCapacity>,
    /// The greatest capacity of the node and the hour of the rows that were read last, before it is put into `capacity`.
    current: Option<((Hour, Symbol), HourCapacity)>,
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
        let mut columns = PodColumns::of(&table);
        let width = table.header().len();
        let (mut row, mut hours) = (ByteRecord::new(), HourReader::default());
        while table.next(&mut row)? {
            let start = columns.start.of(&row);
            let hour = hours.read(start).ok_or_else(|| table.no_time(&row, "interval_start", start))?;
            // Koku drops a row with too many cells.
            if summarised(hour.day_number()) && row.len() <= width && !columns.node.of(&row).is_empty() {
                self.add(&mut columns, &row, hour, symbols);
            }
        }
        self.keep_current();
        Ok(())
    }

    #[inline]
    fn add(&mut self, columns: &mut PodColumns, row: &ByteRecord, hour: Hour, symbols: &mut Symbols) {
        let summed = columns.summed.map(|column| number(column.of(row)));
        let [cores, core_seconds, byte_seconds, bytes] = columns.capacity(row);
        if anomalous(&summed) || anomalous(&[core_seconds, byte_seconds, bytes]) {
            return;
        }
        let index = self.group_of(columns, row, hour.day_number(), symbols);
        let group = &mut self.groups[index];
        let [usage, request, limit, used_bytes, asked_bytes, most_bytes] = summed;
        group.cpu.add([usage, request, limit]);
        group.memory.add([used_bytes, asked_bytes, most_bytes]);
        group.cores = group.cores.max(cores);
        group.bytes = group.bytes.max(bytes);
        let resource = columns.resource.of(row);
        if resource > &group.resource[..] {
            resource.clone_into(&mut group.resource);
        }
        let node = group.node;
        self.add_capacity((hour, node), [core_seconds, byte_seconds]);
        let role = columns.role.of(row);
        if !role.is_empty() {
            let greatest = self.roles.entry(node).or_default();
            if role > &greatest[..] {
                role.clone_into(greatest);
            }
        }
    }

    #[inline]
    fn group_of(&mut self, columns: &PodColumns, row: &ByteRecord, day: i32, symbols: &mut Symbols) -> usize {
        let (pod, namespace, node) = (columns.pod.of(row), columns.namespace.of(row), columns.node.of(row));
        match self.placements.get(pod) {
            Some(last) if last.day == day && *last.node == *node && *last.namespace == *namespace => last.group,
            _ => self.place(pod, namespace, node, day, symbols),
        }
    }

    /// The group of a pod that is new, or was elsewhere before.
    fn place(&mut self, pod: &[u8], namespace: &[u8], node: &[u8], day: i32, symbols: &mut Symbols) -> usize {
        let key = (day, symbols.of(namespace), symbols.of(pod), symbols.of(node));
        let (_, namespace_symbol, _, node_symbol) = key;
        let group = *self.by_pod.entry(key).or_insert_with(|| {
            *self.by_key.entry((day, namespace_symbol, node_symbol)).or_insert_with(|| {
                self.groups.push(PodGroup::new(day, namespace_symbol, node_symbol));
                self.groups.len() - 1
            })
        });
        let placement = Placement { day, namespace: namespace.into(), node: node.into(), group };
        self.placements.insert(pod.into(), placement);
        group
    }

    #[inline]
    fn add_capacity(&mut self, key: (Hour, Symbol), capacity: HourCapacity) {
        match &mut self.current {
            Some((current, greatest)) if *current == key => *greatest = greater(*greatest, capacity),
            _ => {
                self.keep_current();
                self.current = Some((key, capacity));
            }
        }
    }

    fn keep_current(&mut self) {
        if let Some((key, capacity)) = self.current.take() {
            let there = self.capacity.entry(key).or_insert(capacity);
            *there = greater(*there, capacity);
        }
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

fn greater(left: HourCapacity, right: HourCapacity) -> HourCapacity {
    [left[0].max(right[0]), left[1].max(right[1])]
}

struct PodColumns {
    start: Column,
    pod: Column,
    namespace: Column,
    node: Column,
    resource: Column,
    role: Column,
    summed: [Column; 6],
    capacity: [(Column, NumberReader); 4],
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
            summed: SUMMED.map(|name| table.column(name)),
            capacity: CAPACITY.map(|name| (table.column(name), NumberReader::default())),
        }
    }

    /// Cores, core-seconds, byte-seconds and bytes of the node.
    #[inline]
    fn capacity(&mut self, row: &ByteRecord) -> [f64; 4] {
        self.capacity.each_mut().map(|(column, reader)| reader.read(column.of(row)))
    }
}
