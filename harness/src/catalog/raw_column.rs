//! A column, which the files write as `[name, type]` or `[name, type, {not_null, default, identity}]`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::fact::structure::Column;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Value>", into = "Vec<Value>")]
pub(super) struct RawColumn(pub(super) Column);

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawColumnTraits {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_null: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
        Ok(Self(Column { name, data_type, not_null: not_null.unwrap_or_default(), default, identity }))
    }
}

impl From<RawColumn> for Vec<Value> {
    fn from(RawColumn(column): RawColumn) -> Self {
        let Column { name, data_type, not_null, default, identity } = column;
        let traits = RawColumnTraits { not_null: not_null.then_some(true), default, identity };
        let mut parts = vec![Value::String(name), Value::String(data_type)];
        if traits != RawColumnTraits::default() {
            parts.push(json!(traits));
        }
        parts
    }
}
