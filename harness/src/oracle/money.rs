//! The money in a report: sums of rows of costs. Source: facts `koku-formulas.md` §8, and the bodies of golden case e.

use bigdecimal::{BigDecimal, Zero};
use serde_json::{Map, Value, json};

use super::namespace::is_reported;
use crate::fact::usage::{CostRow, DataSource, GroupBy, Report, ReportQuery};
use crate::number::{Stored, nearest_double};

/// The extra costs of a report of costs by project, with the type of rows that they sum.
const DISTRIBUTED: [(&str, &str); 5] = [
    ("platform_distributed", "platform_distributed"),
    ("worker_unallocated_distributed", "worker_distributed"),
    ("network_unattributed_distributed", "unattributed_network"),
    ("storage_unattributed_distributed", "unattributed_storage"),
    ("gpu_unallocated_distributed", "gpu_distributed"),
];

/// An amount of money in a report.
pub(super) fn money(amount: &BigDecimal) -> Value {
    json!({"value": nearest_double(amount), "units": "USD"})
}

/// The rows whose costs a report shows.
pub(super) fn covered<'a>(report: Report, rows: &[&'a CostRow]) -> Vec<&'a CostRow> {
    let is_covered = |row: &&&CostRow| match report {
        Report::Compute | Report::Memory => row.data_source == DataSource::Pod && is_reported(row.namespace.as_deref()),
        Report::Volumes => row.data_source == DataSource::Storage,
        Report::Costs => true,
    };
    rows.iter().filter(is_covered).copied().collect()
}

/// What the rows cost, as far as the report tells it, without what is spread.
pub(super) fn total(report: Report, rows: &[&CostRow]) -> BigDecimal {
    rows.iter().map(|row| shown(report, row)).sum::<BigDecimal>()
}

fn shown(report: Report, row: &CostRow) -> BigDecimal {
    match report {
        Report::Compute => row.cpu,
        Report::Memory => row.memory,
        Report::Volumes => row.volume,
        Report::Costs => row.cpu + row.memory + row.volume,
    }
    .decimal()
}

fn of_type(report: Report, rows: &[&CostRow], rate_type: &str) -> BigDecimal {
    rows.iter().filter(|row| row.rate_type == rate_type).map(|row| shown(report, row)).sum()
}

fn distributed(rows: &[&CostRow], is_meant: impl Fn(&CostRow) -> bool) -> BigDecimal {
    rows.iter()
        .filter(|row| is_meant(row))
        .map(|row| row.distributed)
        .fold(Stored::ZERO, |sum, one| sum + one)
        .decimal()
}

/// The blocks of costs of an entry. Which there are depends on the report; raw costs and markup are of clouds, and zero.
pub(super) fn costs(query: &ReportQuery, rows: &[&CostRow]) -> Map<String, Value> {
    let report = query.report;
    let block = |usage: &BigDecimal| -> Map<String, Value> {
        let zero = BigDecimal::zero();
        let amounts = [("raw", &zero), ("markup", &zero), ("usage", usage), ("total", usage)];
        amounts.into_iter().map(|(name, amount)| (name.to_owned(), money(amount))).collect()
    };
    let (infrastructure, supplementary) =
        (of_type(report, rows, "Infrastructure"), of_type(report, rows, "Supplementary"));
    let usage = &infrastructure + &supplementary;
    let mut cost = block(&usage);
    let by_project = (report, query.group_by) == (Report::Costs, Some(GroupBy::Project));
    if by_project {
        for (name, rate_type) in DISTRIBUTED {
            cost.insert(name.to_owned(), money(&distributed(rows, |row| row.rate_type == rate_type)));
        }
    }
    if by_project || matches!(report, Report::Compute | Report::Memory) {
        cost.insert("distributed".to_owned(), money(&(&usage + distributed(rows, |_| true))));
    }
    let blocks = [("infrastructure", block(&infrastructure)), ("supplementary", block(&supplementary)), ("cost", cost)];
    blocks.into_iter().map(|(name, block)| (name.to_owned(), block.into())).collect()
}
