//! Providers are made through the Sources API, in either of its dialects.

mod dialect;
mod koku;
mod list;
mod making;
mod platform;
mod removal;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use dialect::{Outlook, Sources};
pub use koku::{KOKU_BASE, KokuSources};
pub use platform::{PLATFORM_BASE, PlatformSources};
pub use removal::{SourceRemoval, source_types};

use crate::http::HttpError;

/// The type of application by which Cost Management hears of a source.
pub const COST_MANAGEMENT: &str = "/insights/platform/cost-management";

/// What kind of provider is wanted, with what tells it apart from others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ProviderKind {
    /// An `OpenShift` cluster.
    Ocp {
        /// The cluster's id, which payloads carry too.
        cluster_id: String,
    },
    /// An AWS account.
    Aws {
        /// The role that may read the reports.
        role_arn: String,
        /// The bucket that holds them.
        bucket: String,
    },
}

/// A provider to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSource {
    /// The source's name, unique in its tenant.
    pub name: String,
    /// What it is.
    pub kind: ProviderKind,
}

/// What the Sources API gave for a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CreatedSource {
    /// The source's id there.
    pub source_id: String,
    /// The id of its application for cost management, where the dialect keeps applications.
    pub application_id: Option<String>,
    /// The request that made it, such as `POST /api/sources/v3.1/sources`.
    pub request: String,
    /// How long that request took, in milliseconds.
    pub elapsed_ms: u64,
    /// What came instead of a reply that says that it was made.
    pub unreported: Option<Unreported>,
}

/// What came instead of a reply that says that something was made, which is there all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unreported {
    /// The status, where one came.
    pub status: Option<u16>,
    /// What came.
    pub problem: String,
    /// Whether it is only that no reply came in time.
    pub late: bool,
}

/// Why a provider could not be made through the Sources API.
#[derive(Debug, thiserror::Error)]
pub enum SourcesError {
    /// A request that looks something up, or removes it, failed.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// A request that makes something failed or was refused.
    #[error(transparent)]
    NotMade(HttpError),
    /// A request that makes a source was answered as if it had asked for the list of sources: nothing was made.
    #[error(transparent)]
    Misreported(HttpError),
    /// A type that the API must know is not in its list; ids differ from database to database, so names are looked up.
    #[error("the Sources API lists no {what} named {name} (it lists: {known}); its seeding is incomplete")]
    UnknownType {
        /// Source type or application type.
        what: &'static str,
        /// The name that was looked for.
        name: &'static str,
        /// What it does list.
        known: String,
    },
}
