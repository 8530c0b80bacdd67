//! What stands in the watched tables.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::{AssertSqlSafe, PgPool};

/// The watched tables of `public`, and the column by which a row is known (source: `about` of `koku-sources.json`).
const WATCHED: [(&str, &str); 12] = [
    ("api_customer", "id"),
    ("api_tenant", "id"),
    ("api_domain", "id"),
    ("api_user", "id"),
    ("api_provider", "uuid"),
    ("api_providerauthentication", "id"),
    ("api_providerbillingsource", "id"),
    ("api_providerinfrastructuremap", "id"),
    ("api_sources", "source_id"),
    ("delayed_celery_tasks", "id"),
    ("reporting_common_costusagereportmanifest", "id"),
    ("reporting_common_costusagereportstatus", "id"),
];
/// The watched table of each tenant.
const OF_TENANT: &str = "reporting_tenant_api_provider";
/// The schemas of tenants, and the one that they are cloned from, with their number of tables.
const SCHEMAS: &str = "
    SELECT nspname, count(pg_class.oid) AS tables, count(pg_class.oid) FILTER (WHERE relname LIKE 'reporting%') AS reporting_tables,
        pg_get_userbyid(nspowner) AS owner
    FROM pg_namespace LEFT JOIN pg_class ON relnamespace = pg_namespace.oid AND relkind IN ('r', 'p')
    WHERE nspname LIKE 'org%' OR nspname = 'template0' GROUP BY nspname, nspowner";
/// Tenants' tables that are watched and there.
const TENANTS: &str = "SELECT schemaname::text FROM pg_tables WHERE tablename = 'reporting_tenant_api_provider' AND schemaname LIKE 'org%'";

/// The rows of the watched tables, by table and by what a row is known by.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Snapshot(pub(super) BTreeMap<String, BTreeMap<String, Value>>);

impl Snapshot {
    /// Looks at the watched tables. Reads only.
    pub(crate) async fn take(pool: &PgPool) -> Result<Self, sqlx::Error> {
        let mut tables = BTreeMap::new();
        for (table, key) in WATCHED {
            let rows = rows(pool, &format!("SELECT * FROM public.{table}")).await?;
            tables.insert(table.to_owned(), by_key(rows, key));
        }
        tables.insert("pg_namespace".to_owned(), by_key(rows(pool, SCHEMAS).await?, "nspname"));
        let schemas: Vec<String> = sqlx::query_scalar(TENANTS).fetch_all(pool).await?;
        for schema in schemas {
            let quoted = schema.replace('"', "\"\"");
            let rows = rows(pool, &format!("SELECT * FROM \"{quoted}\".{OF_TENANT}")).await?;
            tables.insert(format!("{schema}.{OF_TENANT}"), by_key(rows, "uuid"));
        }
        Ok(Self(tables))
    }
}

async fn rows(pool: &PgPool, query: &str) -> Result<Vec<Value>, sqlx::Error> {
    let statement = format!("SELECT coalesce(jsonb_agg(to_jsonb(watched)), '[]')::text FROM ({query}) AS watched");
    let text: String = sqlx::query_scalar(AssertSqlSafe(statement)).fetch_one(pool).await?;
    serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into()))
}

fn by_key(rows: Vec<Value>, key: &str) -> BTreeMap<String, Value> {
    rows.into_iter().map(|row| (row[key].to_string(), row)).collect()
}
