//! What others have in a system: a source with data in the tenant that a run uses, and a digest of every row.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use harness::driver::sources::{NewSource, PlatformSources, ProviderKind};
use harness::driver::upload::upload;
use harness::http::HttpEndpoint;
use harness::identity::Identity;
use harness::observer::database::DatabaseObserver;
use harness::payload::{Payload, Rewrite};
use harness::secret::SecretUrl;
use harness::wait::{Progress, Wait};
use sqlx::AssertSqlSafe;

use crate::system::RunningSystem;

const ALLOWED: Duration = Duration::from_mins(1);

/// Makes a source of somebody else's in the system's tenant, and has a payload of it processed.
pub(crate) async fn settle(system: &RunningSystem) {
    let org_id = system.profile.tenants.default_org_id.clone();
    let identity = Identity { org_id, account_number: String::new(), user_name: "neighbour".to_owned() };
    let endpoint = |url: &str| HttpEndpoint::new("system", url.parse().expect("a URL"), ALLOWED);
    let cluster_id = uuid::Uuid::new_v4().to_string();
    let kind = ProviderKind::Ocp { cluster_id: cluster_id.clone() };
    let source = NewSource { name: "neighbour".to_owned(), kind };
    let sources = endpoint(&system.sources);
    PlatformSources::new(&sources, &identity).create(&source, drop).await.expect("a source");
    await_text(&system.database, "SELECT name FROM public.api_provider WHERE name = 'neighbour'").await;

    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let rewrite = Rewrite { uuid: uuid::Uuid::new_v4(), cluster_id, today: chrono::Utc::now().date_naive() };
    let payload = Payload::named(&fixtures, "small-cluster").expect("a payload").rewritten(&rewrite).expect("moved");
    let archive = payload.to_tar_gz().expect("an archive");
    let reply = upload(&endpoint(&system.upload), &identity, "neighbour.tar.gz", archive, drop).await.expect("a reply");
    assert_eq!(reply.status(), 202);
    let done =
        "SELECT assembly_id FROM public.reporting_common_costusagereportmanifest WHERE completed_datetime IS NOT NULL";
    await_text(&system.database, done).await;
}

async fn await_text(database: &SecretUrl, query: &'static str) {
    let observer = DatabaseObserver::lazily(database.clone());
    let waited = Wait::new("a row", ALLOWED)
        .until(async || match observer.texts("a row", query).await {
            Ok(texts) if !texts.is_empty() => Progress::Done(()),
            Ok(_) => Progress::NotYet("none".to_owned()),
            Err(error) => Progress::Never(error.to_string()),
        })
        .await;
    waited.unwrap_or_else(|error| panic!("{error}"));
}

/// The rows of the tenant's table of label keys, which grows with every payload whose labels are new: Koku keeps keys for good.
pub(crate) async fn label_keys(database: &SecretUrl) -> BTreeSet<String> {
    let observer = DatabaseObserver::lazily(database.clone());
    let query = "SELECT to_jsonb(keys)::text FROM org1234567.reporting_enabledtagkeys AS keys";
    let keys = observer.texts("label keys", query).await.expect("keys");
    observer.close().await;
    keys.into_iter().collect()
}

/// How many rows each table has, and their digest; tables without rows are left out. When a customer was last written to is Koku's own
/// to note with every request. Label keys are [`label_keys`].
pub(crate) async fn rows(database: &SecretUrl) -> BTreeMap<String, String> {
    let observer = DatabaseObserver::lazily(database.clone());
    let tables = "SELECT format('%I.%I', nspname, relname) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace \
                  WHERE relkind = 'r' AND relname <> 'reporting_enabledtagkeys' AND nspname NOT IN ('pg_catalog', 'information_schema') AND nspname NOT LIKE 'pg_toast%'";
    let mut digests = BTreeMap::new();
    for table in observer.texts("tables", tables).await.expect("tables") {
        let query = format!(
            "SELECT count(*) || ' rows, ' || coalesce(md5(string_agg(line, E'\\n' ORDER BY line)), '') \
             FROM (SELECT (to_jsonb(rows) - 'date_updated')::text AS line FROM {table} AS rows) AS lines"
        );
        let digest = observer.texts("rows", AssertSqlSafe(query)).await.expect("rows").pop().expect("a digest");
        if !digest.starts_with("0 ") {
            digests.insert(table, digest);
        }
    }
    observer.close().await;
    digests
}
