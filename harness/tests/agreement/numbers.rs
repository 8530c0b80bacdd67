//! The oracle's numbers and the fake's, on payloads of all kinds.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::str::FromStr as _;

use chrono::{DateTime, Utc};
use harness::fact::usage::{DataSource, Measure, Measures};
use harness::number::Stored;
use harness::oracle::{self, Expected, Inputs, OracleError, Total};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use crate::description::Description;
use crate::files::archive;
use crate::generator::description;
use crate::system::{ORG, System, alias};

/// How many cases are tried, if `PROPTEST_CASES` says nothing else.
const CASES: u32 = 24;
/// A description as JSON, which is tried alone.
const REPLAY: &str = "AGREEMENT_REPLAY";

#[test]
fn oracle_and_fake_agree_on_payloads_of_all_kinds() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let system = runtime.block_on(System::start("agreement"));
    let tried = |description: &Description| runtime.block_on(disagreement(&system, description));
    let mut config = Config { failure_persistence: None, max_shrink_iters: 600, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = CASES;
    }
    let outcome = match std::env::var(REPLAY) {
        Ok(json) => tried(&read(&json)).map_err(|why| format!("{why}\n{json}")),
        Err(_) => TestRunner::new(config)
            .run(&description(), |description| {
                tried(&description).map_err(|why| {
                    let json = description.to_json();
                    TestCaseError::fail(format!("{why}\nreplay it alone with {REPLAY}='{json}'"))
                })
            })
            .map_err(|error| error.to_string()),
    };
    runtime.block_on(system.stop());
    outcome.unwrap_or_else(|why| panic!("{why}"));
}

/// What they once disagreed on.
#[test]
fn oracle_and_fake_agree_on_what_once_divided_them() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let system = runtime.block_on(System::start("agreement-regressions"));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agreement/regressions");
    let mut disagreements = String::new();
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        let description = read(&std::fs::read_to_string(&path).expect("readable"));
        if let Err(why) = runtime.block_on(disagreement(&system, &description)) {
            writeln!(disagreements, "{}: {why}", path.display()).expect("writes");
        }
        count += 1;
    }
    runtime.block_on(system.stop());
    assert!(count > 0 && disagreements.is_empty(), "{count} descriptions\n{disagreements}");
}

fn read(json: &str) -> Description {
    serde_json::from_str(json).expect("a description")
}

/// Noon of the last day of usage.
fn now(description: &Description) -> DateTime<Utc> {
    description.last().and_hms_opt(12, 0, 0).expect("a noon").and_utc()
}

/// Sends the payload and says what is seen otherwise than the oracle expects, if anything is.
async fn disagreement(system: &System, description: &Description) -> Result<(), String> {
    let uuid = Uuid::new_v4();
    let cluster_id = format!("cluster-{uuid}");
    let payload = archive(description, uuid, &cluster_id);
    let inputs = Inputs::of_source(alias(&cluster_id));
    let expected = match oracle::expect(&payload, &inputs) {
        Ok(expected) => expected,
        Err(OracleError::NothingExpected) => {
            Expected { cluster_id, cluster_alias: inputs.cluster_alias, summary_rows: vec![], cost_rows: vec![] }
        }
        Err(error) => return Err(harness::error::chain(&error)),
    };
    let cluster = system.cluster(&expected.cluster_id, now(description)).await;
    let facts = cluster.deliver(&payload, &expected).await;
    let comparison = oracle::compare(&expected, &facts.usage);
    let totals = totals(system, &expected.cluster_id).await;
    cluster.remove().await;
    if let Some(difference) = comparison.differences.first() {
        return Err(format!("{} differences, the first: {difference:#?}", comparison.differences.len()));
    }
    if comparison.examined < 10 * expected.summary_rows.len() {
        return Err(format!("only {} values were compared", comparison.examined));
    }
    agree("by namespace", &expected.totals().usage_per_namespace, &totals)
}

/// What a total is the total of.
type Key = (Option<DataSource>, Option<String>);

/// Sums by source and namespace, computed by the database.
async fn totals(system: &System, cluster_id: &str) -> BTreeMap<Key, Measures> {
    let measures: Vec<Measure> = Measure::OF_PODS.into_iter().chain(Measure::OF_CLAIMS).collect();
    let sums: Vec<String> = measures.iter().map(|measure| format!("sum({})::text", measure.column())).collect();
    let query = format!(
        "SELECT data_source, namespace, {} FROM \"{ORG}\".reporting_ocpusagelineitem_daily_summary
         WHERE cluster_id = $1 GROUP BY 1, 2",
        sums.join(", ")
    );
    let rows = sqlx::query(AssertSqlSafe(query)).bind(cluster_id).fetch_all(system.pool()).await.expect("totals");
    let total = |row: &sqlx::postgres::PgRow| {
        let number = |(index, measure): (usize, &Measure)| {
            let text: Option<String> = row.get(index + 2);
            Some((*measure, Stored::from_str(&text?).expect("a number")))
        };
        let source: String = row.get(0);
        ((DataSource::named(&source), row.get(1)), measures.iter().enumerate().filter_map(number).collect())
    };
    rows.iter().map(total).collect()
}

fn agree(what: &str, expected: &[Total], observed: &BTreeMap<Key, Measures>) -> Result<(), String> {
    if expected.len() != observed.len() {
        return Err(format!("{} totals {what} are expected, {} were seen", expected.len(), observed.len()));
    }
    for total in expected {
        let key = (total.data_source, total.namespace.clone());
        let found = observed.get(&key).ok_or_else(|| format!("no total {what} of {key:?}"))?;
        let agree =
            |(measure, number): (&Measure, &Stored)| found.get(measure).is_some_and(|found| number.agrees_with(*found));
        if found.len() != total.measures.len() || !total.measures.iter().all(agree) {
            return Err(format!("total {what} of {key:?}: expected {:?}, seen {found:?}", total.measures));
        }
    }
    Ok(())
}
