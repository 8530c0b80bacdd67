//! An expectation in the form of `expected.json`: numbers as texts, NULL left out.

use std::collections::BTreeMap;

use harness::fact::usage::{Measure, Measures, ReportQuery, ReportTable, ReportTableFact, Scope};
use harness::number::Stored;
use harness::oracle::{self, Expected, Total};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Where the API stands in recorded paths.
const PREFIX: &str = "/api/cost-management/v1/";
/// The names of the recorded reports, in the order of [`ReportQuery::suite`].
const REPORTS: [&str; 10] = [
    "compute",
    "memory",
    "volumes",
    "costs",
    "compute_by_project",
    "memory_by_project",
    "volumes_by_project",
    "costs_by_project",
    "compute_by_node",
    "compute_daily",
];
/// The tables of which the recording shows the rows and not only sums.
const SHOWN: [ReportTable; 4] = [ReportTable::Cost, ReportTable::CostByProject, ReportTable::Pod, ReportTable::Volume];

pub(crate) fn sections(expected: &Expected, scopes: (Scope, Scope)) -> Value {
    sections_beside(expected, &[], scopes)
}

/// The same for a tenant with other clusters: its report tables and reports cover all of them.
pub(crate) fn sections_beside(expected: &Expected, others: &[Expected], scopes: (Scope, Scope)) -> Value {
    let clusters: Vec<&Expected> = std::iter::once(expected).chain(others).collect();
    let sections = json!({
        "daily_summary_rows": expected.summary_rows.iter().map(row).collect::<Vec<_>>(),
        "totals": totals(expected),
        "ui_tables": tables(&clusters),
        "api": reports(&clusters, scopes),
    });
    // serde_json reads some doubles one bit beside what is written. The recording was read so; what is computed is written
    // and read in the same way, so that equal digits are equal numbers.
    serde_json::from_str(&sections.to_string()).expect("JSON")
}

/// A row whose numbers stand beside its other columns.
fn row(row: &impl Serialize) -> Value {
    let mut shown = without_null(row);
    if let Some(Value::Object(mut measures)) = shown.remove("measures") {
        shown.append(&mut measures);
    }
    if let Some(Value::Object(costs)) = shown.get_mut("infrastructure_usage_cost") {
        // Koku writes these with nine digits after the point.
        costs.values_mut().for_each(|cost| *cost = format!("{:.9}", cost.as_f64().expect("a number")).into());
    }
    shown.into()
}

fn without_null(value: &impl Serialize) -> Map<String, Value> {
    let Ok(Value::Object(members)) = serde_json::to_value(value) else { panic!("a row is an object") };
    members.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

fn totals(expected: &Expected) -> Value {
    let totals = expected.totals();
    let list = |totals: &[Total]| -> Value { totals.iter().map(row).collect() };
    json!({
        "usage_per_day_without_unallocated": list(&totals.usage_per_day_without_unallocated),
        "usage_per_month_without_unallocated": list(&totals.usage_per_month_without_unallocated),
        "usage_per_day_unallocated": list(&totals.usage_per_day_unallocated),
        "usage_per_month_unallocated": list(&totals.usage_per_month_unallocated),
        "usage_per_month_all": list(&totals.usage_per_month_all),
        "usage_per_namespace": list(&totals.usage_per_namespace),
        "usage_per_node": list(&totals.usage_per_node),
        "cluster_capacity_per_day": list(&totals.cluster_capacity_per_day),
        "node_capacity_per_day": list(&totals.node_capacity_per_day),
        // No cost model, no rows of costs.
        "cost_per_rate_type": [],
        "cost_per_rate_type_day": [],
        "cost_per_namespace": [],
    })
}

fn tables(clusters: &[&Expected]) -> Value {
    let mut tables: Vec<ReportTableFact> =
        ReportTable::ALL.into_iter().map(|table| ReportTableFact { table, rows: Vec::new() }).collect();
    for of_cluster in clusters.iter().flat_map(|cluster| cluster.report_tables()) {
        let all = tables.iter_mut().find(|fact| fact.table == of_cluster.table).expect("every table");
        all.rows.extend(of_cluster.rows);
    }
    // As the recording is ordered before it is compared.
    for fact in &mut tables {
        fact.rows.sort_by_key(|row| (row.usage_start, row.cluster_id.clone()));
    }
    tables.iter().map(|fact| (fact.table.name().to_owned(), table(fact))).collect::<Map<_, _>>().into()
}

fn table(fact: &ReportTableFact) -> Value {
    let mut shown = without_null(&sums(fact));
    shown.insert("row_count".into(), fact.rows.len().into());
    if SHOWN.contains(&fact.table) {
        shown.insert("rows".into(), fact.rows.iter().map(row).collect());
    }
    shown.into()
}

/// The recording sums every column of a table, capacities too.
fn sums(fact: &ReportTableFact) -> Measures {
    let mut sums: BTreeMap<Measure, Stored> = BTreeMap::new();
    for (measure, number) in fact.rows.iter().flat_map(|row| &row.measures) {
        let sum = sums.entry(*measure).or_insert(Stored::ZERO);
        *sum = *sum + *number;
    }
    sums
}

fn reports(clusters: &[&Expected], scopes: (Scope, Scope)) -> Value {
    let queries = ReportQuery::suite(scopes.0, scopes.1);
    assert_eq!(queries.len(), REPORTS.len());
    let reports = REPORTS.iter().zip(queries).map(|(name, query)| {
        let path = format!("{PREFIX}{}", query.path());
        ((*name).to_owned(), json!({"path": path, "status": 200, "body": oracle::body(clusters, &query)}))
    });
    reports.collect::<Map<_, _>>().into()
}
