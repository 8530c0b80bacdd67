//! Comparing tables.

use std::collections::{BTreeMap, BTreeSet};

use super::difference::{Change, Difference, Kind};
use crate::catalog::raw::{RawKind, RawTable};
use crate::catalog::raw_column::RawColumn;
use crate::check::Drift;

/// Everything in which the tables of two schemas differ. What a table takes with it is not told again.
pub(super) fn tables(left: &BTreeMap<String, RawTable>, right: &BTreeMap<String, RawTable>) -> Vec<Difference> {
    let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
    let of_table = |name: &String| {
        let (one, other) = (left.get(name), right.get(name));
        let mut differences: Vec<Difference> = as_a_whole(name, one, other).into_iter().collect();
        if let (Some(one), Some(other)) = (one, other) {
            differences.extend(columns(name, &one.columns, &other.columns));
            differences.extend(texts(Kind::Key, Drift::LostKey, name, &keys(one), &keys(other)));
            differences.extend(texts(Kind::Index, Drift::LostIndex, name, &one.indexes, &other.indexes));
        }
        differences
    };
    names.into_iter().flat_map(of_table).collect()
}

/// Whether it is there, of what kind it is, and how it is partitioned.
fn as_a_whole(name: &str, left: Option<&RawTable>, right: Option<&RawTable>) -> Option<Difference> {
    let text = |table: &RawTable| match table.kind {
        RawKind::Table => "a table".to_owned(),
        RawKind::Partitioned => format!("partitioned by {}", table.partition_key.as_deref().unwrap_or("nothing")),
        RawKind::Partition => format!(
            "partition of {}, {}",
            table.partition_of.as_deref().unwrap_or("nothing"),
            table.bound.as_deref().unwrap_or("without bound")
        ),
    };
    let is_partition = left.or(right).is_some_and(|table| table.kind == RawKind::Partition);
    let kind = if is_partition { Kind::Partition } else { Kind::Table };
    Difference::of(kind, name, left.map(text), right.map(text), |change| {
        Some(match change {
            Change::Less => Drift::LostTable,
            Change::Other => Drift::Altered,
            Change::More => Drift::Extra,
        })
    })
}

fn columns(table: &str, left: &[RawColumn], right: &[RawColumn]) -> Vec<Difference> {
    let by_name = |columns: &[RawColumn]| -> BTreeMap<String, RawColumn> {
        columns.iter().map(|column| (column.0.name.clone(), column.clone())).collect()
    };
    let (left_named, right_named) = (by_name(left), by_name(right));
    let names: BTreeSet<&String> = left_named.keys().chain(right_named.keys()).collect();
    let difference = |name: &String| {
        let (one, other) = (left_named.get(name), right_named.get(name));
        let text = |column: &RawColumn| {
            let text = column.0.to_string();
            text.strip_prefix(&format!("{name} ")).map_or_else(|| text.clone(), str::to_owned)
        };
        Difference::of(Kind::Column, format!("{table}.{name}"), one.map(text), other.map(text), |change| {
            Some(match (change, one, other) {
                (Change::Less, ..) => Drift::LostColumn,
                (Change::More, ..) => Drift::Extra,
                (Change::Other, Some(one), Some(other)) => class(one, other),
                (Change::Other, ..) => Drift::Altered,
            })
        })
    };
    let mut differences: Vec<Difference> = names.into_iter().filter_map(difference).collect();
    differences.extend(order(table, left, right));
    differences
}

/// The order of the columns that both have.
fn order(table: &str, left: &[RawColumn], right: &[RawColumn]) -> Option<Difference> {
    let in_order = |columns: &[RawColumn], others: &[RawColumn]| {
        let is_in_both = |column: &&RawColumn| others.iter().any(|other| other.0.name == column.0.name);
        let names: Vec<&str> = columns.iter().filter(is_in_both).map(|column| column.0.name.as_str()).collect();
        names.join(", ")
    };
    let (one, other) = (in_order(left, right), in_order(right, left));
    let object = format!("{table}, order of columns");
    Difference::of(Kind::Column, object, Some(one), Some(other), |_| Some(Drift::Altered))
}

/// What a column does that is otherwise.
fn class(RawColumn(left): &RawColumn, RawColumn(right): &RawColumn) -> Drift {
    if left.data_type != right.data_type {
        Drift::RetypedColumn
    } else if left.not_null && !right.not_null {
        Drift::WidenedColumn
    } else if right.not_null && !left.not_null {
        Drift::NarrowedColumn
    } else {
        Drift::Altered
    }
}

fn keys(table: &RawTable) -> Vec<String> {
    let primary = (!table.primary_key.is_empty()).then(|| format!("PRIMARY KEY ({})", table.primary_key.join(", ")));
    let others = table.unique.iter().chain(&table.checks).chain(&table.foreign_keys).cloned();
    primary.into_iter().chain(others).collect()
}

/// Compares multisets of definitions that have no names: real duplicates exist.
fn texts(kind: Kind, lost: Drift, table: &str, left: &[String], right: &[String]) -> Vec<Difference> {
    let less = minus(left, right).into_iter().map(|text| (Some(text), None));
    let more = minus(right, left).into_iter().map(|text| (None, Some(text)));
    let drift = |change| Some(if change == Change::Less { lost } else { Drift::Extra });
    less.chain(more).filter_map(|(left, right)| Difference::of(kind, table, left, right, drift)).collect()
}

fn minus(from: &[String], taken: &[String]) -> Vec<String> {
    let mut left = taken.to_vec();
    let remains = |text: &&String| match left.iter().position(|other| other == *text) {
        Some(place) => {
            left.swap_remove(place);
            false
        }
        None => true,
    };
    from.iter().filter(remains).cloned().collect()
}
