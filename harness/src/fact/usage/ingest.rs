//! How far Koku came with a payload.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A row of `reporting_common_costusagereportmanifest`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ManifestFact {
    /// Koku's number of the manifest.
    pub id: i32,
    /// The payload's uuid.
    pub assembly_id: String,
    /// The cluster.
    pub cluster_id: Option<String>,
    /// How many files the payload has.
    pub num_total_files: i32,
    /// The provider that the payload was taken for.
    pub provider_id: Option<Uuid>,
    /// When the payload was taken.
    pub creation_datetime: Option<DateTime<Utc>>,
    /// When all was done. Absent as long as something is missing.
    pub completed_datetime: Option<DateTime<Utc>>,
    /// Start, end or failure of download, processing and summary, as Koku keeps them.
    pub state: serde_json::Value,
}

impl ManifestFact {
    /// The steps of processing that its state calls failed.
    pub fn failed_steps(&self) -> impl Iterator<Item = &str> {
        let steps = self.state.as_object().into_iter().flatten();
        let failed = steps.filter(|(_, step)| step.get("failed").is_some_and(|at| !at.is_null()));
        failed.map(|(name, _)| name.as_str())
    }
}

/// How far a file came. Source: facts `koku.md` §7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileState {
    /// 1: all its rows are in.
    Done,
    /// 2: it failed.
    Failed,
    /// 3: it is awaited.
    Downloading,
    /// 4: it is being processed.
    Processing,
    /// 5: costs of a cloud are being matched.
    CloudProcessing,
    /// A number that Koku 768be82 does not use.
    Unknown(i32),
}

impl From<i32> for FileState {
    fn from(number: i32) -> Self {
        match number {
            1 => Self::Done,
            2 => Self::Failed,
            3 => Self::Downloading,
            4 => Self::Processing,
            5 => Self::CloudProcessing,
            other => Self::Unknown(other),
        }
    }
}

/// A row of `reporting_common_costusagereportstatus`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileFact {
    /// The file's name.
    pub name: String,
    /// How far it came.
    pub state: FileState,
    /// Why it failed, as Koku's number.
    pub failed_status: Option<i32>,
    /// When it was done.
    pub completed_datetime: Option<DateTime<Utc>>,
}

/// How far a payload came: its manifest, if Koku made one, and the manifest's files.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct IngestFacts {
    /// The manifest row of the payload's uuid, if there is one.
    pub manifest: Option<ManifestFact>,
    /// The status rows of its files, by name.
    pub files: Vec<FileFact>,
}

/// A row of `reporting_ocpusagereportperiod`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportPeriodFact {
    /// The name of the source.
    pub cluster_alias: Option<String>,
    /// The first moment of the month.
    pub report_period_start: DateTime<Utc>,
    /// The first moment of the next month.
    pub report_period_end: DateTime<Utc>,
    /// When the daily summary was last made.
    pub summary_data_updated_datetime: Option<DateTime<Utc>>,
    /// When costs were last computed.
    pub derived_cost_datetime: Option<DateTime<Utc>>,
}

/// Another cluster that has rows in the tenant's daily summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherCluster {
    /// The cluster.
    pub cluster_id: String,
    /// How many rows.
    pub rows: i64,
}
