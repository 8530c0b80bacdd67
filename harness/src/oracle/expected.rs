//! What is expected of a payload.

use chrono::NaiveDate;

use super::cost_model::CostModel;
use super::costs;
use super::error::OracleError;
use super::resend::{Held, summarised_days};
use super::summary::{self, Cluster, Read};
use crate::fact::usage::{CostRow, SummaryRow};
use crate::payload::{FileKind, Payload, PayloadFile};

/// What must be known beside the payload's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inputs {
    /// The name of the source. Koku writes it into every row; where one cluster id is registered in two orgs, it may be
    /// the other's name (facts, golden case f), so that it is no matter of the payload.
    pub cluster_alias: String,
    /// The order in which the days of a file are visited. It matters where days are sent again.
    pub day_order: DayOrder,
    /// What becomes of days that are sent again.
    pub resending: Resending,
    /// What usage costs, where the source has a cost model.
    pub cost_model: Option<CostModel>,
}

impl Inputs {
    /// A source of this name, all else as usual: the first day first, and as Koku does.
    #[must_use]
    pub fn of_source(cluster_alias: impl Into<String>) -> Self {
        let cluster_alias = cluster_alias.into();
        Self { cluster_alias, day_order: DayOrder::default(), resending: Resending::default(), cost_model: None }
    }
}

/// The order in which the days of a file are visited. In Koku it is that of a Python set, random per process; source: measured
/// on Koku 768be82, golden case d.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DayOrder {
    /// The first day first.
    #[default]
    Ascending,
    /// The last day first.
    Descending,
}

/// What becomes of days that are sent again under another uuid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Resending {
    /// What Koku 768be82 does: a payload of an operator that resends whole days replaces a day of which it covers more hours,
    /// and its first other day ends the file; any other payload adds to what is there.
    #[default]
    AsKoku,
    /// What its users are told: whoever sends a day again, it counts once, as the payload has it that covers most hours of it
    /// and came first.
    EachDayOnce,
}

/// What Koku must store of the payloads of a cluster, without enabled tags.
///
/// Everything else follows from these rows: [`Expected::totals`], [`Expected::report_tables`], [`Expected::report`].
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    /// The cluster.
    pub cluster_id: String,
    /// The name of the source.
    pub cluster_alias: String,
    /// The rows of the daily summary, in order of day, source, namespace, node, claim and volume.
    pub summary_rows: Vec<SummaryRow>,
    /// What they cost; none without a cost model.
    pub cost_rows: Vec<CostRow>,
}

impl Expected {
    /// The first and the last day with rows.
    #[must_use]
    pub fn days(&self) -> Option<(NaiveDate, NaiveDate)> {
        let days = || self.summary_rows.iter().map(|row| row.usage_start);
        Some((days().min()?, days().max()?))
    }
}

/// Computes what Koku must store of this payload, for a cluster that had none before. It reads each file once, row by row.
///
/// Koku summarises the days from start to end of the manifest only; other days are not expected.
pub fn expect(payload: &Payload, inputs: &Inputs) -> Result<Expected, OracleError> {
    let days = summarised_days(payload.manifest())?;
    let mut read = Read::default();
    for file in payload.files() {
        read.file(file, |day| days.contains(&day))?;
    }
    expected(read, payload.manifest().cluster_id(), inputs)
}

/// Computes what Koku must store after these payloads of one cluster, in the order in which they were sent. A uuid that stands
/// in it again is the same upload again.
pub fn expect_sequence(payloads: &[Payload], inputs: &Inputs) -> Result<Expected, OracleError> {
    let (first, more) = match payloads {
        [] => return Err(OracleError::NothingExpected),
        // Nothing is sent again, so that no days need be told apart beforehand.
        [only] => return expect(only, inputs),
        [first, more @ ..] => (first, more),
    };
    let cluster_id = first.manifest().cluster_id();
    if let Some(other) = more.iter().map(|payload| payload.manifest().cluster_id()).find(|other| *other != cluster_id) {
        return Err(OracleError::OtherCluster { first: cluster_id.to_owned(), other: other.to_owned() });
    }
    let held = Held::after(payloads, inputs)?;
    let mut read = Read::default();
    for (index, payload) in payloads.iter().enumerate() {
        for (place, file) in payload.files().iter().enumerate() {
            if let Some(days) = held.days((index, place)) {
                read.file(file, |day| days.contains(&day))?;
            }
        }
    }
    expected(read, cluster_id, inputs)
}

impl Read {
    /// Adds the rows of a file that are of days which are summarised.
    fn file(&mut self, file: &PayloadFile, summarised: impl Fn(i32) -> bool) -> Result<(), OracleError> {
        match file.kind {
            FileKind::PodUsage => self.pods.read(file, &mut self.symbols, summarised),
            FileKind::StorageUsage => self.volumes.read(file, &mut self.symbols, summarised),
            FileKind::NodeLabels => self.roles.read(file, &mut self.symbols),
            // Labels enter the summary only where their keys are enabled; other files have no numbers in it.
            FileKind::NamespaceLabels | FileKind::ResourceOptimization => Ok(()),
            FileKind::VmUsage | FileKind::GpuUsage => {
                Err(OracleError::KindWithoutFormulas { file: file.name.clone(), kind: file.kind.name() })
            }
        }
    }
}

fn expected(read: Read, cluster_id: &str, inputs: &Inputs) -> Result<Expected, OracleError> {
    let cluster = Cluster { id: cluster_id, alias: &inputs.cluster_alias };
    let summary_rows = summary::rows(read, &cluster)?;
    if summary_rows.is_empty() {
        return Err(OracleError::NothingExpected);
    }
    let cost_rows = inputs.cost_model.as_ref().map(|model| costs::rows(&summary_rows, model)).unwrap_or_default();
    let cluster_alias = inputs.cluster_alias.clone();
    Ok(Expected { cluster_id: cluster_id.to_owned(), cluster_alias, summary_rows, cost_rows })
}
