//! Payloads of all kinds, as chance has them.

use chrono::{Days, NaiveDate};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::description::{Cell, Description, Mount, MountHour, Node, Pod, PodHour, Volume};

/// Months of 28, 29, 30 and 31 days.
const MONTHS: [(i32, u32, u64); 4] = [(2027, 2, 28), (2028, 2, 29), (2026, 11, 30), (2026, 12, 31)];
/// Namespaces of people, of the platform, and almost of the platform. Koku's own four have a space in their names, so that no pod
/// can be in them.
const NAMESPACES: [&str; 8] = [
    "shop",
    "billing",
    "openshift-kube-apiserver",
    "openshift-monitoring",
    "openshift",
    "kube-system",
    "kubea",
    "openshiftish",
];
const POD_LABELS: [&str; 4] = ["", "label_app:a", "label_app:a|label_b:c:d", "label_app:b"];
const NODE_LABELS: [&str; 5] = [
    "",
    "label_kubernetes_io_arch:amd64|label_node_role_kubernetes_io:worker",
    "label_kubernetes_io_arch:amd64|label_node_role_kubernetes_io:infra",
    "label_node_role_kubernetes_io:infra:twice",
    "label_node_role_kubernetes_io:infrastructure",
];

/// What a cell may hold beside plain numbers: nothing, no number, less than nothing, and what drops the whole row.
fn cell(plain: BoxedStrategy<Cell>, negative: &'static str) -> BoxedStrategy<Cell> {
    let huge = prop_oneof![2 => Just("2e18"), 1 => Just("inf"), 1 => Just("1e400")];
    prop_oneof![40 => small_cell(plain, negative), 1 => huge.prop_map(str::to_owned)].boxed()
}

/// The same without what drops the row.
fn small_cell(plain: BoxedStrategy<Cell>, negative: &'static str) -> BoxedStrategy<Cell> {
    let odd = prop_oneof![
        4 => Just(""),
        3 => Just("NaN"),
        2 => Just("nan"),
        3 => Just("abc"),
        4 => Just(negative),
        2 => Just("0"),
        1 => Just("+9e2"),
        1 => Just("1.25E+3"),
    ];
    prop_oneof![14 => plain, 1 => odd.prop_map(str::to_owned)].boxed()
}

/// Core-seconds of an hour: round numbers, and such as thirds.
fn core_seconds() -> BoxedStrategy<Cell> {
    let plain = prop_oneof![
        (0_u32..64).prop_map(|n| format!("{}.0", n * 225)),
        (0.0_f64..14_400.0).prop_map(|n| n.to_string())
    ];
    cell(plain.boxed(), "-900.5")
}

/// Byte-seconds of an hour, up to the largest that is no anomaly.
fn byte_seconds() -> BoxedStrategy<Cell> {
    let plain = prop_oneof![
        8 => (0_u64..512).prop_map(|n| format!("{}.0", n * 241_591_910_400)),
        8 => (0.0_f64..6e13).prop_map(|n| n.to_string()),
        1 => Just("1e18".to_owned()),
    ];
    cell(plain.boxed(), "-1932735283200")
}

/// The number of cores is the one that is not judged for anomalies, and the database cannot hold a huge one: a payload that has it
/// fails in Koku, and has no expectation.
fn cores() -> BoxedStrategy<Cell> {
    small_cell(prop_oneof![Just("4"), Just("8"), Just("3.5")].prop_map(str::to_owned).boxed(), "-1")
}

fn node_core_seconds() -> BoxedStrategy<Cell> {
    cell(
        prop_oneof![8 => Just("14400"), 2 => Just("28800"), 1 => Just("7200.25")].prop_map(str::to_owned).boxed(),
        "-5",
    )
}

fn bytes() -> BoxedStrategy<Cell> {
    cell(prop_oneof![Just("17179869184"), Just("8053063680.0")].prop_map(str::to_owned).boxed(), "-4096")
}

fn node_byte_seconds() -> BoxedStrategy<Cell> {
    cell(prop_oneof![8 => Just("61847529062400"), 1 => Just("123695058124800")].prop_map(str::to_owned).boxed(), "-7")
}

fn pod_hour() -> impl Strategy<Value = PodHour> {
    let cells = (
        [core_seconds(), core_seconds(), core_seconds()],
        [byte_seconds(), byte_seconds(), byte_seconds()],
        (cores(), node_core_seconds(), bytes(), node_byte_seconds()),
    );
    let cells = cells.prop_map(|([a, b, c], [d, e, f], (g, h, i, j))| [a, b, c, d, e, f, g, h, i, j]);
    // Mostly the first node, so that a pod seldom moves; now and then no node at all.
    let node = prop_oneof![12 => Just(Some(0)), 4 => (0_usize..4).prop_map(Some), 1 => Just(None)];
    (0_u64..3, 0_u32..24, node, cells).prop_map(|(day, hour, node, cells)| PodHour { day, hour, node, cells })
}

fn mount_hour() -> impl Strategy<Value = MountHour> {
    (0_u64..3, 0_u32..24, [bytes(), byte_seconds(), byte_seconds(), byte_seconds()])
        .prop_map(|(day, hour, cells)| MountHour { day, hour, cells })
}

fn node() -> impl Strategy<Value = Node> {
    let labels = option::weighted(0.8, prop::sample::select(&NODE_LABELS[..]).prop_map(str::to_owned));
    let role =
        option::weighted(0.1, prop::sample::select(&["", "worker", "infra", "master"][..]).prop_map(str::to_owned));
    (labels, role).prop_map(|(labels, role)| Node { labels, role })
}

fn pod() -> impl Strategy<Value = Pod> {
    let namespace = prop::sample::select(&NAMESPACES[..]).prop_map(str::to_owned);
    let labels = prop::sample::select(&POD_LABELS[..]).prop_map(str::to_owned);
    // The hours of a pod stand on nodes that are counted from one of its own.
    (namespace, labels, 0_usize..4, vec(pod_hour(), 1..8)).prop_map(|(namespace, labels, home, mut hours)| {
        for hour in &mut hours {
            hour.node = hour.node.map(|node| node + home);
        }
        Pod { namespace, labels, hours }
    })
}

fn mount() -> impl Strategy<Value = Mount> {
    (0_usize..3, 0_usize..7, vec(mount_hour(), 1..5)).prop_map(|(volume, pod, hours)| Mount { volume, pod, hours })
}

/// A description of a payload whose days lie in one month.
pub(crate) fn description() -> impl Strategy<Value = Description> {
    let days = prop::sample::select(&MONTHS[..]).prop_flat_map(|(year, month, length)| {
        (1_u64..=3).prop_flat_map(move |days| {
            let first = NaiveDate::from_ymd_opt(year, month, 1).expect("a day");
            (0..=length - days, Just(days), 1..=days)
                .prop_map(move |(offset, days, summarised)| (first + Days::new(offset), days, summarised))
        })
    });
    let volume = prop::bool::weighted(0.8).prop_map(|claimed| Volume { claimed });
    let parts = (vec(node(), 1..=4), vec(pod(), 0..6), vec(volume, 1..4), vec(mount(), 0..5), any::<bool>());
    (days, parts)
        .prop_map(|((first, days, summarised), (nodes, pods, volumes, mounts, iso))| Description {
            first,
            days,
            summarised,
            iso,
            nodes,
            pods,
            volumes,
            mounts,
        })
        .prop_filter("a payload has a row of usage", |description| {
            !description.pods.is_empty() || !description.mounts.is_empty()
        })
}
