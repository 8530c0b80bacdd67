//! Rows of volumes, summed by day and claim, and divided among the nodes that use them.

use std::collections::BTreeSet;

use csv::ByteRecord;

use super::cell::{Sum, anomalous, number};
use super::error::OracleError;
use super::symbols::{QuickMap, Symbol, Symbols};
use crate::payload::{Column, HourReader, PayloadFile, Table};

/// Size, size over time, request over time and usage over time, in bytes and byte-seconds.
const NUMBERS: [&str; 4] = [
    "persistentvolumeclaim_capacity_bytes",
    "persistentvolumeclaim_capacity_byte_seconds",
    "volume_request_storage_byte_seconds",
    "persistentvolumeclaim_usage_byte_seconds",
];

/// A volume on a day: namespace, claim, its own name, storage class, handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Volume {
    pub(super) day: i32,
    pub(super) namespace: Symbol,
    pub(super) claim: Symbol,
    pub(super) name: Symbol,
    pub(super) class: Symbol,
    pub(super) handle: Symbol,
}

/// Sums of a volume, in bytes and byte-seconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct VolumeSums {
    /// The largest size.
    pub(super) size: f64,
    pub(super) capacity: Sum,
    pub(super) request: Sum,
    pub(super) usage: Sum,
}

impl Default for VolumeSums {
    fn default() -> Self {
        // Below whatever a row names: where all name less than nothing, the largest of them counts, as in Koku.
        let [capacity, request, usage] = [Sum::default(); 3];
        Self { size: f64::NEG_INFINITY, capacity, request, usage }
    }
}

impl VolumeSums {
    #[inline]
    fn add_row(&mut self, [size, capacity, request, usage]: [f64; 4]) {
        self.size = self.size.max(size);
        self.capacity.add(capacity);
        self.request.add(request);
        self.usage.add(usage);
    }

    fn add(&mut self, other: Self) {
        self.add_row([other.size, other.capacity.value(), other.request.value(), other.usage.value()]);
    }
}

/// A volume as seen from one node, or from none.
#[derive(Debug, Clone, Copy)]
pub(super) struct VolumeOnNode {
    pub(super) volume: Volume,
    pub(super) node: Option<Symbol>,
    pub(super) sums: VolumeSums,
    /// On how many nodes the pods of the volume ran that day, at least 1.
    pub(super) nodes: usize,
}

/// All volumes of a payload, by the pod that mounts them.
#[derive(Debug, Default)]
pub(super) struct Volumes {
    mounts: Vec<(Volume, Symbol, VolumeSums)>,
    by_key: QuickMap<(Volume, Symbol), usize>,
}

impl Volumes {
    /// Adds a file, without rows of days that are not summarised.
    pub(super) fn read(
        &mut self,
        file: &PayloadFile,
        symbols: &mut Symbols,
        summarised: impl Fn(i32) -> bool,
    ) -> Result<(), OracleError> {
        let mut table = Table::open(file)?;
        let columns = StorageColumns::of(&table);
        let width = table.header().len();
        let (mut row, mut hours) = (ByteRecord::new(), HourReader::default());
        while table.next(&mut row)? {
            let start = columns.start.of(&row);
            let hour = hours.read(start).ok_or_else(|| table.no_time(&row, "interval_start", start))?;
            if summarised(hour.day_number()) && row.len() <= width {
                self.add(&columns, &row, hour.day_number(), symbols);
            }
        }
        Ok(())
    }

    #[inline]
    fn add(&mut self, columns: &StorageColumns, row: &ByteRecord, day: i32, symbols: &mut Symbols) {
        let numbers = columns.numbers.map(|column| number(column.of(row)));
        if anomalous(&numbers) {
            return;
        }
        let [namespace, pod, claim, name, class, handle] = columns.names.map(|column| symbols.of(column.of(row)));
        let volume = Volume { day, namespace, claim, name, class, handle };
        let index = *self.by_key.entry((volume, pod)).or_insert_with(|| {
            self.mounts.push((volume, pod, VolumeSums::default()));
            self.mounts.len() - 1
        });
        self.mounts[index].2.add_row(numbers);
    }

    /// The volumes by the nodes of their pods. A volume stands on each node on which a pod that mounts it ran that day, and
    /// on none if that pod is not known. Source: facts `koku-formulas.md` §4.
    pub(super) fn on_nodes(&self, nodes_by_pod: &QuickMap<(i32, Symbol, Symbol), Vec<Symbol>>) -> Vec<VolumeOnNode> {
        let nodes_of = |volume: &Volume, pod: Symbol| {
            nodes_by_pod.get(&(volume.day, volume.namespace, pod)).map_or(&[][..], |nodes| nodes)
        };
        let mut shared: QuickMap<(i32, Symbol), BTreeSet<Symbol>> = QuickMap::default();
        let mut sums: QuickMap<(Volume, Option<Symbol>), VolumeSums> = QuickMap::default();
        for (volume, pod, mounted) in &self.mounts {
            let nodes = nodes_of(volume, *pod);
            shared.entry((volume.day, volume.name)).or_default().extend(nodes);
            if nodes.is_empty() {
                sums.entry((*volume, None)).or_default().add(*mounted);
            }
            for node in nodes {
                sums.entry((*volume, Some(*node))).or_default().add(*mounted);
            }
        }
        let nodes = |volume: &Volume| shared.get(&(volume.day, volume.name)).map_or(1, |nodes| nodes.len().max(1));
        sums.into_iter()
            .map(|((volume, node), sums)| VolumeOnNode { volume, node, sums, nodes: nodes(&volume) })
            .collect()
    }
}

struct StorageColumns {
    start: Column,
    names: [Column; 6],
    numbers: [Column; 4],
}

impl StorageColumns {
    fn of(table: &Table<'_>) -> Self {
        let names =
            ["namespace", "pod", "persistentvolumeclaim", "persistentvolume", "storageclass", "csi_volume_handle"];
        Self {
            start: table.column("interval_start"),
            names: names.map(|name| table.column(name)),
            numbers: NUMBERS.map(|name| table.column(name)),
        }
    }
}
