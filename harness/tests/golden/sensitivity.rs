//! That the comparison can fail: each recorded value and each cell of usage matters.

use std::collections::BTreeMap;

use harness::fact::usage::UsageFacts;
use harness::oracle::{self, Expected};
use harness::payload::{FileKind, Payload};
use serde_json::Value;

use crate::golden_case::GoldenCase;
use crate::{SECTIONS, exclusions, render};

/// Every so many values and cells of the larger case are changed; of the smaller one, all.
const STRIDES: [(&str, usize); 2] = [("a-one-pod", 1), ("b-small-cluster", 97)];

#[test]
fn one_changed_digit_of_a_recording_is_noticed() {
    for (name, stride) in STRIDES {
        let case = GoldenCase::read(name);
        let computed = render::sections(&case.expected(), case.scopes());
        for section in SECTIONS {
            let mut recorded = exclusions::without_excluded(section, &case.recorded()[section]);
            let leaves = count_leaves(&recorded);
            assert!(leaves > 50, "{section} has {leaves} values");
            for index in (0..leaves).step_by(stride) {
                let leaf = nth_leaf(&mut recorded, &mut index.clone()).expect("a value");
                let other = changed_leaf(leaf);
                let value = std::mem::replace(leaf, other);
                assert!(recorded != computed[section], "{name}: {value}, value {index} of {section}");
                *nth_leaf(&mut recorded, &mut index.clone()).expect("a value") = value;
            }
        }
    }
}

#[test]
fn one_changed_cell_of_usage_changes_the_expectation() {
    for (name, stride) in STRIDES {
        let case = GoldenCase::read(name);
        let payload = case.payload();
        let expected = case.expected();
        let mut cells = 0;
        for (file, kind) in
            payload.files().iter().map(|file| (file.name.as_str(), file.kind)).filter(|(_, kind)| is_usage(*kind))
        {
            for (row, column) in usage_cells(&payload, file).into_iter().step_by(stride) {
                let changed = with_cell_raised(&payload, file, row, column);
                let other = oracle::expect(&changed, &case.inputs()).expect("an expectation");
                assert_ne!(other, expected, "{name}: {} row {row}, cell {column}", kind.name());
                let facts = UsageFacts { summary_rows: other.summary_rows, ..unobserved(&expected) };
                assert_ne!(oracle::compare(&expected, &facts).differences, []);
                cells += 1;
            }
        }
        assert!(cells > 50, "{name}: {cells} cells");
    }
}

#[test]
fn every_changed_value_of_a_fact_is_one_that_the_comparison_names() {
    let case = GoldenCase::read("a-one-pod");
    let expected = case.expected();
    for index in 0..expected.summary_rows.len() {
        for measure in expected.summary_rows[index].measures.keys() {
            let mut other: Expected = expected.clone();
            let number = other.summary_rows[index].measures.get_mut(measure).expect("a number");
            *number = *number + "0.00001".parse().expect("a number");
            let facts = UsageFacts { summary_rows: other.summary_rows, ..unobserved(&expected) };
            let differences = oracle::compare(&expected, &facts).differences;
            assert_eq!(differences.len(), 1, "{differences:?}");
            assert_eq!(differences[0].column, measure.column());
        }
    }
}

/// Facts of a look at nothing.
pub(crate) fn unobserved(expected: &Expected) -> UsageFacts {
    UsageFacts {
        schema: "org1".into(),
        cluster_id: expected.cluster_id.clone(),
        manifest: None,
        files: vec![],
        report_periods: vec![],
        cost_rows: vec![],
        summary_rows: vec![],
        report_tables: vec![],
        reports: vec![],
        other_clusters: vec![],
    }
}

fn is_usage(kind: FileKind) -> bool {
    matches!(kind, FileKind::PodUsage | FileKind::StorageUsage)
}

/// Row and column of each cell that is used for numbers; the header is row 0.
fn usage_cells(payload: &Payload, file: &str) -> Vec<(usize, usize)> {
    let lines = lines(payload, file);
    let is_number = |name: &&str| name.ends_with("_seconds") || name.ends_with("_bytes") || name.ends_with("_cores");
    let columns: Vec<usize> =
        lines[0].split(',').enumerate().filter(|(_, name)| is_number(name)).map(|(n, _)| n).collect();
    (1..lines.len()).flat_map(|row| columns.iter().map(move |column| (row, *column))).collect()
}

fn lines(payload: &Payload, file: &str) -> Vec<String> {
    let file = payload.files().iter().find(|other| other.name == file).expect("the file");
    String::from_utf8_lossy(&file.bytes).lines().map(str::to_owned).collect()
}

/// The payload with one cell raised by more than any sum of the golden cases can hide. A maximum notices that too.
fn with_cell_raised(payload: &Payload, file: &str, row: usize, column: usize) -> Payload {
    let mut lines = lines(payload, file);
    let mut cells: Vec<String> = lines[row].split(',').map(str::to_owned).collect();
    let number: f64 = cells[column].parse().unwrap_or_default();
    cells[column] = (number * 1.5 + 100_000.0).to_string();
    lines[row] = cells.join(",");
    let files = payload.files().iter().map(|file| (file.name.clone(), file.bytes.clone()));
    let mut parts: BTreeMap<String, Vec<u8>> = files.collect();
    parts.insert(file.to_owned(), lines.join("\n").into_bytes());
    let manifest = serde_json::to_vec(payload.manifest().document()).expect("serializes");
    Payload::from_parts(&manifest, parts).expect("a sound payload")
}

fn count_leaves(value: &Value) -> usize {
    match value {
        Value::Object(members) => members.values().map(count_leaves).sum(),
        Value::Array(members) => members.iter().map(count_leaves).sum(),
        _ => 1,
    }
}

fn nth_leaf<'a>(value: &'a mut Value, left: &mut usize) -> Option<&'a mut Value> {
    match value {
        Value::Object(members) => members.values_mut().find_map(|member| nth_leaf(member, left)),
        Value::Array(members) => members.iter_mut().find_map(|member| nth_leaf(member, left)),
        leaf if *left == 0 => Some(leaf),
        _ => {
            *left -= 1;
            None
        }
    }
}

/// The value with its last digit or letter changed.
fn changed_leaf(leaf: &Value) -> Value {
    match leaf {
        Value::String(text) => {
            let mut text = text.clone();
            let last = text.pop();
            text.push(if last == Some('1') { '2' } else { '1' });
            text.into()
        }
        Value::Number(number) => match number.as_i64() {
            Some(number) => (number + 1).into(),
            None => number.as_f64().map(|number| f64::from_bits(number.to_bits() + 1)).into(),
        },
        Value::Null => "no longer null".into(),
        Value::Bool(yes) => (!yes).into(),
        other => other.clone(),
    }
}
