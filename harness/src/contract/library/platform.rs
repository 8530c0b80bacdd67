//! The form of `platform-sources.json`; its legend is in facts sources-http.md.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::contract::case::{Body, Case, Dialect, Exchange, Kind, Reply, Sent};

/// A recorded exchange.
#[derive(Debug, Deserialize)]
pub(super) struct RawExchange {
    id: String,
    dialect: Dialect,
    status: Kind,
    #[serde(default)]
    server_config: String,
    request: RawRequest,
    response: Option<RawReply>,
    events: Vec<Value>,
    availability_requests: Option<Vec<Value>>,
}

#[derive(Debug, Deserialize)]
struct RawRequest {
    method: String,
    path: String,
    #[serde(default)]
    headers: BTreeMap<String, Value>,
    identity: Option<Value>,
    #[serde(default)]
    body: Value,
    body_raw: Option<String>,
}

#[derive(Debug, Deserialize)]
struct RawReply {
    status: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<Value>,
    body_text: Option<String>,
}

impl RawExchange {
    /// The case.
    pub(super) fn into_exchange(self) -> Exchange {
        let events = self.events.iter().map(|event| {
            json!({ "topic": event["topic"], "key": event["key"], "headers": event["headers"], "value": event["value"] })
        });
        let case = Case {
            id: self.id,
            kind: self.status,
            dialect: self.dialect,
            given: self.server_config.clone(),
            day: None,
            not_kept: None,
        };
        Exchange {
            configuration: self.server_config,
            sent: Some(self.request.into_sent()),
            reply: self.response.and_then(RawReply::into_reply),
            events: Some(events.collect()),
            availability_requests: self.availability_requests,
            ..Exchange::of(case)
        }
    }
}

impl RawRequest {
    fn into_sent(self) -> Sent {
        let body = match (self.body_raw, self.body) {
            (Some(text), _) => Body::Text(text),
            (None, Value::Null) => Body::Empty,
            (None, body) => Body::Json(body),
        };
        Sent { method: self.method, path: self.path, headers: self.headers, identity: self.identity, body }
    }
}

impl RawReply {
    /// Nothing where many replies were counted instead of one being kept.
    fn into_reply(self) -> Option<Reply> {
        let body = match (self.body_text, self.body) {
            (Some(text), _) => Body::Text(text),
            (None, Some(body)) => Body::Json(body),
            (None, None) => Body::Empty,
        };
        let headers = self.headers.into_iter().map(|(name, value)| (name, Some(value))).collect();
        Some(Reply { status: self.status?, headers, body })
    }
}
