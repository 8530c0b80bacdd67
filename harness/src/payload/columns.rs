//! Kinds of CSV files, recognised by their columns as Koku does; names do not matter. Source: facts `ocp-payload.md`.

use super::PayloadError;

/// What a CSV file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// Usage of pods and capacity of nodes, by pod and hour.
    PodUsage,
    /// Usage of claims and volumes, by claim and hour.
    StorageUsage,
    /// Labels of nodes.
    NodeLabels,
    /// Labels of namespaces.
    NamespaceLabels,
    /// Usage of virtual machines.
    VmUsage,
    /// Usage of graphics processors.
    GpuUsage,
    /// What Koku only forwards; it is listed apart in the manifest, and its columns are not looked at.
    ResourceOptimization,
}

/// The kinds that are recognised by columns.
const BY_COLUMNS: [FileKind; 6] = [
    FileKind::PodUsage,
    FileKind::StorageUsage,
    FileKind::NodeLabels,
    FileKind::NamespaceLabels,
    FileKind::VmUsage,
    FileKind::GpuUsage,
];

/// The columns that every file has.
const TIMES: [&str; 4] = ["report_period_start", "report_period_end", "interval_start", "interval_end"];

impl FileKind {
    /// The name by which Koku calls the kind.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PodUsage => "pod_usage",
            Self::StorageUsage => "storage_usage",
            Self::NodeLabels => "node_labels",
            Self::NamespaceLabels => "namespace_labels",
            Self::VmUsage => "vm_usage",
            Self::GpuUsage => "gpu_usage",
            Self::ResourceOptimization => "resource_optimization",
        }
    }

    /// The columns that a file of this kind must have, beside the four times.
    fn required(self) -> &'static [&'static str] {
        match self {
            Self::PodUsage => &[
                "pod",
                "namespace",
                "node",
                "resource_id",
                "pod_usage_cpu_core_seconds",
                "pod_request_cpu_core_seconds",
                "pod_limit_cpu_core_seconds",
                "pod_usage_memory_byte_seconds",
                "pod_request_memory_byte_seconds",
                "pod_limit_memory_byte_seconds",
                "node_capacity_cpu_cores",
                "node_capacity_cpu_core_seconds",
                "node_capacity_memory_bytes",
                "node_capacity_memory_byte_seconds",
                "pod_labels",
            ],
            Self::StorageUsage => &[
                "namespace",
                "pod",
                "persistentvolumeclaim",
                "persistentvolume",
                "storageclass",
                "persistentvolumeclaim_capacity_bytes",
                "persistentvolumeclaim_capacity_byte_seconds",
                "volume_request_storage_byte_seconds",
                "persistentvolumeclaim_usage_byte_seconds",
                "persistentvolume_labels",
                "persistentvolumeclaim_labels",
            ],
            Self::NodeLabels => &["node", "node_labels"],
            Self::NamespaceLabels => &["namespace", "namespace_labels"],
            Self::VmUsage => VM_COLUMNS,
            Self::GpuUsage => &[
                "node",
                "namespace",
                "pod",
                "gpu_uuid",
                "gpu_model_name",
                "gpu_vendor_name",
                "gpu_memory_capacity_mib",
                "gpu_pod_uptime",
            ],
            Self::ResourceOptimization => &[],
        }
    }

    /// The columns that a file of this kind may have.
    fn optional(self) -> &'static [&'static str] {
        match self {
            Self::PodUsage => &["node_role"],
            Self::StorageUsage => &["node", "csi_driver", "csi_volume_handle"],
            Self::GpuUsage => &["mig_instance_id", "mig_profile", "mig_strategy"],
            _ => &[],
        }
    }

    fn has(self, column: &str) -> bool {
        [&TIMES[..], self.required(), self.optional()].iter().any(|columns| columns.contains(&column))
    }

    fn missing_from(self, header: &[String]) -> Vec<&'static str> {
        let required = TIMES.iter().chain(self.required());
        required.filter(|column| !header.iter().any(|name| name == *column)).copied().collect()
    }
}

/// Finds the kind of a file, and refuses one without rows, with a column missing or one too many.
pub(super) fn kind_of_file(file: &str, bytes: &[u8]) -> Result<FileKind, PayloadError> {
    let failed = |source| PayloadError::Csv { file: file.to_owned(), source };
    if std::str::from_utf8(bytes).is_err() {
        return Err(not_utf8(file, bytes).unwrap_or_else(failed));
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let header: Vec<String> = reader.headers().map_err(failed)?.iter().map(str::to_owned).collect();
    if header.is_empty() {
        return Err(PayloadError::EmptyFile { file: file.to_owned() });
    }
    let kind = kind_of_header(file, &header)?;
    let first = reader.into_byte_records().next().transpose().map_err(failed)?;
    if first.is_some() { Ok(kind) } else { Err(PayloadError::EmptyFile { file: file.to_owned() }) }
}

/// The first cell that is not UTF-8, by line and column.
fn not_utf8(file: &str, bytes: &[u8]) -> Result<PayloadError, csv::Error> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(bytes);
    let mut header: Option<csv::ByteRecord> = None;
    let mut row = csv::ByteRecord::new();
    let text = |cell: &[u8]| String::from_utf8_lossy(cell).into_owned();
    while reader.read_byte_record(&mut row)? {
        if let Some(index) = row.iter().position(|cell| std::str::from_utf8(cell).is_err()) {
            let column = match &header {
                None => "the header".to_owned(),
                Some(header) => header.get(index).map_or_else(|| format!("cell {}", index + 1), text),
            };
            let (file, line) = (file.to_owned(), row.position().map_or(0, csv::Position::line));
            return Ok(PayloadError::NotUtf8 { file, line, column, found: text(&row[index]) });
        }
        header.get_or_insert_with(|| row.clone());
    }
    // No cell holds what is not UTF-8 only if it stands in what the CSV format itself takes away.
    Ok(PayloadError::NotUtf8 { file: file.to_owned(), line: 0, column: "no cell".to_owned(), found: String::new() })
}

fn kind_of_header(file: &str, header: &[String]) -> Result<FileKind, PayloadError> {
    let Some(kind) = BY_COLUMNS.into_iter().find(|kind| kind.missing_from(header).is_empty()) else {
        return Err(no_kind(file, header));
    };
    match header.iter().find(|column| !kind.has(column)) {
        Some(column) => {
            Err(PayloadError::ColumnUnknown { file: file.to_owned(), kind: kind.name(), column: column.clone() })
        }
        None => Ok(kind),
    }
}

/// The kind with the largest share of its own columns is what the file was meant to be.
fn no_kind(file: &str, header: &[String]) -> PayloadError {
    let share = |kind: FileKind| {
        let own = kind.required();
        let found = own.iter().filter(|column| header.iter().any(|name| name == *column)).count();
        found * 1000 / own.len()
    };
    let nearest = BY_COLUMNS.into_iter().max_by_key(|kind| share(*kind)).unwrap_or(FileKind::PodUsage);
    PayloadError::ColumnsMissing {
        file: file.to_owned(),
        nearest: nearest.name(),
        missing: nearest.missing_from(header),
    }
}

/// The columns of virtual machines.
const VM_COLUMNS: &[&str] = &[
    "node",
    "resource_id",
    "namespace",
    "vm_name",
    "vm_instance_type",
    "vm_os",
    "vm_guest_os_arch",
    "vm_guest_os_name",
    "vm_guest_os_version",
    "vm_uptime_total_seconds",
    "vm_cpu_limit_cores",
    "vm_cpu_limit_core_seconds",
    "vm_cpu_request_cores",
    "vm_cpu_request_core_seconds",
    "vm_cpu_request_sockets",
    "vm_cpu_request_socket_seconds",
    "vm_cpu_request_threads",
    "vm_cpu_request_thread_seconds",
    "vm_cpu_usage_total_seconds",
    "vm_memory_limit_bytes",
    "vm_memory_limit_byte_seconds",
    "vm_memory_request_bytes",
    "vm_memory_request_byte_seconds",
    "vm_memory_usage_byte_seconds",
    "vm_device",
    "vm_volume_mode",
    "vm_persistentvolumeclaim_name",
    "vm_disk_allocated_size_byte_seconds",
    "vm_labels",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn csv_of(kind: FileKind, without: &str, extra: &[&str]) -> String {
        let columns = TIMES.iter().chain(kind.required()).filter(|column| **column != without).chain(extra);
        let header: Vec<&str> = columns.copied().collect();
        format!("{}\n{}\n", header.join(","), vec!["x"; header.len()].join(","))
    }

    #[test]
    fn every_kind_is_recognised_by_its_columns() {
        for kind in BY_COLUMNS {
            let csv = csv_of(kind, "", kind.optional());
            assert_eq!(kind_of_file("a.csv", csv.as_bytes()).expect("recognised"), kind);
        }
    }

    #[test]
    fn a_missing_column_is_named_with_the_kind_that_was_meant() {
        let csv = csv_of(FileKind::PodUsage, "pod_limit_memory_byte_seconds", &[]);
        let error = kind_of_file("a.csv", csv.as_bytes()).expect_err("faulty");
        assert_eq!(
            error.to_string(),
            "a.csv is of no known kind: it is nearest to pod_usage, but has no column pod_limit_memory_byte_seconds"
        );
    }

    #[test]
    fn an_extra_column_is_named() {
        let csv = csv_of(FileKind::StorageUsage, "", &["extra"]);
        let error = kind_of_file("b.csv", csv.as_bytes()).expect_err("faulty");
        assert_eq!(
            error.to_string(),
            "b.csv has the column \"extra\", which storage_usage does not have; Koku fails on such a file"
        );
    }

    #[test]
    fn a_file_without_rows_is_refused() {
        let header = csv_of(FileKind::NodeLabels, "", &[]).lines().next().map(str::to_owned).expect("a header");
        for csv in ["", header.as_str()] {
            let error = kind_of_file("c.csv", csv.as_bytes()).expect_err("empty");
            assert!(matches!(error, PayloadError::EmptyFile { .. }), "{error}");
        }
    }
}
