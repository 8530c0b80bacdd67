//! What is expected of a payload.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};

use super::error::OracleError;
use super::summary::{self, Cluster, Read};
use crate::fact::usage::SummaryRow;
use crate::payload::{FileKind, Payload};

/// What must be known beside the payload's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inputs {
    /// The name of the source. Koku writes it into every row; where one cluster id is registered in two orgs, it may be
    /// the other's name (facts, golden case f), so that it is no matter of the payload.
    pub cluster_alias: String,
}

/// What Koku must store of one payload of a cluster that had none before, without cost model and enabled tags.
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
}

impl Expected {
    /// The first and the last day with rows.
    #[must_use]
    pub fn days(&self) -> Option<(NaiveDate, NaiveDate)> {
        let days = || self.summary_rows.iter().map(|row| row.usage_start);
        Some((days().min()?, days().max()?))
    }
}

/// Computes what Koku must store of this payload. It reads each file once, row by row.
///
/// Koku summarises the days from start to end of the manifest only; other days are not expected.
pub fn expect(payload: &Payload, inputs: &Inputs) -> Result<Expected, OracleError> {
    let days = summarised_days(payload)?;
    let summarised = |day: i32| days.contains(&day);
    let mut read = Read::default();
    for file in payload.files() {
        match file.kind {
            FileKind::PodUsage => read.pods.read(file, &mut read.symbols, summarised)?,
            FileKind::StorageUsage => read.volumes.read(file, &mut read.symbols, summarised)?,
            FileKind::NodeLabels => read.roles.read(file, &mut read.symbols)?,
            // Labels enter the summary only where their keys are enabled; other files have no numbers in it.
            FileKind::NamespaceLabels | FileKind::ResourceOptimization => {}
            FileKind::VmUsage | FileKind::GpuUsage => {
                return Err(OracleError::KindWithoutFormulas { file: file.name.clone(), kind: file.kind.name() });
            }
        }
    }
    let cluster = Cluster { id: payload.manifest().cluster_id(), alias: &inputs.cluster_alias };
    let summary_rows = summary::rows(read, &cluster)?;
    if summary_rows.is_empty() {
        return Err(OracleError::NothingExpected);
    }
    Ok(Expected { cluster_id: cluster.id.to_owned(), cluster_alias: inputs.cluster_alias.clone(), summary_rows })
}

/// The days that Koku summarises, as numbers.
fn summarised_days(payload: &Payload) -> Result<RangeInclusive<i32>, OracleError> {
    let manifest = payload.manifest();
    let start = manifest.start().ok_or(OracleError::NoRange("start"))?;
    let end = manifest.end().ok_or(OracleError::NoRange("end"))?;
    if end < start {
        return Err(OracleError::RangeReversed);
    }
    Ok(start.date_naive().num_days_from_ce()..=end.date_naive().num_days_from_ce())
}
