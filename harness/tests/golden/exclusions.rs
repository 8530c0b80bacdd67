//! What of a recording is not compared, and why.

use serde_json::Value;

/// Keys that are taken out of a section before it is compared, wherever they stand.
const EXCLUDED: [(&str, &str, &str); 3] = [
    ("api", "source_uuid", "a uuid that Koku made in the run that was recorded"),
    ("ui_tables", "reporting_ocp_cost_breakdown_p", "a table that the catalog of 217 tables lacks"),
    ("ui_tables", "reporting_ocp_gpu_summary_p", "a table that the catalog of 217 tables lacks"),
];

/// The section without what is excluded. An exclusion that excludes nothing is a failure.
pub(crate) fn without_excluded(section: &str, recorded: &Value) -> Value {
    let mut kept = recorded.clone();
    for (_, key, reason) in EXCLUDED.iter().filter(|(of, ..)| *of == section) {
        assert!(remove(&mut kept, key) > 0, "{section} has no {key} ({reason})");
    }
    if section == "ui_tables" {
        sort_rows(&mut kept);
    }
    kept
}

/// The recording lists rows of a table in no order.
fn sort_rows(tables: &mut Value) {
    let tables = tables.as_object_mut().expect("tables by name").values_mut();
    for rows in tables.filter_map(|table| table.get_mut("rows")?.as_array_mut()) {
        let text = |row: &Value, key: &str| row[key].as_str().map(str::to_owned);
        let keys = ["usage_start", "cluster_id", "namespace", "node", "persistentvolumeclaim", "storageclass"];
        rows.sort_by_key(|row| keys.map(|key| text(row, key)));
    }
}

fn remove(value: &mut Value, key: &str) -> usize {
    match value {
        Value::Object(members) => {
            let removed = usize::from(members.remove(key).is_some());
            removed + members.values_mut().map(|member| remove(member, key)).sum::<usize>()
        }
        Value::Array(members) => members.iter_mut().map(|member| remove(member, key)).sum(),
        _ => 0,
    }
}
