//! Facts of usage: what became of a payload in a tenant's tables and in Koku's reports.

mod cost;
mod ingest;
mod measure;
mod report;
mod report_table;
mod summary;
mod upload;

use serde::{Deserialize, Serialize};

pub use cost::CostRow;
pub use ingest::{FileFact, FileState, IngestFacts, ManifestFact, OtherCluster, ReportPeriodFact};
pub use measure::{Measure, Measures};
pub use report::{GroupBy, Report, ReportFact, ReportQuery, Resolution, Scope};
pub use report_table::{ReportTable, ReportTableFact, ReportTableRow};
pub use summary::{DataSource, SummaryRow};
pub use upload::{PayloadFacts, UploadFact};

/// All that was seen of one cluster's usage in one tenant. What could not be looked at is an error of the observer, so an
/// empty list here means that there is nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UsageFacts {
    /// The tenant's schema.
    pub schema: String,
    /// The cluster that was looked for.
    pub cluster_id: String,
    /// The manifest row of the payload's uuid, if there is one.
    pub manifest: Option<ManifestFact>,
    /// The status rows of the manifest's files, by name.
    pub files: Vec<FileFact>,
    /// The report periods of the cluster.
    pub report_periods: Vec<ReportPeriodFact>,
    /// The cluster's rows of the daily summary, without rows of a cost model.
    pub summary_rows: Vec<SummaryRow>,
    /// The cluster's rows of the daily summary that a cost model made.
    pub cost_rows: Vec<CostRow>,
    /// The cluster's rows of the report tables, without rows of a cost model.
    pub report_tables: Vec<ReportTableFact>,
    /// What the reports answered. They cover all clusters of the tenant.
    pub reports: Vec<ReportFact>,
    /// Other clusters that have rows in the tenant's daily summary.
    pub other_clusters: Vec<OtherCluster>,
}
