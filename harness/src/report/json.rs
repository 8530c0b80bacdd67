//! A report as JSON, and the schemas of what the harness writes.

use schemars::{Schema, schema_for};

use super::model::Report;
use crate::event::Event;

/// The report as indented JSON with a final newline: what `report.json` holds.
pub fn to_json(report: &Report) -> serde_json::Result<String> {
    Ok(serde_json::to_string_pretty(report)? + "\n")
}

/// The JSON schema of `report.json`.
#[must_use]
pub fn report_schema() -> Schema {
    schema_for!(Report)
}

/// The JSON schema of one line of `events.jsonl`.
#[must_use]
pub fn events_schema() -> Schema {
    schema_for!(Event)
}
