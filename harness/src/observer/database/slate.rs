//! What is there before `install`.

use super::error::ObserveError;
use super::session::{DatabaseObserver, Look};
use crate::fact::slate::{SlateContents, SlateFacts};
use crate::secret::SecretUrl;

/// Looks at the database where the chart is to be installed. That there is none is a fact, not an error.
pub async fn observe_slate(url: &SecretUrl) -> Result<SlateFacts, ObserveError> {
    let database = url.url().path().trim_start_matches('/').to_owned();
    let observer = match DatabaseObserver::connect(url).await {
        Ok(observer) => observer,
        Err(ObserveError::NoSuchDatabase { database }) => {
            return Ok(SlateFacts { database, contents: None, namespace: None });
        }
        Err(error) => return Err(error),
    };
    let mut look = observer.look().await?;
    let contents = contents(&mut look).await?;
    look.end().await?;
    observer.close().await;
    Ok(SlateFacts { database, contents: Some(contents), namespace: None })
}

async fn contents(look: &mut Look<'_>) -> Result<SlateContents, ObserveError> {
    let schemas = names(
        look,
        "the schemas",
        r"SELECT nspname::text FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%' AND nspname NOT IN ('information_schema', 'public')",
    );
    let schemas = schemas.await?;
    let tables =
        names(look, "the tables of public", "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'");
    let public_tables = tables.await?;
    let tenants = if public_tables.contains("api_tenant") {
        names(look, "api_tenant", "SELECT schema_name FROM public.api_tenant").await?
    } else {
        std::collections::BTreeSet::new()
    };
    Ok(SlateContents { schemas, public_tables, tenants })
}

async fn names(
    look: &mut Look<'_>,
    what: &'static str,
    query: &'static str,
) -> Result<std::collections::BTreeSet<String>, ObserveError> {
    let rows: Vec<(String,)> = look.typed(what, sqlx::query_as(query)).await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}
