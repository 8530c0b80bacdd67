//! What the observer sees of usage, and that it is compared with what is expected.

use std::path::Path;
use std::time::Duration;

use harness::fact::usage::{FileState, GroupBy, Report, ReportQuery, Resolution, Scope, UsageFacts};
use harness::http::HttpEndpoint;
use harness::identity::Identity;
use harness::observer::database::{DatabaseObserver, ObserveError};
use harness::observer::usage::reports;
use harness::oracle::{self, DifferenceKind, Expected, Inputs, Place};
use harness::payload::Payload;
use harness::target::local::Database;
use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, PgPool};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::healthy::{self, BROKEN, server};

const SUMMARY: &str = "reporting_ocpusagelineitem_daily_summary";

fn payload() -> Payload {
    Payload::named(&healthy::fixtures(), "small-cluster").expect("a payload")
}

fn expected() -> Expected {
    oracle::expect(&payload(), &Inputs::of_source("cluster-a")).expect("an expectation")
}

#[tokio::test]
async fn usage_reads_back_and_what_differs_is_told() {
    let server = server().await;
    let database = healthy::database(&server, "usage").await;
    let pool = healthy::pool(database.superuser_url()).await;
    let expected = expected();
    fill(&pool, &expected).await;

    let facts = observe(&database, &expected).await;
    let comparison = oracle::compare(&expected, &facts);
    assert_eq!(comparison.differences, []);
    assert!(comparison.examined > 900, "{}", comparison.examined);
    assert_eq!(facts.manifest.as_ref().map(|manifest| manifest.num_total_files), Some(4));
    assert!(
        facts.files.len() == 4 && facts.files.iter().all(|file| file.state == FileState::Done),
        "{:?}",
        facts.files
    );
    assert_eq!(facts.report_periods.len(), 1);
    let text = serde_json::to_string(&facts).expect("serializes");
    assert_eq!(serde_json::from_str::<UsageFacts>(&text).expect("reads"), facts);

    spoil(&pool).await;
    let facts = observe(&database, &expected).await;
    let comparison = oracle::compare(&expected, &facts);
    let told: Vec<String> = comparison.differences.iter().map(ToString::to_string).collect();
    settings().bind(|| insta::assert_snapshot!("usage_differences", told.join("\n")));
    let doubled = comparison.at(|place| *place == Place::Summary).find(|one| one.times_over().is_some());
    assert_eq!(doubled.and_then(harness::oracle::Difference::times_over), Some(2));
    assert!(comparison.differences.iter().any(|one| one.kind == DifferenceKind::Repeated));
    assert_eq!(facts.other_clusters.iter().map(|other| other.rows).collect::<Vec<_>>(), [1]);
    pool.close().await;
    database.discard().await.expect("dropped");
}

#[tokio::test]
async fn a_tenant_without_tables_is_an_error_and_no_empty_answer() {
    let server = server().await;
    let database = healthy::database(&server, "no-usage").await;
    let observer = DatabaseObserver::connect(database.observer_url()).await.expect("a session");
    let error = observer.usage("a\";drop", "c", Uuid::new_v4()).await.expect_err("no such schema");
    assert!(matches!(error, ObserveError::QueryFailed { .. }), "{error}");
    let facts = observer.ingest(BROKEN, Uuid::new_v4()).await.expect("a look");
    assert_eq!((facts.manifest, facts.files), (None, vec![]));
    observer.close().await;
    database.discard().await.expect("dropped");
}

#[tokio::test]
async fn a_report_is_asked_and_compared() {
    let expected = expected();
    let (first, last) = expected.days().expect("days");
    let scope = Scope::Days { first, last };
    let group_by = Some(GroupBy::Project);
    let query =
        ReportQuery { report: Report::Compute, scope, resolution: Resolution::Monthly, group_by, cluster: None };
    let mut body = expected.report(&query);
    let (request, facts) = ask(body.to_string(), query).await;
    assert!(
        request.starts_with(
            "GET /api/cost-management/v1/reports/openshift/compute/?start_date=2026-11-10&end_date=2026-11-12&\
             filter[resolution]=monthly&group_by[project]=* HTTP/1.1"
        ),
        "{request}"
    );
    let comparison = oracle::compare_reports(&[&expected], &facts);
    assert_eq!(comparison.differences, []);
    assert!(comparison.examined > 100, "{}", comparison.examined);

    body["data"][0]["projects"][1]["values"][0]["usage"]["value"] = 1.into();
    body["data"][0]["projects"].as_array_mut().expect("projects").remove(0);
    let (_, facts) = ask(body.to_string(), query).await;
    let differences = oracle::compare_reports(&[&expected], &facts).differences;
    let told: Vec<String> = differences.iter().map(ToString::to_string).collect();
    settings().bind(|| insta::assert_snapshot!("report_differences", told.join("\n")));
}

/// Asks a service that answers once with this body; gives the request's first line and what was observed.
async fn ask(body: String, query: ReportQuery) -> (String, Vec<harness::fact::usage::ReportFact>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}/", listener.local_addr().expect("an address")).parse().expect("a URL");
    let served = tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.expect("a client");
        let mut request = vec![0; 4096];
        let length = connection.read(&mut request).await.expect("a request");
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        connection.write_all(head.as_bytes()).await.expect("written");
        connection.write_all(body.as_bytes()).await.expect("written");
        String::from_utf8_lossy(&request[..length]).lines().next().unwrap_or_default().to_owned()
    });
    let identity = Identity { org_id: "1".into(), account_number: "1".into(), user_name: "u".into() };
    let koku = HttpEndpoint::new("Koku API", base, Duration::from_secs(5));
    let facts = reports(&koku, &identity, &[query]).await.expect("an answer");
    (served.await.expect("served"), facts)
}

async fn observe(database: &Database, expected: &Expected) -> UsageFacts {
    let observer = DatabaseObserver::connect(database.observer_url()).await.expect("a session");
    let uuid = payload().manifest().uuid();
    let facts = observer.usage(BROKEN, &expected.cluster_id, uuid).await.expect("facts");
    let ingest = observer.ingest(BROKEN, uuid).await.expect("facts");
    assert_eq!((&ingest.manifest, &ingest.files), (&facts.manifest, &facts.files));
    observer.close().await;
    facts
}

/// Writes what is expected into the tenant's tables, without the rows that these refer to.
async fn fill(pool: &PgPool, expected: &Expected) {
    let mut statements = vec!["SET session_replication_role = replica".to_owned()];
    statements.extend(expected.summary_rows.iter().map(|row| insert(SUMMARY, "uuid", row)));
    for fact in expected.report_tables() {
        statements.extend(fact.rows.iter().map(|row| insert(fact.table.name(), "id", row)));
    }
    let provider = Uuid::new_v4();
    let uuid = payload().manifest().uuid();
    statements.push(format!(
        "INSERT INTO \"{BROKEN}\".reporting_tenant_api_provider (uuid, name, type, provider_id) \
         VALUES ('{provider}', 'cluster-a', 'OCP', '{provider}')"
    ));
    for (id, of) in [(7, provider), (8, Uuid::new_v4())] {
        statements.push(format!(
            "INSERT INTO public.reporting_common_costusagereportmanifest (id, assembly_id, num_total_files, provider_id, \
             s3_csv_cleared, s3_parquet_cleared, cluster_id, billing_period_start_datetime) OVERRIDING SYSTEM VALUE \
             VALUES ({id}, '{uuid}', {}, '{of}', false, false, 'c', '2026-11-01Z')",
            id - 3
        ));
    }
    statements.extend((0..4).map(|number| {
        format!(
            "INSERT INTO public.reporting_common_costusagereportstatus (report_name, manifest_id, status) \
             VALUES ('{number}.csv', 7, 1)"
        )
    }));
    statements.push(format!(
        "INSERT INTO \"{BROKEN}\".reporting_ocpusagereportperiod (cluster_id, report_period_start, report_period_end, provider_id) \
         VALUES ('{}', '2026-11-01Z', '2026-12-01Z', '{provider}')",
        expected.cluster_id
    ));
    run(pool, &statements).await;
}

/// Doubles a number, takes a row away, doubles another row, and adds rows of another cluster and of a cost model.
async fn spoil(pool: &PgPool) {
    let (table, at) = (format!("\"{BROKEN}\".{SUMMARY}"), "usage_start = '2026-11-11' AND data_source");
    let copy = "INSERT INTO temporary_row SELECT * FROM";
    let statements = [
        format!(
            "UPDATE {table} SET pod_usage_cpu_core_hours = 2 * pod_usage_cpu_core_hours WHERE {at} = 'Pod' AND namespace = 'shop'"
        ),
        format!("DELETE FROM {table} WHERE {at} = 'Storage' AND persistentvolumeclaim = 'kafka-data-1'"),
        format!(
            "CREATE TEMPORARY TABLE temporary_row AS SELECT * FROM {table} WHERE {at} = 'Pod' AND namespace = 'data'"
        ),
        "UPDATE temporary_row SET uuid = gen_random_uuid()".to_owned(),
        format!("INSERT INTO {table} SELECT * FROM temporary_row"),
        "UPDATE temporary_row SET uuid = gen_random_uuid(), cluster_id = 'of another tenant'".to_owned(),
        format!("INSERT INTO {table} SELECT * FROM temporary_row"),
        "TRUNCATE temporary_row".to_owned(),
        format!("{copy} {table} WHERE {at} = 'Pod' AND namespace = 'batch' AND node = 'wk-1'"),
        "UPDATE temporary_row SET uuid = gen_random_uuid(), cost_model_rate_type = 'Infrastructure'".to_owned(),
        format!("INSERT INTO {table} SELECT * FROM temporary_row"),
        format!(
            "UPDATE \"{BROKEN}\".reporting_ocp_pod_summary_by_node_p SET cluster_capacity_cpu_core_hours = 1 \
             WHERE usage_start = '2026-11-12' AND node = 'cp-1'"
        ),
    ];
    run(pool, &statements).await;
}

/// Runs statements in one session.
async fn run(pool: &PgPool, statements: &[String]) {
    let mut session = pool.acquire().await.expect("a session");
    for statement in statements {
        sqlx::raw_sql(AssertSqlSafe(statement.clone())).execute(&mut *session).await.expect(statement);
    }
}

/// A statement that writes a row, its numbers beside its other columns.
fn insert(table: &str, key: &str, row: &impl Serialize) -> String {
    let Ok(Value::Object(mut columns)) = serde_json::to_value(row) else { panic!("a row is an object") };
    if let Some(Value::Object(mut measures)) = columns.remove("measures") {
        columns.append(&mut measures);
    }
    let mut columns: Map<String, Value> = columns.into_iter().filter(|(_, value)| !value.is_null()).collect();
    columns.insert(key.to_owned(), Uuid::new_v4().to_string().into());
    let names = columns.keys().cloned().collect::<Vec<_>>().join(", ");
    let json = Value::Object(columns).to_string().replace('\'', "''");
    format!(
        "INSERT INTO \"{BROKEN}\".{table} ({names}) \
         SELECT {names} FROM jsonb_populate_record(NULL::\"{BROKEN}\".{table}, '{json}')"
    )
}

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings
}
