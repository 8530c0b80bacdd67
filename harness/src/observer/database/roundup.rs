//! One look at everything that checks judge of a database.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::error::ObserveError;
use super::session::{DatabaseObserver, Look};
use super::{processing, rights, rows, schemas, structure};
use crate::fact::database::{DATABASE_FACTS_VERSION, DatabaseFacts, RoleFacts, ServerFacts};
use crate::fact::processing::Processing;

impl DatabaseObserver {
    /// Looks at the whole database, all tenants at once, in one state of it. Rows are counted of the tables named in `counted`,
    /// wherever they are there: [`crate::catalog::Catalog::seeded_tables`].
    pub async fn observe(&self, counted: &BTreeSet<String>) -> Result<DatabaseFacts, ObserveError> {
        self.observe_all(counted).await.map_err(ObserveError::of_what_was_seen)
    }

    async fn observe_all(&self, counted: &BTreeSet<String>) -> Result<DatabaseFacts, ObserveError> {
        let mut look = self.look().await?;
        // With an empty search path PostgreSQL prints every name with its schema, as the catalog has them.
        look.rows("the search path", sqlx::query("SELECT set_config('search_path', '', true)")).await?;
        let (observed_at, server) = server(&mut look).await?;
        rights::demand(&mut look, &server.role, counted).await?;
        let (extensions, extension_schemas) = extensions(&mut look).await?;
        let roles = roles(&mut look).await?;
        let schemas = schemas::schemas(&mut look).await?;
        let structure = structure::structure(&mut look, server.version_number).await?;
        let mut facts = DatabaseFacts {
            version: DATABASE_FACTS_VERSION,
            observed_at,
            server,
            extensions,
            extension_schemas,
            roles,
            migrations: schemas::migrations(&mut look, &structure).await?,
            tenants: rows::tenants(&mut look, &structure).await?,
            domains: rows::domains(&mut look, &structure).await?,
            customers: rows::customers(&mut look, &structure).await?,
            providers: rows::providers(&mut look, &structure).await?,
            sources: rows::sources(&mut look, &structure).await?,
            schema_providers: schemas::providers(&mut look, &structure).await?,
            row_counts: schemas::row_counts(&mut look, &structure, counted).await?,
            schemas,
            structure,
            processing: Processing::NoTables,
        };
        look.end().await?;
        facts.processing = processing::processing(self, &facts).await;
        Ok(facts)
    }
}

async fn server(look: &mut Look<'_>) -> Result<(DateTime<Utc>, ServerFacts), ObserveError> {
    let query = "SELECT clock_timestamp(), current_setting('server_version_num')::int, current_setting('server_version'), \
                 current_database()::text, current_user::text";
    let mut rows: Vec<(DateTime<Utc>, i32, String, String, String)> =
        look.typed("the server", sqlx::query_as(query)).await?;
    let (observed_at, number, version_text, database, role) =
        rows.pop().ok_or_else(|| ObserveError::QueryFailed { what: "the server", source: sqlx::Error::RowNotFound })?;
    let version_number = u32::try_from(number).unwrap_or_default();
    Ok((observed_at, ServerFacts { version_number, version_text, database, role }))
}

/// The versions of extensions, and their schemas, by name.
async fn extensions(look: &mut Look<'_>) -> Result<(BTreeMap<String, String>, BTreeMap<String, String>), ObserveError> {
    let query = "SELECT extname::text, extversion, nspname::text FROM pg_extension \
                 JOIN pg_namespace schema ON schema.oid = extnamespace";
    let rows: Vec<(String, String, String)> = look.typed("the extensions", sqlx::query_as(query)).await?;
    Ok(rows.into_iter().map(|(name, version, schema)| ((name.clone(), version), (name, schema))).unzip())
}

async fn roles(look: &mut Look<'_>) -> Result<BTreeMap<String, RoleFacts>, ObserveError> {
    let query = r"SELECT rolname::text, rolsuper, rolcanlogin, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname NOT LIKE 'pg\_%'";
    let rows: Vec<(String, bool, bool, bool, bool)> = look.typed("the roles", sqlx::query_as(query)).await?;
    let role = |(name, superuser, login, create_database, create_role)| {
        (name, RoleFacts { superuser, login, create_database, create_role })
    };
    Ok(rows.into_iter().map(role).collect())
}
