//! Why a release could not be looked at.

use std::time::Duration;

/// Why a watch could not begin.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The API server refuses.
    #[error("cannot list and watch {kind} in namespace {namespace}")]
    Refused {
        /// The kind, in the plural.
        kind: String,
        /// The namespace.
        namespace: String,
        /// The API server's own words.
        #[source]
        source: Box<kube::runtime::watcher::Error>,
    },
    /// The API server does not answer in time.
    #[error("the API server did not list the objects of namespace {namespace} within {} s", allowed.as_secs())]
    TooLate {
        /// The namespace.
        namespace: String,
        /// How long it had.
        allowed: Duration,
    },
}

/// Why what a chart renders to cannot be understood.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It is no YAML.
    #[error("the rendered chart is not YAML")]
    NoYaml(#[from] serde_yaml::Error),
    /// A hook's weight is no number.
    #[error("{object}: its hook weight {weight:?} is not a whole number")]
    Weight {
        /// The object, as `Kind/name`.
        object: String,
        /// What stands there.
        weight: String,
    },
}
