//! Totals over rows of the daily summary: exact decimal sums of stored values.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::expected::Expected;
use super::namespace::is_reported;
use crate::fact::usage::{DataSource, Measure, Measures, SummaryRow};
use crate::number::Stored;

/// A total, and what it is the total of. What it is not divided by is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Total {
    /// The day.
    pub usage_start: Option<NaiveDate>,
    /// Pod or storage.
    pub data_source: Option<DataSource>,
    /// The namespace.
    pub namespace: Option<String>,
    /// The node.
    pub node: Option<String>,
    /// How many rows were summed; none for a capacity, which is no sum.
    pub rows: Option<usize>,
    /// The numbers.
    pub measures: Measures,
}

/// The totals of a payload, each list in order of its keys. What no pod took is counted apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// By day and source.
    pub usage_per_day_without_unallocated: Vec<Total>,
    /// By source.
    pub usage_per_month_without_unallocated: Vec<Total>,
    /// What no pod took, by day and namespace.
    pub usage_per_day_unallocated: Vec<Total>,
    /// What no pod took, by namespace.
    pub usage_per_month_unallocated: Vec<Total>,
    /// All rows.
    pub usage_per_month_all: Vec<Total>,
    /// By source and namespace, with what no pod took.
    pub usage_per_namespace: Vec<Total>,
    /// By source and node.
    pub usage_per_node: Vec<Total>,
    /// By day.
    pub cluster_capacity_per_day: Vec<Total>,
    /// By day and node.
    pub node_capacity_per_day: Vec<Total>,
}

impl Expected {
    /// The totals over all rows.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let rows = &self.summary_rows;
        let taken = || rows.iter().filter(|row| is_reported(row.namespace.as_deref()));
        let unallocated = || rows.iter().filter(|row| !is_reported(row.namespace.as_deref()));
        let (day, source) = (Key::day as KeyOf, Key::source as KeyOf);
        let (namespace, node) = (Key::namespace as KeyOf, Key::node as KeyOf);
        Totals {
            usage_per_day_without_unallocated: sums(taken(), &[day, source]),
            usage_per_month_without_unallocated: sums(taken(), &[source]),
            usage_per_day_unallocated: sums(unallocated(), &[day, namespace]),
            usage_per_month_unallocated: sums(unallocated(), &[namespace]),
            usage_per_month_all: sums(rows.iter(), &[]),
            usage_per_namespace: sums(rows.iter(), &[source, namespace]),
            usage_per_node: sums(taken(), &[source, node]),
            cluster_capacity_per_day: capacities(rows, &[day], &Measure::OF_CLUSTER),
            node_capacity_per_day: capacities(rows, &[day, node], &Measure::OF_NODE),
        }
    }
}

/// By what rows are grouped.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    day: Option<NaiveDate>,
    source: Option<DataSource>,
    /// Whether there is none, and which: rows without one come last, as the database orders them.
    namespace: (bool, Option<String>),
    node: (bool, Option<String>),
}

/// Fills one part of a key from a row.
type KeyOf = fn(&mut Key, &SummaryRow);

impl Key {
    fn day(&mut self, row: &SummaryRow) {
        self.day = Some(row.usage_start);
    }

    fn source(&mut self, row: &SummaryRow) {
        self.source = Some(row.data_source);
    }

    fn namespace(&mut self, row: &SummaryRow) {
        self.namespace = (row.namespace.is_none(), row.namespace.clone());
    }

    fn node(&mut self, row: &SummaryRow) {
        self.node = (row.node.is_none(), row.node.clone());
    }

    fn of(row: &SummaryRow, parts: &[KeyOf]) -> Self {
        let mut key = Self::default();
        for part in parts {
            part(&mut key, row);
        }
        key
    }

    fn total(self, rows: Option<usize>, measures: Measures) -> Total {
        let Self { day, source, namespace: (_, namespace), node: (_, node) } = self;
        Total { usage_start: day, data_source: source, namespace, node, rows, measures }
    }
}

fn grouped<'a>(rows: impl Iterator<Item = &'a SummaryRow>, parts: &[KeyOf]) -> BTreeMap<Key, Vec<&'a SummaryRow>> {
    let mut groups: BTreeMap<Key, Vec<&SummaryRow>> = BTreeMap::new();
    for row in rows {
        groups.entry(Key::of(row, parts)).or_default().push(row);
    }
    groups
}

fn sums<'a>(rows: impl Iterator<Item = &'a SummaryRow>, parts: &[KeyOf]) -> Vec<Total> {
    let summed = [&Measure::OF_PODS[..], &Measure::OF_CLAIMS].concat();
    let groups = grouped(rows, parts).into_iter();
    groups.map(|(key, rows)| key.total(Some(rows.len()), sum_of(&rows, &summed))).collect()
}

fn capacities(rows: &[SummaryRow], parts: &[KeyOf], measures: &[Measure]) -> Vec<Total> {
    let pods = rows.iter().filter(|row| row.data_source == DataSource::Pod);
    grouped(pods, parts).into_iter().map(|(key, rows)| key.total(None, greatest_of(&rows, measures))).collect()
}

/// The sums of these columns over rows; a column that is NULL in all of them is left out.
pub(super) fn sum_of(rows: &[&SummaryRow], measures: &[Measure]) -> Measures {
    let sum = |measure: &Measure| {
        let mut numbers = rows.iter().filter_map(|row| row.measures.get(measure)).peekable();
        numbers.peek().is_some().then(|| numbers.sum::<Stored>())
    };
    measures.iter().filter_map(|measure| Some((*measure, sum(measure)?))).collect()
}

/// The greatest values of these columns over rows; a column that is NULL in all of them is left out.
pub(super) fn greatest_of(rows: &[&SummaryRow], measures: &[Measure]) -> Measures {
    let greatest = |measure: &Measure| rows.iter().filter_map(|row| row.measures.get(measure)).max().copied();
    measures.iter().filter_map(|measure| Some((*measure, greatest(measure)?))).collect()
}
