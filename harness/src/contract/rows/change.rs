//! What changed between two looks.

use serde_json::{Value, json};

use super::snapshot::Snapshot;
use crate::contract::case::RowsByTable;

/// The member of a changed row that lists its changed columns, as in the recordings.
pub(super) const CHANGED: &str = "__changed";

/// Rows that appeared or changed, and rows that went; tables of which none did are left out.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Changes {
    pub(crate) appeared: RowsByTable,
    pub(crate) gone: RowsByTable,
}

/// What changed from one look to the next.
pub(crate) fn changes(before: &Snapshot, after: &Snapshot) -> Changes {
    let mut changes = Changes::default();
    for (table, rows) in &after.0 {
        let earlier = before.0.get(table);
        let appeared = rows.iter().filter_map(|(key, row)| match earlier.and_then(|earlier| earlier.get(key)) {
            None => Some(row.clone()),
            Some(earlier) if earlier == row => None,
            Some(earlier) => Some(with_changed_columns(earlier, row)),
        });
        let appeared: Vec<Value> = appeared.collect();
        if !appeared.is_empty() {
            changes.appeared.insert(table.clone(), appeared);
        }
    }
    for (table, rows) in &before.0 {
        let later = after.0.get(table);
        let is_gone = |key: &String| later.is_none_or(|later| !later.contains_key(key));
        let gone: Vec<Value> = rows.iter().filter(|(key, _)| is_gone(key)).map(|(_, row)| row.clone()).collect();
        if !gone.is_empty() {
            changes.gone.insert(table.clone(), gone);
        }
    }
    changes
}

fn with_changed_columns(before: &Value, after: &Value) -> Value {
    let columns = after.as_object().into_iter().flatten().filter(|(name, value)| before[name.as_str()] != **value);
    let columns: Vec<&String> = columns.map(|(name, _)| name).collect();
    let mut row = after.clone();
    row[CHANGED] = json!(columns);
    row
}
