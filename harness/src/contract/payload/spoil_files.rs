//! Faults of whole files and of days.

use super::archive::{Archive, NAMESPACE_LABELS, NODE_LABELS, PODS, STORAGE};
use super::spoil_cells;

/// Puts a fault in. Says whether it is known.
pub(super) fn spoil(fault: &str, payload: &mut Archive) -> bool {
    match fault {
        "missing-csv-storage" => drop(payload.files.remove(STORAGE)),
        "missing-csv-pod" => drop(payload.files.remove(PODS)),
        "empty-csv-0-bytes" => payload.change(STORAGE, |_| String::new()),
        "empty-csv-header-only" => payload.change(STORAGE, header_of),
        "empty-pod-csv-0-bytes" => payload.change(PODS, |_| String::new()),
        "header-only-pod-csv" => payload.change(PODS, header_of),
        "unlisted-csv" => {
            let unlisted = payload.files[NAMESPACE_LABELS].clone();
            payload.forget(NAMESPACE_LABELS);
            payload.files.push(unlisted);
        }
        "no-node-labels" | "no-node-labels--fresh-org" => payload.forget(NODE_LABELS),
        "no-namespace-labels" => payload.forget(NAMESPACE_LABELS),
        "pod-only" | "pod-only--fresh-org" => keep_only(payload, PODS),
        "storage-only" => keep_only(payload, STORAGE),
        "unknown-csv-kind" => payload.add_file("unknown.csv", "a,b\n1,2\n"),
        "outside-retention" => {
            payload.replace_everywhere(&[("2026-11-", "2026-05-"), ("2026-12-", "2026-06-")]);
            payload.replace_in_manifest(&[("2026-11-", "2026-05-")]);
        }
        "old-rows-new-manifest" => payload.replace_everywhere(&[("2026-11-", "2026-05-"), ("2026-12-", "2026-06-")]),
        "future" => {
            payload.replace_everywhere(&[("2026-11-", "2026-12-"), ("2026-12-", "2027-01-")]);
            payload.replace_in_manifest(&[("2026-11-", "2026-12-")]);
        }
        "two-months" => two_months(payload),
        _ => return spoil_cells::spoil(fault, payload),
    }
    true
}

fn keep_only(payload: &mut Archive, kept: usize) {
    for file in [NAMESPACE_LABELS, NODE_LABELS, STORAGE, PODS] {
        if file != kept {
            payload.forget(file);
        }
    }
}

fn header_of(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned() + "\n"
}

/// The first day becomes the last of the month before, the second the first of the two.
fn two_months(payload: &mut Archive) {
    for (_, text) in &mut payload.files {
        let lines = text.lines().map(|line| {
            if line.contains("2026-11-10 ") {
                let line = line.replace("2026-11-10 ", "2026-10-31 ").replace("2026-11-01 ", "2026-10-01 ");
                line.replace("2026-12-01 ", "2026-11-01 ") + "\n"
            } else {
                line.replace("2026-11-11 ", "2026-11-10 ") + "\n"
            }
        });
        *text = lines.collect();
    }
    payload.replace_in_manifest(&[("2026-11-10T", "2026-10-31T"), ("2026-11-11T", "2026-11-10T")]);
}
