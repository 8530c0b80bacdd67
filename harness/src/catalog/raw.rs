//! The layout of the catalog files: what is read and what is written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::raw_column::RawColumn;
use crate::fact::object::OwnerKind;

/// A file such as `koku-17927df-217.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCatalog {
    pub(super) about: String,
    pub(super) measured_on: MeasuredOn,
    pub(super) extensions: Vec<RawExtension>,
    pub(super) schemas: RawSchemas,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MeasuredOn {
    pub(super) server_version: String,
    pub(super) koku_commit: String,
    /// How it came about, where `catalog capture` wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) captured: Option<Captured>,
}

/// What `catalog capture` notes of its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Captured {
    /// The version of the command.
    pub(super) by: String,
    /// The database's name.
    pub(super) database: String,
    /// The schema that became the catalog's tenant.
    pub(super) tenant: String,
    /// The server's clock then (UTC).
    pub(super) at: chrono::DateTime<chrono::Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExtension {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) schema: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSchemas {
    pub(super) public: RawSchema,
    pub(super) tenant: RawSchema,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSchema {
    /// Numbers that were measured by queries of their own, for tests to compare with; a captured catalog has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) counts: Option<Value>,
    pub(super) sequences: Vec<RawSequence>,
    pub(super) functions: Vec<RawFunction>,
    pub(super) triggers: Vec<RawTrigger>,
    pub(super) seed: RawSeed,
    pub(super) tables: BTreeMap<String, RawTable>,
}

/// The numbers of a sequence are left out where they are what PostgreSQL makes of the type, which in the measured catalogs all are: a
/// comparison of DDL made from the files with the original showed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSequence {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) data_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) owned_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) owner_kind: Option<OwnerKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) start: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) minimum: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) maximum: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) increment: Option<i64>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) cycle: bool,
}

/// That a function returns a set is part of what it returns too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFunction {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) arguments: String,
    pub(super) returns: Option<String>,
    pub(super) language: String,
    pub(super) volatility: String,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) strict: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) returns_set: bool,
}

/// Its name is part of its definition too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTrigger {
    pub(super) table: String,
    pub(super) name: String,
    pub(super) definition: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RawKind {
    Table,
    Partitioned,
    Partition,
}

/// A partition has kind, parent and bound only: all else is its parent's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTable {
    pub(super) kind: RawKind,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) columns: Vec<RawColumn>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) primary_key: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) unique: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) checks: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) foreign_keys: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) indexes: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) partition_key: Option<String>,
    /// The first word of `partition_key`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) partition_strategy: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) partition_of: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) bound: Option<String>,
}

/// What a fresh migration leaves behind in a schema.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSeed {
    /// Rows by table, of each that has any.
    pub(super) counts: BTreeMap<String, u64>,
    /// The last value of each sequence that was used.
    pub(super) sequences: BTreeMap<String, i64>,
    pub(super) migrations_in_order: Vec<(String, String)>,
    /// The rows themselves, of tables where a stand-in needs them. `{schema}` is the schema's name, `{now}` the time of the migration.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) rows: BTreeMap<String, RawRows>,
}

/// Rows of one table, sorted by its primary key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRows {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<Value>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a function of a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}
