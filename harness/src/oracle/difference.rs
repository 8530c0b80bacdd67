//! One thing that was observed otherwise than expected.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::namespace::is_reported;
use crate::fact::usage::{CostRow, DataSource, Measure, ReportTable, ReportTableRow, SummaryRow};

/// Where it was observed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// The daily summary.
    Summary,
    /// A report table.
    ReportTable(ReportTable),
    /// A report, by path and query.
    Report(String),
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Summary => formatter.write_str("reporting_ocpusagelineitem_daily_summary"),
            Self::ReportTable(table) => formatter.write_str(table.name()),
            Self::Report(path) => write!(formatter, "GET {path}"),
        }
    }
}

/// What it is about. What it does not depend on is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Subject {
    /// The day.
    pub day: Option<NaiveDate>,
    /// Pod or storage.
    pub data_source: Option<DataSource>,
    /// The namespace.
    pub namespace: Option<String>,
    /// The node.
    pub node: Option<String>,
    /// The claim.
    pub claim: Option<String>,
    /// The volume.
    pub volume: Option<String>,
    /// The storage class.
    pub storage_class: Option<String>,
    /// The type of a cost, and what of it is paid by the month.
    pub cost_type: Option<String>,
}

impl From<&SummaryRow> for Subject {
    fn from(row: &SummaryRow) -> Self {
        Self {
            day: Some(row.usage_start),
            data_source: Some(row.data_source),
            namespace: row.namespace.clone(),
            node: row.node.clone(),
            claim: row.persistentvolumeclaim.clone(),
            volume: row.persistentvolume.clone(),
            storage_class: row.storageclass.clone(),
            cost_type: None,
        }
    }
}

impl From<&ReportTableRow> for Subject {
    fn from(row: &ReportTableRow) -> Self {
        Self {
            day: Some(row.usage_start),
            data_source: row.data_source,
            namespace: row.namespace.clone(),
            node: row.node.clone(),
            claim: row.persistentvolumeclaim.clone(),
            volume: None,
            storage_class: row.storageclass.clone(),
            cost_type: None,
        }
    }
}

impl From<&CostRow> for Subject {
    fn from(row: &CostRow) -> Self {
        let monthly = row.monthly_type.iter().flat_map(|monthly| [" by ", monthly.as_str()]);
        Self {
            day: Some(row.usage_start),
            data_source: Some(row.data_source),
            namespace: row.namespace.clone(),
            node: row.node.clone(),
            claim: row.persistentvolumeclaim.clone(),
            volume: row.persistentvolume.clone(),
            storage_class: row.storageclass.clone(),
            cost_type: Some([row.rate_type.as_str()].into_iter().chain(monthly).collect()),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            ("day", self.day.map(|day| day.to_string())),
            ("source", self.data_source.map(|source| source.to_string())),
            ("namespace", self.namespace.clone()),
            ("node", self.node.clone()),
            ("claim", self.claim.clone()),
            ("volume", self.volume.clone()),
            ("storage class", self.storage_class.clone()),
            ("cost", self.cost_type.clone()),
        ];
        let parts = parts.iter().filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?)));
        let text = parts.collect::<Vec<_>>().join(", ");
        formatter.write_str(if text.is_empty() { "all days" } else { &text })
    }
}

/// In which way it differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// A row or an entry is not there.
    Missing,
    /// A row or an entry is there that should not be.
    Unexpected,
    /// A row is there more often than it should.
    Repeated,
    /// A value is another.
    Value,
}

/// One thing that was observed otherwise than expected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Where.
    pub place: Place,
    /// Of what.
    pub subject: Subject,
    /// In which way.
    pub kind: DifferenceKind,
    /// The column, or the path of the value in a report's body; empty where the whole row is meant.
    pub column: String,
    /// What is expected, as text.
    pub expected: String,
    /// What was observed, as text.
    pub observed: String,
}

impl Difference {
    /// Whether it is about a capacity, of node, cluster or claim, rather than about usage.
    #[must_use]
    pub fn is_capacity(&self) -> bool {
        self.column.contains("capacity")
    }

    /// Whether it is about an amount of usage: a column of numbers that is no capacity, or a row that is there more than once.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        let is_number = || Measure::all().any(|measure| measure.column() == self.column);
        match self.kind {
            DifferenceKind::Repeated => true,
            DifferenceKind::Value => is_number() && !self.is_capacity(),
            DifferenceKind::Missing | DifferenceKind::Unexpected => false,
        }
    }

    /// Whether it is about what no pod took: that follows from what pods took.
    #[must_use]
    pub fn is_of_unallocated(&self) -> bool {
        !is_reported(self.subject.namespace.as_deref())
    }

    /// Whether it is about a row or an entry that is missing.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.kind == DifferenceKind::Missing
    }

    /// How many times over the expected number was observed, when it is a whole number of times and at least twice: the mark
    /// of a payload that was taken in more than once.
    #[must_use]
    pub fn times_over(&self) -> Option<u32> {
        let (expected, observed): (f64, f64) = (self.expected.parse().ok()?, self.observed.parse().ok()?);
        let times = (observed / expected).round();
        let is_whole = expected > 0.0 && (2.0..100.0).contains(&times);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 2 and 100")]
        (is_whole && crate::number::doubles_agree(expected * times, observed)).then_some(times as u32)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, subject, column, expected, observed, .. } = self;
        match self.kind {
            DifferenceKind::Missing => write!(formatter, "{place}: nothing for {subject}"),
            DifferenceKind::Unexpected => write!(formatter, "{place}: an unexpected row for {subject}"),
            DifferenceKind::Repeated => {
                write!(formatter, "{place}: {observed} rows for {subject}, expected {expected}")
            }
            DifferenceKind::Value => {
                write!(formatter, "{place}: {column} for {subject} is {observed}, expected {expected}")
            }
        }
    }
}
