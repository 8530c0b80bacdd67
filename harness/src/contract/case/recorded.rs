//! A recorded request and the reply to it.

use std::collections::BTreeMap;

use serde_json::Value;

/// Rows by table; `<schema>.<table>` where the table is a tenant's.
pub type RowsByTable = BTreeMap<String, Vec<Value>>;

/// A recorded request.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// GET, POST, …; KAFKA for a message on the topic `path`.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Headers; a value may be `{"base64_of": …}`.
    pub headers: BTreeMap<String, Value>,
    /// The decoded `x-rh-identity`.
    pub identity: Option<Value>,
    /// The body.
    pub body: Body,
}

/// A body as it was sent or came back.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// None, or an empty one.
    Empty,
    /// JSON, compared member by member.
    Json(Value),
    /// Anything else.
    Text(String),
}

/// A recorded reply.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers that were recorded; `None` is one that was recorded as absent.
    pub headers: BTreeMap<String, Option<String>>,
    /// The body.
    pub body: Body,
}
