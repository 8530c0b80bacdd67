//! The layout of the catalog files.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::fact::object::OwnerKind;
use crate::fact::structure::Column;

/// A file such as `koku-17927df-217.json`.
#[derive(Debug, Deserialize)]
pub(super) struct RawCatalog {
    pub(super) measured_on: MeasuredOn,
    pub(super) extensions: Vec<RawExtension>,
    pub(super) schemas: RawSchemas,
}

#[derive(Debug, Deserialize)]
pub(super) struct MeasuredOn {
    pub(super) koku_commit: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawExtension {
    pub(super) name: String,
    pub(super) version: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawSchemas {
    pub(super) public: RawSchema,
    pub(super) tenant: RawSchema,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawSchema {
    pub(super) tables: BTreeMap<String, RawTable>,
    pub(super) sequences: Vec<RawSequence>,
    pub(super) functions: Vec<RawFunction>,
    pub(super) triggers: Vec<RawTrigger>,
    pub(super) seed: RawSeed,
}

/// The files keep no numbers of sequences: all are what PostgreSQL makes of the type, which a comparison of DDL made from the files with
/// the original showed.
#[derive(Debug, Deserialize)]
pub(super) struct RawSequence {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) data_type: String,
    pub(super) owned_by: Option<String>,
    pub(super) owner_kind: Option<OwnerKind>,
    #[serde(default)]
    pub(super) start: Option<i64>,
    #[serde(default)]
    pub(super) minimum: Option<i64>,
    #[serde(default)]
    pub(super) maximum: Option<i64>,
    #[serde(default)]
    pub(super) increment: Option<i64>,
    #[serde(default)]
    pub(super) cycle: bool,
}

/// That a function returns a set is part of what it returns.
#[derive(Debug, Deserialize)]
pub(super) struct RawFunction {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) arguments: String,
    pub(super) returns: Option<String>,
    pub(super) language: String,
    pub(super) volatility: String,
    #[serde(default)]
    pub(super) strict: bool,
}

/// Its name is part of its definition.
#[derive(Debug, Deserialize)]
pub(super) struct RawTrigger {
    pub(super) table: String,
    pub(super) definition: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RawKind {
    Table,
    Partitioned,
    Partition,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawTable {
    pub(super) kind: RawKind,
    #[serde(default)]
    pub(super) columns: Vec<RawColumn>,
    #[serde(default)]
    pub(super) primary_key: Vec<String>,
    #[serde(default)]
    pub(super) unique: Vec<String>,
    #[serde(default)]
    pub(super) checks: Vec<String>,
    #[serde(default)]
    pub(super) foreign_keys: Vec<String>,
    #[serde(default)]
    pub(super) indexes: Vec<String>,
    pub(super) partition_key: Option<String>,
    pub(super) partition_of: Option<String>,
    pub(super) bound: Option<String>,
}

/// `[name, type]` or `[name, type, {not_null, default, identity}]`.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Vec<Value>")]
pub(super) struct RawColumn(pub(super) Column);

#[derive(Debug, Default, Deserialize)]
struct RawColumnTraits {
    #[serde(default)]
    not_null: bool,
    default: Option<String>,
    identity: Option<String>,
}

impl TryFrom<Vec<Value>> for RawColumn {
    type Error = String;

    fn try_from(parts: Vec<Value>) -> Result<Self, String> {
        let mut parts = parts.into_iter();
        let mut text = || parts.next().and_then(|part| part.as_str().map(str::to_owned));
        let (Some(name), Some(data_type)) = (text(), text()) else {
            return Err("a column is [name, type, {…}]".to_owned());
        };
        let traits = match parts.next() {
            Some(value) => serde_json::from_value(value).map_err(|error| format!("column {name}: {error}"))?,
            None => RawColumnTraits::default(),
        };
        let RawColumnTraits { not_null, default, identity } = traits;
        Ok(Self(Column { name, data_type, not_null, default, identity }))
    }
}

/// What a fresh migration leaves behind in a schema.
#[derive(Debug, Deserialize)]
pub(super) struct RawSeed {
    pub(super) counts: BTreeMap<String, u64>,
    pub(super) migrations_in_order: Vec<(String, String)>,
}
