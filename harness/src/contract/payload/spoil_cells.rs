//! Faults of columns, rows and cells.

use super::archive::{Archive, PODS};

const CPU: &str = "pod_usage_cpu_core_seconds";

/// Puts a fault in. Says whether it is known.
pub(super) fn spoil(fault: &str, payload: &mut Archive) -> bool {
    match fault {
        "missing-column" => without_pod_column(payload, "pod_limit_memory_byte_seconds"),
        "extra-column" => payload.change(PODS, |text| {
            let lines = text
                .lines()
                .enumerate()
                .map(|(row, line)| format!("{line},{}\n", if row == 0 { "extra" } else { "1" }));
            lines.collect()
        }),
        "non-numeric" => payload.set_pod_cell(1, CPU, "abc"),
        "nan-inf" => {
            payload.set_pod_cell(1, CPU, "NaN");
            payload.set_pod_cell(2, CPU, "inf");
        }
        "negative" => payload.set_pod_cell(1, CPU, "-900"),
        "anomaly" => payload.set_pod_cell(1, "pod_usage_memory_byte_seconds", "2e18"),
        "bad-timestamp" => payload.set_pod_cell(1, "interval_start", "yesterday"),
        "iso-timestamp" => payload.change(PODS, |text| {
            let text = text.replace(" +0000 UTC", "Z");
            let days = ["2026-11-01", "2026-12-01", "2026-11-10", "2026-11-11"];
            days.iter().fold(text, |text, day| text.replace(&format!("{day} "), &format!("{day}T")))
        }),
        "short-row" => payload.change_pod_row(1, |cells| cells.truncate(10)),
        "long-row" => payload.change_pod_row(1, |cells| cells.extend(["x".to_owned(), "y".to_owned()])),
        "duplicate-rows" => payload.change(PODS, |text| {
            let (header, rows) = text.split_once('\n').unwrap_or_default();
            format!("{header}\n{rows}{rows}")
        }),
        "formula-injection" => payload
            .change(PODS, |text| text.replace("a-project", "=cmd x").replace("label_app:e2e", "label_app:<script>")),
        _ => return false,
    }
    true
}

fn without_pod_column(payload: &mut Archive, column: &str) {
    payload.change(PODS, |text| {
        let header = text.lines().next().unwrap_or_default();
        let place = header.split(',').position(|found| found == column);
        let lines = text.lines().map(|line| {
            let cells = line.split(',').enumerate().filter(|(cell, _)| Some(*cell) != place).map(|(_, cell)| cell);
            cells.collect::<Vec<_>>().join(",") + "\n"
        });
        lines.collect()
    });
}
