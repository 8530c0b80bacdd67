//! Rows of the shared tables that describe tenants and providers.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::FromRow;
use sqlx::types::Json;
use uuid::Uuid;

use super::error::ObserveError;
use super::session::{DatabaseObserver, Look};
use crate::fact::database::{CustomerRow, DomainRow, ProviderRow, SourceRow, TenantRow};
use crate::fact::structure::StructureFacts;

/// Keys of credentials and billing sources whose values are no secrets: names of things at a cloud (source: measured on Koku
/// 768be82, facts `koku.md` §3).
const SHOWN: [&str; 9] = [
    "bucket",
    "bucket_region",
    "cluster_id",
    "dataset",
    "project_id",
    "region",
    "role_arn",
    "subscription_id",
    "tenant_id",
];

const HIDDEN: &str = "***";

pub(super) async fn tenants(
    look: &mut Look<'_>,
    structure: &StructureFacts,
) -> Result<Option<Vec<TenantRow>>, ObserveError> {
    if structure.table("public", "api_tenant").is_none() {
        return Ok(None);
    }
    let query = sqlx::query_as("SELECT id, schema_name FROM public.api_tenant ORDER BY id");
    let rows: Vec<(i32, String)> = look.typed("api_tenant", query).await?;
    Ok(Some(rows.into_iter().map(|(id, schema_name)| TenantRow { id, schema_name }).collect()))
}

pub(super) async fn domains(
    look: &mut Look<'_>,
    structure: &StructureFacts,
) -> Result<Option<Vec<DomainRow>>, ObserveError> {
    if structure.table("public", "api_domain").is_none() {
        return Ok(None);
    }
    let query = sqlx::query_as("SELECT domain, is_primary, tenant_id FROM public.api_domain ORDER BY id");
    let rows: Vec<(String, bool, i32)> = look.typed("api_domain", query).await?;
    let row = |(domain, is_primary, tenant_id)| DomainRow { domain, is_primary, tenant_id };
    Ok(Some(rows.into_iter().map(row).collect()))
}

pub(super) async fn customers(
    look: &mut Look<'_>,
    structure: &StructureFacts,
) -> Result<Option<Vec<CustomerRow>>, ObserveError> {
    if structure.table("public", "api_customer").is_none() {
        return Ok(None);
    }
    // Before api.0057 there was no org_id; a migration that stopped early leaves such a table.
    let query = sqlx::query_as(
        "SELECT id, account_id, to_jsonb(customer) ->> 'org_id', schema_name FROM public.api_customer customer ORDER BY id",
    );
    let rows: Vec<(i32, Option<String>, Option<String>, String)> = look.typed("api_customer", query).await?;
    let row = |(id, account_id, org_id, schema_name)| CustomerRow { id, account_id, org_id, schema_name };
    Ok(Some(rows.into_iter().map(row).collect()))
}

#[derive(FromRow)]
struct RawProvider {
    uuid: Uuid,
    name: String,
    provider_type: String,
    active: bool,
    paused: bool,
    setup_complete: bool,
    created_timestamp: DateTime<Utc>,
    customer_id: Option<i32>,
    credentials: Option<Json<Value>>,
    billing: Option<Json<Value>>,
}

pub(super) async fn providers(
    look: &mut Look<'_>,
    structure: &StructureFacts,
) -> Result<Option<Vec<ProviderRow>>, ObserveError> {
    let needed = ["api_provider", "api_providerauthentication", "api_providerbillingsource"];
    if needed.iter().any(|table| structure.table("public", table).is_none()) {
        return Ok(None);
    }
    let query = sqlx::query_as(include_str!("sql/providers.sql"));
    let rows: Vec<RawProvider> = look.typed("api_provider", query).await?;
    let row = |row: RawProvider| ProviderRow {
        uuid: row.uuid,
        name: row.name,
        provider_type: row.provider_type,
        active: row.active,
        paused: row.paused,
        setup_complete: row.setup_complete,
        created_timestamp: row.created_timestamp,
        customer_id: row.customer_id,
        credentials: entries(row.credentials),
        billing: entries(row.billing),
    };
    Ok(Some(rows.into_iter().map(row).collect()))
}

impl DatabaseObserver {
    /// The names of the providers of one tenant: all that a wait for a provider asks for, again and again.
    pub async fn provider_names(&self, schema: &str) -> Result<BTreeSet<String>, ObserveError> {
        let mut look = self.look().await?;
        let query = sqlx::query_as(
            "SELECT provider.name FROM public.api_provider provider \
             JOIN public.api_customer customer ON customer.id = provider.customer_id WHERE customer.schema_name = $1",
        );
        let rows: Vec<(String,)> = look.typed("api_provider", query.bind(schema.to_owned())).await?;
        look.end().await?;
        Ok(rows.into_iter().map(|(name,)| name).collect())
    }
}

/// The entries of a JSON object as texts, secrets hidden: `credentials` may hold `{"client_secret": …}`.
fn entries(value: Option<Json<Value>>) -> BTreeMap<String, String> {
    let Some(Json(Value::Object(object))) = value else { return BTreeMap::new() };
    let shown = |key: &str, value: Value| match value {
        _ if !SHOWN.contains(&key) => HIDDEN.to_owned(),
        Value::String(text) => text,
        other => other.to_string(),
    };
    object.into_iter().map(|(key, value)| (key.clone(), shown(&key, value))).collect()
}

#[derive(FromRow)]
struct RawSource {
    source_id: i32,
    source_uuid: Option<Uuid>,
    name: Option<String>,
    source_type: String,
    koku_uuid: Option<String>,
    org_id: Option<String>,
    credentials: Option<Json<Value>>,
    billing: Option<Json<Value>>,
}

pub(super) async fn sources(
    look: &mut Look<'_>,
    structure: &StructureFacts,
) -> Result<Option<Vec<SourceRow>>, ObserveError> {
    if structure.table("public", "api_sources").is_none() {
        return Ok(None);
    }
    let query = sqlx::query_as(
        "SELECT source_id, source_uuid, name, source_type, koku_uuid, to_jsonb(source) ->> 'org_id' AS org_id, \
         to_jsonb(source) -> 'authentication' -> 'credentials' AS credentials, \
         to_jsonb(source) -> 'billing_source' -> 'data_source' AS billing FROM public.api_sources source ORDER BY source_id",
    );
    let rows: Vec<RawSource> = look.typed("api_sources", query).await?;
    let row = |row: RawSource| SourceRow {
        source_id: row.source_id,
        source_uuid: row.source_uuid,
        name: row.name,
        source_type: row.source_type,
        koku_uuid: row.koku_uuid,
        credentials: entries(row.credentials),
        billing: entries(row.billing),
        org_id: row.org_id,
    };
    Ok(Some(rows.into_iter().map(row).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_may_be_a_secret_is_hidden() {
        let value = serde_json::json!({ "cluster_id": "c-1", "client_secret": "hunter2", "tenant_id": 7 });
        let shown = entries(Some(Json(value)));
        assert_eq!(shown["cluster_id"], "c-1");
        assert_eq!(shown["client_secret"], HIDDEN);
        assert_eq!(shown["tenant_id"], "7");
    }
}
