//! What a fresh migration leaves behind in a schema, as rows: what a catalog keeps of it.

use std::collections::BTreeMap;

use serde_json::Value;

/// What was read of one schema. See [`DatabaseObserver::seed`](crate::observer::database::DatabaseObserver::seed).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SeedFacts {
    /// The migrations, as app and name, in the order in which they were applied.
    pub migrations: Vec<(String, String)>,
    /// Rows by table, of each that has any.
    pub counts: BTreeMap<String, u64>,
    /// The last value of each sequence that such a table owns and that was used.
    pub sequences: BTreeMap<String, i64>,
    /// The rows themselves, of the tables where they were asked for.
    pub rows: BTreeMap<String, SeedRows>,
}

/// The rows of one table, sorted by its primary key. `{schema}` stands for the schema's name, `{now}` for any time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeedRows {
    /// The columns, in the order of the values.
    pub columns: Vec<String>,
    /// One list of values a row.
    pub rows: Vec<Vec<Value>>,
}
