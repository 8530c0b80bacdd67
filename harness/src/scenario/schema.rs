//! The JSON schema of scenario files.

use schemars::Schema;

use super::Scenario;

/// The schema, made from the model. `scenarios/schema.json` is this, written out.
#[must_use]
pub fn schema() -> Schema {
    schemars::schema_for!(Scenario)
}

/// The schema as the text of `scenarios/schema.json`.
pub fn schema_text() -> serde_json::Result<String> {
    serde_json::to_string_pretty(&schema()).map(|text| text + "\n")
}
