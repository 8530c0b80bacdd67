//! What a person says of a system that runs already.

use url::Url;

use crate::scenario::plan::GivenTenant;
use crate::secret::SecretUrl;

/// A system that runs already.
#[derive(Debug, Clone)]
pub struct System {
    /// Koku's database, as a role that can read all of it.
    pub database: SecretUrl,
    /// Koku's API.
    pub koku: Url,
    /// The Sources API.
    pub sources: Url,
    /// Where cost reports are uploaded.
    pub upload: Url,
    /// The profile that says how it behaves.
    pub profile: String,
    /// The tenant that it has already, where its tenants are made by a bootstrap job.
    pub tenant: GivenTenant,
    /// Whether whoever runs the harness owns the system, so that phases may act on it.
    pub owned: bool,
}
