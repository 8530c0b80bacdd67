//! One changed cell of usage, anywhere, is found: the comparison names its column and its day, or a rule says why the cell cannot
//! matter.

use std::collections::BTreeMap;

use harness::fact::usage::UsageFacts;
use harness::oracle::{self, Expected};
use harness::payload::{FileKind, Payload};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::golden_case::{CASES, GoldenCase};
use crate::sensitivity::unobserved;

/// How a column of usage enters the summary. Source: facts `koku-formulas.md` §2 and §4.
#[derive(Debug, Clone, Copy)]
enum Rule {
    /// Every cell is added: each one matters.
    Summed,
    /// Only the largest of the rows with the same values in these columns counts: a cell matters where it is, or becomes, that one.
    LargestOf(&'static [&'static str]),
}

/// A column of usage.
struct Column {
    kind: FileKind,
    name: &'static str,
    /// The column of the daily summary in which it must be noticed.
    measure: &'static str,
    rule: Rule,
}

const DAY: &str = "the day of interval_start";

const fn pod(name: &'static str, measure: &'static str, rule: Rule) -> Column {
    Column { kind: FileKind::PodUsage, name, measure, rule }
}

const fn storage(name: &'static str, measure: &'static str, rule: Rule) -> Column {
    Column { kind: FileKind::StorageUsage, name, measure, rule }
}

/// All columns that are used for numbers. Source: facts `ocp-payload.md`, marked U.
const COLUMNS: [Column; 14] = {
    use Rule::{LargestOf, Summed};
    const GROUP: Rule = LargestOf(&[DAY, "namespace", "node"]);
    const NODE_HOUR: Rule = LargestOf(&["interval_start", "node"]);
    const VOLUME: Rule = LargestOf(&[DAY, "namespace", "node", "persistentvolumeclaim", "persistentvolume"]);
    [
        pod("pod_usage_cpu_core_seconds", "pod_usage_cpu_core_hours", Summed),
        pod("pod_request_cpu_core_seconds", "pod_request_cpu_core_hours", Summed),
        pod("pod_limit_cpu_core_seconds", "pod_limit_cpu_core_hours", Summed),
        pod("pod_usage_memory_byte_seconds", "pod_usage_memory_gigabyte_hours", Summed),
        pod("pod_request_memory_byte_seconds", "pod_request_memory_gigabyte_hours", Summed),
        pod("pod_limit_memory_byte_seconds", "pod_limit_memory_gigabyte_hours", Summed),
        pod("node_capacity_cpu_cores", "node_capacity_cpu_cores", GROUP),
        pod("node_capacity_cpu_core_seconds", "node_capacity_cpu_core_hours", NODE_HOUR),
        pod("node_capacity_memory_bytes", "node_capacity_memory_gigabytes", GROUP),
        pod("node_capacity_memory_byte_seconds", "node_capacity_memory_gigabyte_hours", NODE_HOUR),
        storage("persistentvolumeclaim_capacity_bytes", "persistentvolumeclaim_capacity_gigabyte", VOLUME),
        storage(
            "persistentvolumeclaim_capacity_byte_seconds",
            "persistentvolumeclaim_capacity_gigabyte_months",
            Summed,
        ),
        storage("volume_request_storage_byte_seconds", "volume_request_storage_gigabyte_months", Summed),
        storage("persistentvolumeclaim_usage_byte_seconds", "persistentvolumeclaim_usage_gigabyte_months", Summed),
    ]
};

/// How many cells of each column are tried in each case.
const CELLS: u32 = 12;

#[test]
fn any_changed_cell_of_usage_is_named() {
    for name in CASES {
        let case = GoldenCase::read(name);
        let (payload, expected) = (case.payload(), case.expected());
        for column in &COLUMNS {
            let sheet = Sheet::of(&payload, column.kind);
            let mut runner = TestRunner::new(Config { cases: CELLS, failure_persistence: None, ..Config::default() });
            // To less, to nothing, to more: never by so little that the tolerance covers it.
            let factor = prop_oneof![Just(0.0), 0.1_f64..0.9, 1.1_f64..3.0];
            let outcome = runner.run(&(any::<prop::sample::Index>(), factor), |(row, factor)| {
                let row = row.index(sheet.rows.len());
                let before = sheet.number(row, column.name);
                // An empty cell counts as nothing, and is filled.
                let after = if before == 0.0 { 1e13 * (1.0 + factor) } else { before * factor };
                let observed = oracle::expect(&sheet.with(&payload, row, column.name, after), &case.inputs());
                let observed = observed.map_err(|error| TestCaseError::fail(error.to_string()))?;
                let matters = sheet.matters(row, column, after);
                judge(&expected, observed, column, &sheet.day(row), matters)
                    .map_err(|why| TestCaseError::fail(format!("line {}: {before} became {after}: {why}", row + 2)))
            });
            outcome.unwrap_or_else(|error| panic!("{name}, {}: {error}", column.name));
        }
    }
}

fn judge(expected: &Expected, observed: Expected, column: &Column, day: &str, matters: bool) -> Result<(), String> {
    let facts = UsageFacts { summary_rows: observed.summary_rows, ..unobserved(expected) };
    let differences = oracle::compare(expected, &facts).differences;
    let is_named = differences.iter().any(|difference| {
        difference.column == column.measure && difference.subject.day.is_some_and(|found| found.to_string() == day)
    });
    match (matters, is_named) {
        (true, false) => Err(format!("{} of {day} is not named in {differences:#?}", column.measure)),
        (false, _) if !differences.is_empty() => {
            Err(format!("by {:?} it cannot matter: {differences:#?}", column.rule))
        }
        _ => Ok(()),
    }
}

/// The only file of a kind, as cells.
struct Sheet {
    name: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Sheet {
    fn of(payload: &Payload, kind: FileKind) -> Self {
        let file = payload.files().iter().find(|file| file.kind == kind).expect("a file of this kind");
        let mut reader = csv::Reader::from_reader(file.bytes.as_slice());
        let cells = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
        let header = cells(reader.headers().expect("a header"));
        let rows = reader.records().map(|record| cells(&record.expect("a row"))).collect();
        Self { name: file.name.clone(), header, rows }
    }

    fn cell(&self, row: usize, column: &str) -> &str {
        let index = self.header.iter().position(|name| name == column).expect("a column");
        &self.rows[row][index]
    }

    fn number(&self, row: usize, column: &str) -> f64 {
        self.cell(row, column).parse().unwrap_or_default()
    }

    fn day(&self, row: usize) -> String {
        self.cell(row, "interval_start")[..10].to_owned()
    }

    /// Whether this value in this row makes another number of the summary.
    fn matters(&self, row: usize, column: &Column, after: f64) -> bool {
        let Rule::LargestOf(keys) = column.rule else { return true };
        let key = |row: usize| -> Vec<String> {
            keys.iter().map(|key| if *key == DAY { self.day(row) } else { self.cell(row, key).to_owned() }).collect()
        };
        let others = (0..self.rows.len()).filter(|other| *other != row && key(*other) == key(row));
        let largest = others.map(|other| self.number(other, column.name)).fold(f64::NEG_INFINITY, f64::max);
        largest.max(self.number(row, column.name)).to_bits() != largest.max(after).to_bits()
    }

    /// The payload with another number in this cell.
    fn with(&self, payload: &Payload, row: usize, column: &str, number: f64) -> Payload {
        let index = self.header.iter().position(|name| name == column).expect("a column");
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.header).expect("writes");
        for (place, cells) in self.rows.iter().enumerate() {
            let mut cells = cells.clone();
            if place == row {
                cells[index] = number.to_string();
            }
            writer.write_record(&cells).expect("writes");
        }
        let files = payload.files().iter().map(|file| (file.name.clone(), file.bytes.clone()));
        let mut parts: BTreeMap<String, Vec<u8>> = files.collect();
        parts.insert(self.name.clone(), writer.into_inner().expect("ends"));
        let manifest = serde_json::to_vec(payload.manifest().document()).expect("serializes");
        Payload::from_parts(&manifest, parts).expect("a sound payload")
    }
}
