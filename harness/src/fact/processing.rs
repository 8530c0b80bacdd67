//! How far Koku came with everything that was ever sent to it, of all tenants at once: what can be seen without knowing what was
//! sent. What became of one payload is in [`crate::fact::usage`].

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::usage::{FileFact, ManifestFact};

/// What could be seen of processing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "seen", rename_all = "kebab-case")]
pub enum Processing {
    /// The shared tables that tell it are not there.
    NoTables,
    /// It could not be read.
    Unreadable {
        /// Why, as one text with its causes.
        why: String,
    },
    /// It was read.
    Read {
        /// By the provider's uuid; a provider to which nothing was ever sent is absent.
        providers: BTreeMap<Uuid, ProviderProcessing>,
    },
}

/// How far Koku came with what was sent of one provider.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ProviderProcessing {
    /// How many manifests there are.
    pub manifests: u64,
    /// How many of them were completed, without a failure.
    pub completed: u64,
    /// Those after which none was completed without a failure: open, or with a failed file or step. Older ones are what later
    /// payloads made good, or what nobody can mend any more.
    pub unfinished: Vec<Unfinished>,
    /// The months for which it has a report period in its tenant, in order.
    pub periods: Vec<Period>,
}

/// A manifest that did not come to a good end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unfinished {
    /// The manifest.
    pub manifest: ManifestFact,
    /// Its files, by name.
    pub files: Vec<FileFact>,
}

/// A report period of a cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Period {
    /// The cluster.
    pub cluster_id: String,
    /// The first moment of the month.
    pub start: DateTime<Utc>,
    /// When the daily summary was last made.
    pub summarised: Option<DateTime<Utc>>,
    /// Whether the daily summary has a row of it.
    pub has_rows: bool,
}

impl Processing {
    /// What was read.
    ///
    /// # Errors
    /// Why there is nothing, as one text.
    pub fn providers(&self) -> Result<&BTreeMap<Uuid, ProviderProcessing>, String> {
        match self {
            Self::Read { providers } => Ok(providers),
            Self::Unreadable { why } => Err(why.clone()),
            Self::NoTables => Err("public has no tables of manifests and files".to_owned()),
        }
    }
}
