//! The form of `koku-sources.json` and `koku-reports.json`; it is told in their `about`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::contract::case::{Body, Case, Dialect, Exchange, Kind, Reply, RowsByTable, Sent};

/// The headers that were recorded of every reply; one that is not told was not there.
const RECORDED_HEADERS: [&str; 4] = ["Allow", "Location", "Vary", "Cache-Control"];

/// A recording.
#[derive(Debug, Deserialize)]
pub(super) struct Recording {
    exchanges: Vec<RawExchange>,
}

#[derive(Debug, Deserialize)]
struct RawExchange {
    id: String,
    dialect: Dialect,
    status: Kind,
    given: String,
    request: Option<RawRequest>,
    response: Option<RawReply>,
    rows: Option<RowsByTable>,
    rows_of_all_in_parallel: Option<RowsByTable>,
    #[serde(default)]
    rows_deleted: RowsByTable,
    #[serde(default)]
    parallel_with: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct RawRequest {
    method: String,
    path: String,
    headers: BTreeMap<String, Value>,
    identity: Option<Value>,
    #[serde(default)]
    body: Value,
    body_raw: Option<String>,
}

#[derive(Debug, Deserialize)]
struct RawReply {
    status: u16,
    content_type: Option<String>,
    headers: BTreeMap<String, String>,
    body: Value,
}

impl Recording {
    /// Its cases.
    pub(super) fn into_exchanges(self) -> Vec<Exchange> {
        let mut firsts = Vec::new();
        let exchanges = self.exchanges.into_iter().map(|raw| {
            let sent_with = raw.parallel_with.first().filter(|other| !firsts.contains(*other)).cloned();
            firsts.push(raw.id.clone());
            raw.into_exchange(sent_with)
        });
        exchanges.collect()
    }
}

impl RawExchange {
    fn into_exchange(self, sent_with: Option<String>) -> Exchange {
        let is_json = self.response.as_ref().and_then(|reply| reply.content_type.as_deref());
        let is_json = is_json.is_some_and(|content_type| content_type.contains("json"));
        let case = Case {
            id: self.id,
            kind: self.status,
            dialect: self.dialect,
            given: self.given,
            day: None,
            not_kept: None,
        };
        Exchange {
            sent: self.request.map(RawRequest::into_sent),
            sent_with,
            reply: self.response.map(|reply| reply.into_reply(is_json)),
            rows: self.rows.or(self.rows_of_all_in_parallel),
            rows_deleted: self.rows_deleted,
            ..Exchange::of(case)
        }
    }
}

impl RawRequest {
    fn into_sent(self) -> Sent {
        let body = match (self.body_raw, self.body) {
            (Some(text), _) if text.is_empty() => Body::Empty,
            (Some(text), _) => Body::Text(text),
            (None, Value::Null) => Body::Empty,
            (None, body) => Body::Json(body),
        };
        Sent { method: self.method, path: self.path, headers: self.headers, identity: self.identity, body }
    }
}

impl RawReply {
    fn into_reply(self, is_json: bool) -> Reply {
        let mut headers: BTreeMap<String, Option<String>> =
            RECORDED_HEADERS.iter().map(|name| ((*name).to_owned(), self.headers.get(*name).cloned())).collect();
        headers.insert("Content-Type".to_owned(), self.content_type);
        let body = match self.body {
            Value::Null => Body::Empty,
            Value::String(text) if !is_json => Body::Text(text),
            body => Body::Json(body),
        };
        Reply { status: self.status, headers, body }
    }
}
