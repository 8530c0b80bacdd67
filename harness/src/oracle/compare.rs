//! Comparison of what was observed with what is expected. Pure: the checks of usage are built on it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::difference::{Difference, DifferenceKind, Place, Subject};
use super::expected::Expected;
use super::{body, json};
use crate::fact::usage::{
    CostRow, Measures, ReportFact, ReportTable, ReportTableFact, ReportTableRow, SummaryRow, UsageFacts,
};
use crate::number::Stored;

/// What came of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// How many expected values were looked at. A row that is missing counts with none.
    pub examined: usize,
    /// What differs.
    pub differences: Vec<Difference>,
}

impl Comparison {
    /// This comparison and another one.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.examined += other.examined;
        self.differences.extend(other.differences);
        self
    }

    /// The differences at places of this kind.
    pub fn at(&self, is_there: impl Fn(&Place) -> bool) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(move |difference| is_there(&difference.place))
    }
}

/// Compares one cluster's rows, in a tenant that has no other cluster, with what is expected: the daily summary, every
/// report table, every report that was asked. What was not observed (a table, a report) is not compared, and so adds
/// nothing to what was examined.
#[must_use]
pub fn compare(expected: &Expected, facts: &UsageFacts) -> Comparison {
    let reports = compare_reports(&[expected], &facts.reports);
    let summary = compare_summary(expected, &facts.summary_rows).and(compare_costs(expected, &facts.cost_rows));
    reports.and(summary).and(compare_report_tables(expected, &facts.report_tables))
}

/// Compares reports of a tenant that has these clusters and no other: reports cover all clusters of a tenant.
#[must_use]
pub fn compare_reports(clusters: &[&Expected], reports: &[ReportFact]) -> Comparison {
    let mut comparison = Comparison::default();
    for report in reports {
        let place = Place::Report(report.query.path());
        json::compare(&place, &body::body(clusters, &report.query), &report.body, &mut comparison);
    }
    comparison
}

/// Compares one cluster's rows of the daily summary.
#[must_use]
pub fn compare_summary(expected: &Expected, observed: &[SummaryRow]) -> Comparison {
    let mut comparison = Comparison::default();
    rows(&Place::Summary, &expected.summary_rows, observed, &mut comparison, |expected, observed, pair| {
        pair.measures(&expected.measures, &observed.measures);
        pair.text("cluster_id", Some(&expected.cluster_id), Some(&observed.cluster_id));
        pair.text("cluster_alias", expected.cluster_alias.as_ref(), observed.cluster_alias.as_ref());
        pair.text("resource_id", expected.resource_id.as_ref(), observed.resource_id.as_ref());
        pair.shown("usage_end", Some(expected.usage_end), Some(observed.usage_end));
        pair.shown("cost_category_id", expected.cost_category_id, observed.cost_category_id);
        pair.json("pod_labels", expected.pod_labels.as_ref(), observed.pod_labels.as_ref());
        pair.json("volume_labels", expected.volume_labels.as_ref(), observed.volume_labels.as_ref());
        pair.json("all_labels", expected.all_labels.as_ref(), observed.all_labels.as_ref());
        let (cost, other) = (&expected.infrastructure_usage_cost, &observed.infrastructure_usage_cost);
        pair.json("infrastructure_usage_cost", cost.as_ref(), other.as_ref());
    });
    comparison
}

/// Compares one cluster's costs in the daily summary. A row that costs nothing and one that is not there are the same; rows of
/// the same subject are added up.
#[must_use]
pub fn compare_costs(expected: &Expected, observed: &[CostRow]) -> Comparison {
    let mut comparison = Comparison::default();
    let mut amounts: BTreeMap<(Subject, &str), [Stored; 2]> = BTreeMap::new();
    for (side, rows) in [expected.cost_rows.as_slice(), observed].into_iter().enumerate() {
        for row in rows {
            for (column, amount) in row.amounts() {
                let sum = &mut amounts.entry((row.into(), column)).or_insert([Stored::ZERO; 2])[side];
                *sum = *sum + amount;
            }
        }
    }
    for ((subject, column), [expected, observed]) in amounts {
        comparison.examined += 1;
        if !expected.agrees_with(observed) {
            let mut pair = Pair { place: &Place::Summary, subject: &subject, comparison: &mut comparison };
            pair.differs(DifferenceKind::Value, column, &expected.to_string(), &observed.to_string());
        }
    }
    comparison
}

/// Compares one cluster's rows of those report tables that were observed.
#[must_use]
pub fn compare_report_tables(expected: &Expected, observed: &[ReportTableFact]) -> Comparison {
    let mut comparison = Comparison::default();
    let tables = expected.report_tables();
    for fact in observed {
        if let Some(expected) = tables.iter().find(|table| table.table == fact.table) {
            compare_table(expected, fact, &mut comparison);
        }
    }
    comparison
}

fn compare_table(expected: &ReportTableFact, observed: &ReportTableFact, comparison: &mut Comparison) {
    let place = Place::ReportTable(expected.table);
    let resources = |row: &ReportTableRow| {
        row.resource_ids.clone().map(|mut ids| {
            ids.sort_unstable();
            ids.join(" ")
        })
    };
    rows(&place, &expected.rows, &observed.rows, comparison, |expected, observed, pair| {
        pair.measures(&expected.measures, &observed.measures);
        pair.text("cluster_alias", expected.cluster_alias.as_ref(), observed.cluster_alias.as_ref());
        pair.shown("usage_end", Some(expected.usage_end), Some(observed.usage_end));
        pair.shown("resource_ids", resources(expected), resources(observed));
        pair.shown("resource_count", expected.resource_count, observed.resource_count);
        pair.shown("cost_category_id", expected.cost_category_id, observed.cost_category_id);
    });
    if expected.rows.is_empty() && observed.rows.is_empty() && is_empty_by_nature(expected.table) {
        // That a table has no row is a value too.
        comparison.examined += 1;
    }
}

fn is_empty_by_nature(table: ReportTable) -> bool {
    table.measures().is_empty()
}

/// Matches rows by subject and compares the pairs.
fn rows<Row>(
    place: &Place,
    expected: &[Row],
    observed: &[Row],
    comparison: &mut Comparison,
    mut compare: impl FnMut(&Row, &Row, &mut Pair<'_>),
) where
    for<'a> Subject: From<&'a Row>,
{
    let mut subjects: BTreeMap<Subject, (Vec<&Row>, Vec<&Row>)> = BTreeMap::new();
    for row in expected {
        subjects.entry(row.into()).or_default().0.push(row);
    }
    for row in observed {
        subjects.entry(row.into()).or_default().1.push(row);
    }
    for (subject, (expected, observed)) in subjects {
        let mut pair = Pair { place, subject: &subject, comparison };
        let kind = match (expected.len(), observed.len()) {
            (_, 0) => Some(DifferenceKind::Missing),
            (0, _) => Some(DifferenceKind::Unexpected),
            (wanted, found) if wanted != found => Some(DifferenceKind::Repeated),
            _ => None,
        };
        if let Some(kind) = kind {
            pair.differs(kind, "", &expected.len().to_string(), &observed.len().to_string());
        }
        for (expected, observed) in expected.into_iter().zip(observed) {
            compare(expected, observed, &mut pair);
        }
    }
}

/// Two rows that should be the same.
struct Pair<'a> {
    place: &'a Place,
    subject: &'a Subject,
    comparison: &'a mut Comparison,
}

impl Pair<'_> {
    fn measures(&mut self, expected: &Measures, observed: &Measures) {
        let columns: std::collections::BTreeSet<_> = expected.keys().chain(observed.keys()).collect();
        for measure in columns {
            self.comparison.examined += 1;
            let (wanted, found) = (expected.get(measure), observed.get(measure));
            let agree = matches!((wanted, found), (Some(wanted), Some(found)) if wanted.agrees_with(*found));
            if !agree {
                let shown = |number: Option<&_>| number.map_or_else(null, ToString::to_string);
                self.differs(DifferenceKind::Value, measure.column(), &shown(wanted), &shown(found));
            }
        }
    }

    fn text(&mut self, column: &str, expected: Option<&String>, observed: Option<&String>) {
        self.shown(column, expected, observed);
    }

    fn shown<T: PartialEq + ToString>(&mut self, column: &str, expected: Option<T>, observed: Option<T>) {
        self.comparison.examined += 1;
        if expected != observed {
            let shown = |value: Option<T>| value.map_or_else(null, |value| value.to_string());
            self.differs(DifferenceKind::Value, column, &shown(expected), &shown(observed));
        }
    }

    fn json(&mut self, column: &str, expected: Option<&Value>, observed: Option<&Value>) {
        self.comparison.examined += 1;
        let agree = match (expected, observed) {
            (None, None) => true,
            (Some(expected), Some(observed)) => {
                let mut inner = Comparison::default();
                json::compare(self.place, expected, observed, &mut inner);
                inner.differences.is_empty()
            }
            _ => false,
        };
        if !agree {
            let shown = |value: Option<&Value>| value.map_or_else(null, ToString::to_string);
            self.differs(DifferenceKind::Value, column, &shown(expected), &shown(observed));
        }
    }

    fn differs(&mut self, kind: DifferenceKind, column: &str, expected: &str, observed: &str) {
        self.comparison.differences.push(Difference {
            place: self.place.clone(),
            subject: self.subject.clone(),
            kind,
            column: column.to_owned(),
            expected: expected.to_owned(),
            observed: observed.to_owned(),
        });
    }
}

fn null() -> String {
    "NULL".to_owned()
}
