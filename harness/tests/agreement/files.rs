//! A description as real CSV files in a real archive.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};
use harness::payload::Payload;
use serde_json::json;
use uuid::Uuid;

use crate::description::{Description, Mount, MountHour, Pod, PodHour};

const TIMES: [&str; 4] = ["report_period_start", "report_period_end", "interval_start", "interval_end"];
const POD: [&str; 15] = [
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
];
const STORAGE: [&str; 11] = [
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
];

type Row = Vec<String>;

/// The archive of this description, with this uuid and cluster id.
pub(crate) fn archive(description: &Description, uuid: Uuid, cluster_id: &str) -> Payload {
    let has_roles = description.nodes.iter().any(|node| node.role.is_some());
    let pod_columns: Vec<&str> = POD.iter().copied().chain(has_roles.then_some("node_role")).collect();
    let tables = [
        (pod_columns.as_slice(), pod_rows(description, has_roles)),
        (&STORAGE[..], storage_rows(description)),
        (&["node", "node_labels"][..], node_rows(description)),
        (&["namespace", "namespace_labels"][..], namespace_rows(description)),
    ];
    let tables = tables.into_iter().filter(|(_, rows)| !rows.is_empty()).enumerate();
    let parts: BTreeMap<String, Vec<u8>> = tables
        .map(|(index, (columns, rows))| (format!("{uuid}_openshift_usage_report.{index}.csv"), csv(columns, rows)))
        .collect();
    let manifest = json!({
        "uuid": uuid,
        "cluster_id": cluster_id,
        "version": "costmanagement-metrics-operator:4.3.0",
        "date": format!("{}T23:59:59Z", description.last()),
        "files": parts.keys().collect::<Vec<_>>(),
        "daily_reports": true,
        "start": format!("{}T00:00:00Z", description.first),
        "end": format!("{}T23:59:59Z", description.day(description.summarised - 1)),
    });
    Payload::from_parts(manifest.to_string().as_bytes(), parts).expect("a sound payload")
}

fn csv(columns: &[&str], rows: Vec<Row>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(TIMES.iter().chain(columns)).expect("writes");
    for row in rows {
        writer.write_record(row).expect("writes");
    }
    writer.into_inner().expect("ends")
}

impl Description {
    fn times(&self, day: NaiveDate, hour: u32) -> Row {
        let time = |day: NaiveDate, clock: &str| {
            if self.iso { format!("{day}T{clock}Z") } else { format!("{day} {clock} +0000 UTC") }
        };
        let next_month = self.month() + Months::new(1);
        vec![
            time(self.month(), "00:00:00"),
            time(next_month, "00:00:00"),
            time(day, &format!("{hour:02}:00:00")),
            time(day, &format!("{hour:02}:59:59")),
        ]
    }

    fn node(&self, index: usize) -> usize {
        index % self.nodes.len()
    }
}

fn pod_rows(description: &Description, has_roles: bool) -> Vec<Row> {
    let rows = |(index, pod): (usize, &Pod)| {
        let row = |hour: &PodHour| {
            let node = hour.node.map(|node| description.node(node));
            let mut row = description.times(description.day(hour.day), hour.hour);
            row.extend([format!("pod-{index}"), pod.namespace.clone()]);
            row.extend([node.map_or(String::new(), |node| format!("node-{node}")), format!("i-{}", node.unwrap_or(9))]);
            row.extend(hour.cells.iter().cloned());
            row.push(pod.labels.clone());
            if has_roles {
                row.push(node.and_then(|node| description.nodes[node].role.clone()).unwrap_or_default());
            }
            row
        };
        pod.hours.iter().map(row).collect::<Vec<_>>()
    };
    description.pods.iter().enumerate().flat_map(rows).collect()
}

fn storage_rows(description: &Description) -> Vec<Row> {
    let rows = |mount: &Mount| {
        let volume = mount.volume % description.volumes.len();
        let namespace = description.pods.get(mount.pod).map_or("elsewhere", |pod| pod.namespace.as_str());
        let (namespace, pod, claim) = if description.volumes[volume].claimed {
            (namespace.to_owned(), format!("pod-{}", mount.pod), format!("claim-{volume}"))
        } else {
            Default::default()
        };
        let row = |hour: &MountHour| {
            let mut row = description.times(description.day(hour.day), hour.hour);
            row.extend([namespace.clone(), pod.clone(), claim.clone()]);
            row.extend([format!("volume-{volume}"), "standard".to_owned()]);
            row.extend(hour.cells.iter().cloned());
            row.extend(["label_tier:db".to_owned(), String::new()]);
            row
        };
        mount.hours.iter().map(row).collect::<Vec<_>>()
    };
    description.mounts.iter().flat_map(rows).collect()
}

fn node_rows(description: &Description) -> Vec<Row> {
    let labelled = description.nodes.iter().enumerate().filter_map(|(index, node)| Some((index, node.labels.clone()?)));
    let rows = |(index, labels): (usize, String)| {
        (0..description.days).map(move |day| {
            let mut row = description.times(description.day(day), 0);
            row.extend([format!("node-{index}"), labels.clone()]);
            row
        })
    };
    labelled.flat_map(rows).collect()
}

fn namespace_rows(description: &Description) -> Vec<Row> {
    let namespaces: BTreeSet<&str> = description.pods.iter().map(|pod| pod.namespace.as_str()).collect();
    let row = |namespace: &str| {
        let mut row = description.times(description.first, 0);
        row.extend([namespace.to_owned(), "label_team:alpha".to_owned()]);
        row
    };
    namespaces.into_iter().map(row).collect()
}
