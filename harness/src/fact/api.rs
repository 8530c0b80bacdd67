//! What Koku's API answers in the name of a tenant.

use serde::{Deserialize, Serialize};

/// What one tenant's requests came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiFacts {
    /// One answer a request, in the order in which they were asked.
    pub answers: Vec<ApiAnswer>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiAnswer {
    /// The path that was asked for, with its query.
    pub path: String,
    /// The status.
    pub status: u16,
    /// Whether the body is a JSON object, as Koku's are.
    pub is_json: bool,
    /// How the body begins, on one line, secrets taken out.
    pub body: String,
}
