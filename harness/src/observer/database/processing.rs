//! How far Koku came with all that was sent to it, of all tenants: two queries over the shared tables, and one for each batch of
//! tenants that were sent something.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::error::ObserveError;
use super::ingest::{MANIFEST, ManifestColumns, manifest_fact};
use super::session::{DatabaseObserver, Look};
use super::usage::quoted;
use crate::error::chain;
use crate::fact::database::DatabaseFacts;
use crate::fact::processing::{Period, Processing, ProviderProcessing, Unfinished};
use crate::fact::usage::FileFact;

/// The shared tables that tell it.
const SHARED: [&str; 2] = ["reporting_common_costusagereportmanifest", "reporting_common_costusagereportstatus"];
/// The tables of a tenant that tell it.
const OF_TENANT: [&str; 2] = ["reporting_ocpusagereportperiod", "reporting_ocpusagelineitem_daily_summary"];
/// How many tenants are asked in one transaction: each takes a lock for every partition of its daily summary and for the
/// partition's indexes, and a server with default settings has 6,400 in all.
const BATCH: usize = 20;

/// Looks at it, beside what was seen of the database. What cannot be read spoils nothing else that was seen.
pub(super) async fn processing(observer: &DatabaseObserver, seen: &DatabaseFacts) -> Processing {
    if SHARED.iter().any(|table| seen.structure.table("public", table).is_none()) {
        return Processing::NoTables;
    }
    match read(observer, seen).await {
        Ok(providers) => Processing::Read { providers },
        Err(error) => Processing::Unreadable { why: chain(&error) },
    }
}

type FileColumns = (i32, String, i32, Option<i32>, Option<DateTime<Utc>>);
type PeriodColumns = (Uuid, String, DateTime<Utc>, Option<DateTime<Utc>>, bool);
type Providers = BTreeMap<Uuid, ProviderProcessing>;

async fn read(observer: &DatabaseObserver, seen: &DatabaseFacts) -> Result<Providers, ObserveError> {
    let mut look = observer.look().await?;
    let mut providers = providers(&mut look).await?;
    look.end().await?;
    let has_tables = |schema: &str| OF_TENANT.iter().all(|table| seen.structure.table(schema, table).is_some());
    let sent = seen.providers.iter().flatten().filter(|row| providers.contains_key(&row.uuid));
    let mut schemas: Vec<String> = sent.filter_map(|row| Some(seen.customer_of(row)?.schema_name.clone())).collect();
    schemas.sort_unstable();
    schemas.dedup();
    schemas.retain(|schema| has_tables(schema));
    for batch in schemas.chunks(BATCH) {
        periods(observer, batch, &mut providers).await?;
    }
    Ok(providers)
}

async fn providers(look: &mut Look<'_>) -> Result<Providers, ObserveError> {
    let query = sqlx::query_as(include_str!("sql/providers_processing.sql"));
    let rows: Vec<(Uuid, i64, i64, i32)> = look.typed("the manifests of all providers", query).await?;
    let (ids, last): (Vec<Uuid>, Vec<i32>) = rows.iter().map(|(provider, _, _, last)| (*provider, *last)).unzip();
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    let mut providers: Providers = rows
        .into_iter()
        .map(|(provider, manifests, completed, _)| {
            let (manifests, completed) = (count(manifests), count(completed));
            (provider, ProviderProcessing { manifests, completed, ..ProviderProcessing::default() })
        })
        .collect();
    for unfinished in unfinished(look, ids, last).await? {
        if let Some(provider) = unfinished.manifest.provider_id.and_then(|provider| providers.get_mut(&provider)) {
            provider.unfinished.push(unfinished);
        }
    }
    Ok(providers)
}

/// The manifests of each provider that are younger than the last one which came to a good end, in order, with their files.
async fn unfinished(
    look: &mut Look<'_>,
    providers: Vec<Uuid>,
    last: Vec<i32>,
) -> Result<Vec<Unfinished>, ObserveError> {
    let query = format!(
        "SELECT {MANIFEST} FROM public.reporting_common_costusagereportmanifest manifest \
         JOIN unnest($1::uuid[], $2::integer[]) AS good (provider, last) \
         ON manifest.provider_id = good.provider AND manifest.id > good.last ORDER BY id"
    );
    let query = sqlx::query_as(AssertSqlSafe(query)).bind(providers).bind(last);
    let manifests: Vec<ManifestColumns> = look.typed("manifests without a good end", query).await?;
    let ids: Vec<i32> = manifests.iter().map(|manifest| manifest.0).collect();
    let query = sqlx::query_as(
        "SELECT manifest_id, report_name, status, failed_status, completed_datetime \
         FROM public.reporting_common_costusagereportstatus WHERE manifest_id = ANY ($1) ORDER BY report_name",
    );
    let mut files: BTreeMap<i32, Vec<FileFact>> = BTreeMap::new();
    let rows: Vec<FileColumns> = look.typed("files of manifests without a good end", query.bind(ids)).await?;
    for (manifest, name, status, failed_status, completed_datetime) in rows {
        let file = FileFact { name, state: status.into(), failed_status, completed_datetime };
        files.entry(manifest).or_default().push(file);
    }
    let of_manifest = |columns: ManifestColumns| {
        let files = files.remove(&columns.0).unwrap_or_default();
        Unfinished { manifest: manifest_fact(columns), files }
    };
    Ok(manifests.into_iter().map(of_manifest).collect())
}

async fn periods(
    observer: &DatabaseObserver,
    schemas: &[String],
    providers: &mut Providers,
) -> Result<(), ObserveError> {
    let of_tenant = |schema: &String| {
        let schema = quoted(schema);
        format!(
            "SELECT provider_id, cluster_id::text, report_period_start, summary_data_updated_datetime, \
             EXISTS (SELECT FROM {schema}.reporting_ocpusagelineitem_daily_summary summary \
             WHERE summary.report_period_id = period.id) FROM {schema}.reporting_ocpusagereportperiod period"
        )
    };
    let query = schemas.iter().map(of_tenant).collect::<Vec<_>>().join(" UNION ALL ");
    let query = format!("{query} ORDER BY 1, 3");
    let mut look = observer.look().await?;
    let rows: Vec<PeriodColumns> =
        look.typed("the report periods of tenants", sqlx::query_as(AssertSqlSafe(query))).await?;
    look.end().await?;
    for (provider, cluster_id, start, summarised, has_rows) in rows {
        let period = Period { cluster_id, start, summarised, has_rows };
        if let Some(provider) = providers.get_mut(&provider) {
            provider.periods.push(period);
        }
    }
    Ok(())
}
