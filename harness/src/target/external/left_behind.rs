//! What no public door removes: told by name, with the statements that an owner of the database could use.

use crate::check::sql::{identifier, literal};
use crate::error::chain;
use crate::observer::database::DatabaseObserver;
use crate::scenario::plan::PlannedTenant;
use crate::secret::SecretUrl;

/// Tells of a tenant that the run's first source made there: Koku deletes no tenant (source: measured on Koku 768be82, facts koku
/// §6.5 and §6.7).
pub(super) async fn tenant(database: &SecretUrl, tenant: &PlannedTenant) -> Result<(), String> {
    let observer = DatabaseObserver::lazily(database.clone());
    let (schema, org) = (literal(&tenant.schema), literal(&tenant.org_id));
    let query = format!(
        "SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname = {schema} \
         UNION ALL SELECT 'its row in api_tenant' FROM public.api_tenant WHERE schema_name = {schema} \
         UNION ALL SELECT 'its row in api_customer' FROM public.api_customer WHERE org_id = {org}"
    );
    let found = observer.texts("what is left of a tenant", sqlx::AssertSqlSafe(query)).await;
    observer.close().await;
    let found = found.map_err(|error| format!("it could not be seen whether it is there: {}", chain(&error)))?;
    if found.is_empty() {
        return Ok(());
    }
    Err(format!(
        "Koku has no door that deletes a tenant; {} are there; an owner of the database can:\n{}",
        found.join(", "),
        statements(tenant)
    ))
}

/// The statements that take a tenant away, which is empty by then.
fn statements(tenant: &PlannedTenant) -> String {
    let (schema, org) = (literal(&tenant.schema), literal(&tenant.org_id));
    [
        format!("DROP SCHEMA IF EXISTS {} CASCADE;", identifier(&tenant.schema)),
        format!("DELETE FROM public.api_tenant WHERE schema_name = {schema};"),
        format!("DELETE FROM public.api_user WHERE customer_id IN (SELECT id FROM public.api_customer WHERE org_id = {org});"),
        format!("DELETE FROM public.api_customer WHERE org_id = {org};"),
    ]
    .join("\n")
}

/// Tells of the files of payloads that were taken.
pub(super) fn uploads(uuids: &[String]) -> Result<(), String> {
    if uuids.is_empty() {
        return Ok(());
    }
    Err(format!(
        "no door deletes what was uploaded; the files of payload {} are in Koku's object store, where its owner can delete them, and the \
         keys of its labels stay in the tenant's reporting_enabledtagkeys",
        uuids.join(", ")
    ))
}
