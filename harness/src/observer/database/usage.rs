//! What Koku made of a cluster's usage: the daily summary and the report tables of one tenant.

use bigdecimal::BigDecimal;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

use super::error::ObserveError;
use super::ingest;
use super::session::{DatabaseObserver, Look};
use crate::fact::usage::{
    CostRow, DataSource, Measure, Measures, ReportTable, ReportTableFact, ReportTableRow, SummaryRow, UsageFacts,
};
use crate::number::Stored;

/// The columns of the daily summary that are read beside those of numbers.
const SUMMARY: &str = "cluster_id, cluster_alias, data_source, namespace, node, resource_id, usage_start, usage_end, \
    persistentvolumeclaim, persistentvolume, storageclass, pod_labels, volume_labels, all_labels, \
    infrastructure_usage_cost, cost_category_id";

impl DatabaseObserver {
    /// Looks at all that the tenant with this schema holds of a cluster and of the payload of this uuid, in one state of the
    /// database. Rows that a cost model made are kept apart. Reports are not asked: they are HTTP, see
    /// [`crate::observer::usage`].
    pub async fn usage(&self, schema: &str, cluster_id: &str, payload: Uuid) -> Result<UsageFacts, ObserveError> {
        let mut look = self.look().await?;
        let ingest = ingest::ingest(&mut look, schema, payload).await?;
        let mut report_tables = Vec::with_capacity(ReportTable::ALL.len());
        for table in ReportTable::ALL {
            report_tables.push(report_table(&mut look, schema, cluster_id, table).await?);
        }
        let facts = UsageFacts {
            schema: schema.to_owned(),
            cluster_id: cluster_id.to_owned(),
            manifest: ingest.manifest,
            files: ingest.files,
            report_periods: ingest::report_periods(&mut look, schema, cluster_id).await?,
            summary_rows: summary(&mut look, schema, cluster_id).await?,
            cost_rows: costs(&mut look, schema, cluster_id).await?,
            report_tables,
            reports: Vec::new(),
            other_clusters: ingest::other_clusters(&mut look, schema, cluster_id).await?,
        };
        look.end().await?;
        Ok(facts)
    }
}

/// A schema's name in a statement. It is always quoted: a tenant may be called `AB-c.1`, or `select`.
pub(super) fn quoted(schema: &str) -> String {
    format!("\"{}\"", schema.replace('"', "\"\""))
}

async fn summary(look: &mut Look<'_>, schema: &str, cluster_id: &str) -> Result<Vec<SummaryRow>, ObserveError> {
    const WHAT: &str = "the daily summary";
    let numbers: Vec<&str> = Measure::all().map(Measure::column).collect();
    let query = format!(
        "SELECT {SUMMARY}, {} FROM {}.reporting_ocpusagelineitem_daily_summary \
         WHERE cluster_id = $1 AND cost_model_rate_type IS NULL \
         ORDER BY usage_start, data_source, namespace, node, persistentvolumeclaim, persistentvolume",
        numbers.join(", "),
        quoted(schema)
    );
    let rows = look.rows(WHAT, sqlx::query(AssertSqlSafe(query)).bind(cluster_id.to_owned())).await?;
    let rows: Result<_, sqlx::Error> = rows.iter().map(summary_row).collect();
    rows.map_err(|source| ObserveError::asking(WHAT, source))
}

fn summary_row(row: &PgRow) -> Result<SummaryRow, sqlx::Error> {
    let json = |column| Ok::<_, sqlx::Error>(row.try_get::<Option<Json<_>>, _>(column)?.map(|Json(value)| value));
    Ok(SummaryRow {
        cluster_id: row.try_get("cluster_id")?,
        cluster_alias: row.try_get("cluster_alias")?,
        data_source: data_source(row)?.ok_or_else(|| unknown_source("NULL"))?,
        namespace: row.try_get("namespace")?,
        node: row.try_get("node")?,
        resource_id: row.try_get("resource_id")?,
        usage_start: row.try_get("usage_start")?,
        usage_end: row.try_get("usage_end")?,
        persistentvolumeclaim: row.try_get("persistentvolumeclaim")?,
        persistentvolume: row.try_get("persistentvolume")?,
        storageclass: row.try_get("storageclass")?,
        pod_labels: json("pod_labels")?,
        volume_labels: json("volume_labels")?,
        all_labels: json("all_labels")?,
        infrastructure_usage_cost: json("infrastructure_usage_cost")?,
        cost_category_id: row.try_get("cost_category_id")?,
        measures: measures(row, Measure::all())?,
    })
}

async fn costs(look: &mut Look<'_>, schema: &str, cluster_id: &str) -> Result<Vec<CostRow>, ObserveError> {
    const WHAT: &str = "the costs in the daily summary";
    let query = format!(
        "SELECT usage_start, data_source, namespace, node, persistentvolumeclaim, persistentvolume, storageclass, \
         cost_model_rate_type, monthly_cost_type, cost_model_cpu_cost, cost_model_memory_cost, cost_model_volume_cost, \
         distributed_cost FROM {}.reporting_ocpusagelineitem_daily_summary \
         WHERE cluster_id = $1 AND cost_model_rate_type IS NOT NULL \
         ORDER BY usage_start, data_source, namespace, node, persistentvolumeclaim, persistentvolume, cost_model_rate_type",
        quoted(schema)
    );
    let rows = look.rows(WHAT, sqlx::query(AssertSqlSafe(query)).bind(cluster_id.to_owned())).await?;
    let rows: Result<_, sqlx::Error> = rows.iter().map(cost_row).collect();
    rows.map_err(|source| ObserveError::asking(WHAT, source))
}

fn cost_row(row: &PgRow) -> Result<CostRow, sqlx::Error> {
    let amount = |column| {
        let number: Option<BigDecimal> = row.try_get(column)?;
        Ok::<_, sqlx::Error>(number.map_or(Stored::ZERO, |number| Stored::from_decimal(&number)))
    };
    Ok(CostRow {
        usage_start: row.try_get("usage_start")?,
        data_source: data_source(row)?.ok_or_else(|| unknown_source("NULL"))?,
        namespace: row.try_get("namespace")?,
        node: row.try_get("node")?,
        persistentvolumeclaim: row.try_get("persistentvolumeclaim")?,
        persistentvolume: row.try_get("persistentvolume")?,
        storageclass: row.try_get("storageclass")?,
        rate_type: row.try_get("cost_model_rate_type")?,
        monthly_type: row.try_get("monthly_cost_type")?,
        cpu: amount("cost_model_cpu_cost")?,
        memory: amount("cost_model_memory_cost")?,
        volume: amount("cost_model_volume_cost")?,
        distributed: amount("distributed_cost")?,
    })
}

async fn report_table(
    look: &mut Look<'_>,
    schema: &str,
    cluster_id: &str,
    table: ReportTable,
) -> Result<ReportTableFact, ObserveError> {
    let mut columns = vec!["cluster_id", "cluster_alias", "usage_start", "usage_end", "cost_category_id"];
    let optional: [(bool, &[&str]); 4] = [
        (table.has_node(), &["node"]),
        (table.has_namespace(), &["namespace"]),
        (table.has_claim(), &["persistentvolumeclaim", "storageclass"]),
        (table.has_resources(), &["data_source", "resource_ids", "resource_count"]),
    ];
    columns.extend(optional.iter().filter(|(has, _)| *has).flat_map(|(_, names)| names.iter()));
    columns.extend(table.measures().into_iter().map(Measure::column));
    let query = format!(
        "SELECT {} FROM {}.{} WHERE cluster_id = $1 AND cost_model_rate_type IS NULL ORDER BY usage_start",
        columns.join(", "),
        quoted(schema),
        table.name()
    );
    let rows = look.rows(table.name(), sqlx::query(AssertSqlSafe(query)).bind(cluster_id.to_owned())).await?;
    let rows: Result<_, sqlx::Error> = rows.iter().map(|row| table_row(row, table)).collect();
    let rows = rows.map_err(|source| ObserveError::asking(table.name(), source))?;
    Ok(ReportTableFact { table, rows })
}

fn table_row(row: &PgRow, table: ReportTable) -> Result<ReportTableRow, sqlx::Error> {
    let text = |has: bool, column| if has { row.try_get::<Option<String>, _>(column) } else { Ok(None) };
    let has_resources = table.has_resources();
    let ids: Option<Vec<Option<String>>> = if has_resources { row.try_get("resource_ids")? } else { None };
    Ok(ReportTableRow {
        cluster_id: row.try_get("cluster_id")?,
        cluster_alias: row.try_get("cluster_alias")?,
        usage_start: row.try_get("usage_start")?,
        usage_end: row.try_get("usage_end")?,
        node: text(table.has_node(), "node")?,
        namespace: text(table.has_namespace(), "namespace")?,
        persistentvolumeclaim: text(table.has_claim(), "persistentvolumeclaim")?,
        storageclass: text(table.has_claim(), "storageclass")?,
        data_source: if has_resources { data_source(row)? } else { None },
        resource_ids: ids.map(|ids| ids.into_iter().flatten().collect()),
        resource_count: if has_resources { row.try_get("resource_count")? } else { None },
        cost_category_id: row.try_get("cost_category_id")?,
        measures: measures(row, table.measures().into_iter())?,
    })
}

fn data_source(row: &PgRow) -> Result<Option<DataSource>, sqlx::Error> {
    let name: Option<String> = row.try_get("data_source")?;
    name.map(|name| DataSource::named(&name).ok_or_else(|| unknown_source(&name))).transpose()
}

fn unknown_source(found: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("data_source is {found}, expected Pod or Storage").into())
}

fn measures(row: &PgRow, measures: impl Iterator<Item = Measure>) -> Result<Measures, sqlx::Error> {
    let mut numbers = Measures::new();
    for measure in measures {
        let number: Option<BigDecimal> = row.try_get(measure.column())?;
        if let Some(number) = number {
            numbers.insert(measure, Stored::from_decimal(&number));
        }
    }
    Ok(numbers)
}
