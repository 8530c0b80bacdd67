//! Case e: what a cost model makes of usage, row by row, and the money in the reports.

use std::collections::BTreeMap;
use std::path::Path;

use harness::fact::usage::{CostRow, DataSource, ReportFact, ReportQuery, Scope};
use harness::number::Stored;
use harness::oracle::{self, CostModel, Expected, Inputs, OracleError};
use harness::payload::Payload;
use serde_json::{Value, json};

use crate::golden_case::month;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/golden/e-cost-model"))
}

fn read(file: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder().join(file)).expect("a file")).expect("JSON")
}

/// What was recorded after the cost model was made.
fn recorded() -> Value {
    read("expected.json")["tenants"][0]["steps"][1].take()
}

fn expected() -> Expected {
    let cost_model = CostModel::read(&read("cost-model-request.json")).expect("a cost model");
    let inputs = Inputs { cost_model: Some(cost_model), ..Inputs::of_source("golden-e") };
    let payload = Payload::read(&folder().join("upload.tar.gz")).expect("a sound payload");
    oracle::expect(&payload, &inputs).expect("an expectation")
}

/// The recorded rows of costs.
fn rows(recorded: &Value) -> Vec<CostRow> {
    let rows = recorded["daily_summary_rows"].as_array().expect("rows").iter();
    let rows = rows.filter(|row| row.get("cost_model_rate_type").is_some());
    let row = |row: &Value| {
        let text = |column: &str| row[column].as_str().map(str::to_owned);
        let amount = |column: &str| text(column).map_or(Stored::ZERO, |text| text.parse().expect("a number"));
        CostRow {
            usage_start: text("usage_start").and_then(|day| day.parse().ok()).expect("a day"),
            data_source: text("data_source").and_then(|name| DataSource::named(&name)).expect("a source"),
            namespace: text("namespace"),
            node: text("node"),
            persistentvolumeclaim: text("persistentvolumeclaim"),
            persistentvolume: text("persistentvolume"),
            storageclass: text("storageclass"),
            rate_type: text("cost_model_rate_type").expect("a type"),
            monthly_type: text("monthly_cost_type"),
            cpu: amount("cost_model_cpu_cost"),
            memory: amount("cost_model_memory_cost"),
            volume: amount("cost_model_volume_cost"),
            distributed: amount("distributed_cost"),
        }
    };
    rows.map(row).collect()
}

#[test]
fn every_recorded_cost_comes_out() {
    let (expected, recorded) = (expected(), rows(&recorded()));
    assert_eq!(recorded.len(), 132);
    assert_eq!(expected.cost_rows.len(), recorded.len());
    let comparison = oracle::compare_costs(&expected, &recorded);
    assert_eq!(comparison.differences, []);
    assert_eq!(comparison.examined, 4 * recorded.len());
    // To two units of the last place, far below the tolerance of a comparison.
    let key = |row: &CostRow| {
        let CostRow { usage_start, data_source, namespace, node, persistentvolumeclaim, .. } = row.clone();
        (
            usage_start,
            data_source,
            namespace,
            node,
            persistentvolumeclaim,
            row.rate_type.clone(),
            row.monthly_type.clone(),
        )
    };
    let by_key: BTreeMap<_, &CostRow> = recorded.iter().map(|row| (key(row), row)).collect();
    for row in &expected.cost_rows {
        for ((_, computed), (column, stored)) in row.amounts().into_iter().zip(by_key[&key(row)].amounts()) {
            let difference = (computed.to_double() - stored.to_double()).abs();
            assert!(difference < 1e-13, "{column} of {row:?}: {stored}");
        }
    }
}

#[test]
fn the_money_in_every_recorded_report_comes_out() {
    let (expected, recorded) = (expected(), recorded());
    let (first, last) = expected.days().expect("days");
    let suite = ReportQuery::suite(month(), Scope::Days { first, last });
    let names = ["compute", "memory", "volumes", "costs"];
    let names: Vec<String> =
        names.iter().map(|name| (*name).to_owned()).chain(names.map(|name| format!("{name}_by_project"))).collect();
    let names = names.iter().map(String::as_str).chain(["compute_by_node", "compute_daily"]);
    for (name, query) in names.zip(suite) {
        let fact = ReportFact { query, body: recorded["api"][name]["body"].clone(), past_cache: None };
        let comparison = oracle::compare_reports(&[&expected], &[fact]);
        assert!(comparison.examined > 20, "{name}: {}", comparison.examined);
        assert_eq!(comparison.differences, [], "{name}");
    }
}

#[test]
fn what_the_oracle_cannot_compute_is_no_cost_model_to_it() {
    let model = |change: fn(&mut Value)| {
        let mut request = read("cost-model-request.json");
        change(&mut request);
        CostModel::read(&request)
    };
    let refused: [fn(&mut Value); 3] = [
        |request| request["distribution"] = json!("memory"),
        |request| request["rates"][0]["metric"]["name"] = json!("gpu_cost_per_month"),
        |request| request["rates"] = json!("none"),
    ];
    for change in refused {
        assert!(matches!(model(change), Err(OracleError::NoCostModel(_))));
    }
}
