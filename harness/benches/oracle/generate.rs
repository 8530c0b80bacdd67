//! A payload of any size, always the same.

use std::collections::BTreeMap;
use std::fmt::Write;

use harness::payload::Payload;

/// Days, hours of a day, and pods of a node.
const DAYS: usize = 10;
const HOURS: usize = 24;
const PODS_OF_A_NODE: usize = 40;
const NAMESPACES: usize = 25;

const PODS: &str = "report_period_start,report_period_end,interval_start,interval_end,pod,namespace,node,resource_id,\
    pod_usage_cpu_core_seconds,pod_request_cpu_core_seconds,pod_limit_cpu_core_seconds,pod_usage_memory_byte_seconds,\
    pod_request_memory_byte_seconds,pod_limit_memory_byte_seconds,node_capacity_cpu_cores,node_capacity_cpu_core_seconds,\
    node_capacity_memory_bytes,node_capacity_memory_byte_seconds,pod_labels\n";
const CLAIMS: &str = "report_period_start,report_period_end,interval_start,interval_end,namespace,pod,\
    persistentvolumeclaim,persistentvolume,storageclass,persistentvolumeclaim_capacity_bytes,\
    persistentvolumeclaim_capacity_byte_seconds,volume_request_storage_byte_seconds,\
    persistentvolumeclaim_usage_byte_seconds,persistentvolume_labels,persistentvolumeclaim_labels\n";
const NODES: &str = "report_period_start,report_period_end,interval_start,interval_end,node,node_labels\n";

/// A payload with about this many rows of pods, a tenth as many of claims, and the labels of nodes.
pub(crate) fn payload(rows: usize) -> Payload {
    let pods = rows / (DAYS * HOURS);
    let (mut usage, mut claims, mut nodes) = (PODS.to_owned(), CLAIMS.to_owned(), NODES.to_owned());
    for hour in 0..DAYS * HOURS {
        let times = times(hour);
        for pod in 0..pods {
            pod_row(&mut usage, &times, pod, hour);
            if pod % 10 == 0 {
                claim_row(&mut claims, &times, pod, hour);
            }
            if pod % PODS_OF_A_NODE == 0 {
                let node = pod / PODS_OF_A_NODE;
                writeln!(nodes, "{times},node-{node},label_kubernetes_io_arch:amd64").expect("writes");
            }
        }
    }
    let manifest = r#"{"uuid": "0c000000-0000-4000-8000-00000000000c", "cluster_id": "bench", "date": "2026-11-10T23:59:59Z",
        "files": ["pods.csv", "claims.csv", "nodes.csv"], "start": "2026-11-01T00:00:00Z", "end": "2026-11-10T23:59:59Z"}"#;
    let files = [("pods.csv", usage), ("claims.csv", claims), ("nodes.csv", nodes)];
    let parts: BTreeMap<_, _> = files.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())).collect();
    Payload::from_parts(manifest.as_bytes(), parts).expect("a sound payload")
}

fn times(hour: usize) -> String {
    let (day, hour) = (hour / HOURS + 1, hour % HOURS);
    format!(
        "2026-11-01 00:00:00 +0000 UTC,2026-12-01 00:00:00 +0000 UTC,2026-11-{day:02} {hour:02}:00:00 +0000 UTC,\
         2026-11-{day:02} {hour:02}:59:59 +0000 UTC"
    )
}

fn pod_row(text: &mut String, times: &str, pod: usize, hour: usize) {
    let (node, namespace) = (pod / PODS_OF_A_NODE, pod % NAMESPACES);
    let usage = 300 + (pod * 37 + hour * 101) % 900;
    writeln!(
        text,
        "{times},service-{pod}-7c9f8b6d5-x2x4z,namespace-{namespace},node-{node},i-node-{node},{usage}.{hour},954.0,7200,\
         7151120547840.{pod},3865470566400,15461882265600,16,57600,68719476736,247390116249600,\
         label_app:service-{pod}|label_environment:production|label_tier:backend"
    )
    .expect("writes");
}

fn claim_row(text: &mut String, times: &str, pod: usize, hour: usize) {
    let namespace = pod % NAMESPACES;
    writeln!(
        text,
        "{times},namespace-{namespace},service-{pod}-7c9f8b6d5-x2x4z,data-service-{pod},pv-{pod},gp3,107374182400.0,\
         386547056640000.0,386547056640000,14398877859840{hour}.0,label_tier:db,label_app:service-{pod}"
    )
    .expect("writes");
}
