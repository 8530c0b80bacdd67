//! A case that is an upload, and what comes of it in the database.

use serde::Deserialize;
use serde_json::Value;

use super::exchange::Case;

/// An upload, and what must come of it.
#[derive(Debug, Clone, PartialEq)]
pub struct PayloadCase {
    /// What every case has.
    pub case: Case,
    /// Where the fact stands, for people.
    pub source: String,
    /// The name of what is done to the payload; see `payload::spoil`.
    pub fault: String,
    /// The org that has the cluster.
    pub registered: Registered,
    /// The org that sends the payload.
    pub sent_by: String,
    /// The content type of the file.
    pub content_type: String,
    /// Whether it is sent with an identity.
    pub with_identity: bool,
    /// The status of the ingress' reply.
    pub status: u16,
    /// The answer on the topic of validations: `success`, `failure`, or none where processing raised before it could answer.
    pub validation: Option<String>,
    /// What is looked at afterwards.
    pub observations: Vec<Observation>,
}

/// The org and the cluster that a payload is made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The org id.
    pub org_id: String,
    /// The cluster id, unique to the case.
    pub cluster_id: String,
    /// A number that is unique to the case, for the payload's uuid.
    pub number: usize,
}

/// A query and what it must give.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// What is looked at, for people.
    pub what: String,
    /// A query of one value of JSON. `{schema}` stands for the tenant's schema, `{cluster}` for the cluster id as a literal.
    pub sql: String,
    /// The value.
    pub expected: Value,
}
