//! What became of one payload, from its upload on.

use serde::{Deserialize, Serialize};

use super::UsageFacts;

/// How the ingress answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadFact {
    /// The request, such as `ingress: POST http://…`.
    pub request: String,
    /// The status of the reply; 202 takes the payload in.
    pub status: u16,
    /// How the body begins, where the payload was refused.
    pub body: String,
}

/// What became of one payload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PayloadFacts {
    /// How the ingress answered.
    pub upload: UploadFact,
    /// Why the wait for its processing ended without it, if it did.
    pub stalled: Option<String>,
    /// What was seen afterwards.
    pub usage: UsageFacts,
}
