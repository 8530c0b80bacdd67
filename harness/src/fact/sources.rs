//! What the Sources API answered and reports of one source.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What became of one source, as its API tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFacts {
    /// The request that was to make it, such as `POST /api/sources/v3.1/sources`.
    pub request: String,
    /// The status of the reply, where one came.
    pub status: Option<u16>,
    /// The beginning of the reply's body, secrets taken out.
    pub body: String,
    /// Whether the reply was a list without entries, where a source had to be.
    pub empty_list: bool,
    /// What came instead of a reply that says that the source was made, where it is there all the same.
    pub unreported: Option<UnreportedFacts>,
    /// How long the reply took, in milliseconds, where the source was made.
    pub elapsed_ms: Option<u64>,
    /// The id in the reply, where it had one.
    pub id: Option<String>,
    /// The uuid in the reply, where it had one.
    pub uuid: Option<String>,
    /// Its applications as the API lists them; `None` when the dialect has none of its own.
    pub applications: Option<Vec<ApplicationFacts>>,
}

/// What came instead of a reply that says that a source was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreportedFacts {
    /// What came, in words.
    pub problem: String,
    /// Whether it is only that no reply came in time.
    pub late: bool,
}

/// One application of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationFacts {
    /// Its id.
    pub id: String,
    /// The name of its type, such as `/insights/platform/cost-management`.
    pub type_name: String,
    /// What it carries, such as `bucket`.
    pub extra: BTreeMap<String, String>,
    /// `available`, `unavailable`, or nothing yet.
    pub availability: Option<String>,
}
