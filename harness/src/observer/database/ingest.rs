//! How far Koku came with a payload.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::AssertSqlSafe;
use sqlx::types::Json;
use uuid::Uuid;

use super::error::ObserveError;
use super::session::{DatabaseObserver, Look};
use super::usage::quoted;
use crate::fact::usage::{FileFact, IngestFacts, ManifestFact, OtherCluster, ReportPeriodFact};

impl DatabaseObserver {
    /// Looks at the manifest and the files of the payload of this uuid, as far as they belong to a provider of the tenant
    /// with this schema. Cheap enough to be asked until it is done. That there is no manifest is a fact; that the tenant has
    /// no such tables is an error.
    pub async fn ingest(&self, schema: &str, payload: Uuid) -> Result<IngestFacts, ObserveError> {
        let mut look = self.look().await?;
        let facts = ingest(&mut look, schema, payload).await?;
        look.end().await?;
        Ok(facts)
    }
}

pub(super) async fn ingest(look: &mut Look<'_>, schema: &str, payload: Uuid) -> Result<IngestFacts, ObserveError> {
    let manifest = manifest(look, schema, payload).await?;
    let files = match &manifest {
        Some(manifest) => files(look, manifest.id).await?,
        None => Vec::new(),
    };
    Ok(IngestFacts { manifest, files })
}

/// A cluster id may be registered in two orgs, so that one uuid may have a manifest in each.
async fn manifest(look: &mut Look<'_>, schema: &str, payload: Uuid) -> Result<Option<ManifestFact>, ObserveError> {
    let query = format!(
        "SELECT {MANIFEST} FROM public.reporting_common_costusagereportmanifest \
         WHERE assembly_id = $1 AND provider_id IN (SELECT uuid FROM {}.reporting_tenant_api_provider) ORDER BY id",
        quoted(schema)
    );
    let query = sqlx::query_as(AssertSqlSafe(query)).bind(payload.to_string());
    let rows: Vec<ManifestColumns> = look.typed("the manifest of the payload", query).await?;
    Ok(rows.into_iter().next().map(manifest_fact))
}

/// The columns of [`ManifestColumns`].
pub(super) const MANIFEST: &str =
    "id, assembly_id, cluster_id, num_total_files, provider_id, creation_datetime, completed_datetime, state";

/// What is read of a manifest, column by column.
pub(super) type ManifestColumns =
    (i32, String, Option<String>, i32, Option<Uuid>, Option<DateTime<Utc>>, Option<DateTime<Utc>>, Option<Json<Value>>);

/// The fact that these columns are.
pub(super) fn manifest_fact(columns: ManifestColumns) -> ManifestFact {
    let (id, assembly_id, cluster_id, num_total_files, provider_id, created, completed, state) = columns;
    ManifestFact {
        id,
        assembly_id,
        cluster_id,
        num_total_files,
        provider_id,
        creation_datetime: created,
        completed_datetime: completed,
        state: state.map_or(Value::Null, |Json(state)| state),
    }
}

async fn files(look: &mut Look<'_>, manifest: i32) -> Result<Vec<FileFact>, ObserveError> {
    type Row = (String, i32, Option<i32>, Option<DateTime<Utc>>);
    let query = sqlx::query_as(
        "SELECT report_name, status, failed_status, completed_datetime \
         FROM public.reporting_common_costusagereportstatus WHERE manifest_id = $1 ORDER BY report_name",
    );
    let rows: Vec<Row> = look.typed("the files of the payload", query.bind(manifest)).await?;
    let fact = |(name, status, failed_status, completed_datetime): Row| FileFact {
        name,
        state: status.into(),
        failed_status,
        completed_datetime,
    };
    Ok(rows.into_iter().map(fact).collect())
}

pub(super) async fn report_periods(
    look: &mut Look<'_>,
    schema: &str,
    cluster_id: &str,
) -> Result<Vec<ReportPeriodFact>, ObserveError> {
    type Row = (Option<String>, DateTime<Utc>, DateTime<Utc>, Option<DateTime<Utc>>, Option<DateTime<Utc>>);
    let query = format!(
        "SELECT cluster_alias, report_period_start, report_period_end, summary_data_updated_datetime, \
         derived_cost_datetime FROM {}.reporting_ocpusagereportperiod WHERE cluster_id = $1 ORDER BY report_period_start",
        quoted(schema)
    );
    let query = sqlx::query_as(AssertSqlSafe(query)).bind(cluster_id.to_owned());
    let rows: Vec<Row> = look.typed("the report periods", query).await?;
    let fact = |(cluster_alias, start, end, summarised, costs): Row| ReportPeriodFact {
        cluster_alias,
        report_period_start: start,
        report_period_end: end,
        summary_data_updated_datetime: summarised,
        derived_cost_datetime: costs,
    };
    Ok(rows.into_iter().map(fact).collect())
}

pub(super) async fn other_clusters(
    look: &mut Look<'_>,
    schema: &str,
    cluster_id: &str,
) -> Result<Vec<OtherCluster>, ObserveError> {
    let query = format!(
        "SELECT coalesce(cluster_id, ''), count(*) FROM {}.reporting_ocpusagelineitem_daily_summary \
         WHERE cluster_id IS DISTINCT FROM $1 GROUP BY cluster_id ORDER BY cluster_id",
        quoted(schema)
    );
    let query = sqlx::query_as(AssertSqlSafe(query)).bind(cluster_id.to_owned());
    let rows: Vec<(String, i64)> = look.typed("clusters in the daily summary", query).await?;
    Ok(rows.into_iter().map(|(cluster_id, rows)| OtherCluster { cluster_id, rows }).collect())
}
