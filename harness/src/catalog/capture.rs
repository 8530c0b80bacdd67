//! Capturing a catalog from a database that is known to be good.

use std::collections::BTreeSet;

use super::capture_error::CaptureError;
use super::describe;
use super::diff::CatalogDiff;
use super::file::CatalogFile;
use super::raw::{Captured, MeasuredOn, RawCatalog, RawExtension, RawSchemas};
use super::source::source;
use crate::fact::database::DatabaseFacts;
use crate::fact::seed::SeedFacts;
use crate::observer::database::{DatabaseObserver, SeedRequest};

/// Tables of `public` that fill with use, by the beginning of their names: what stands in them no migration has left (source: measured
/// on Koku 768be82 and 17927df, whose fresh migrations leave rows in none of them).
const FILLED_BY_USE: [&str; 9] = [
    "__customer_total_data",
    "api_",
    "auth_group",
    "auth_user",
    "delayed_celery_tasks",
    "django_session",
    "region_mapping",
    "reporting_common_costusagereport",
    "worker_cache_table",
];

/// What is to be captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureRequest {
    /// The catalog's name.
    pub name: String,
    /// The schema that becomes its tenant; one is chosen where none is named.
    pub tenant: Option<String>,
    /// The commit of Koku, if it is known.
    pub koku_commit: Option<String>,
}

/// Captures the catalog of a database, if that is good, as far as can be told: it is migrated, has a tenant, and all its tenants and
/// its template are the same; and where it records the migrations of one of the `known` catalogs, it is what that says.
pub async fn capture(
    observer: &DatabaseObserver,
    request: &CaptureRequest,
    known: &[CatalogFile],
) -> Result<CatalogFile, CaptureError> {
    let facts = observer.observe(&BTreeSet::new()).await?;
    let tenant = source(&facts, request.tenant.as_deref())?;
    let captured = describe_database(observer, &facts, tenant, request).await?;
    let same_version = known.iter().filter(|other| has_migrations_of(&captured, other));
    for other in same_version {
        let diff = CatalogDiff::of(other, &captured);
        let differences: Vec<String> = diff.structural().map(|one| one.between(other.name(), "the database")).collect();
        if !differences.is_empty() {
            return Err(CaptureError::LikeKnown { catalog: other.name().to_owned(), differences });
        }
    }
    Ok(captured)
}

/// What a database is, good or not, as a catalog of this name: for comparing. Its tenant is chosen as for capturing, where that can be.
pub async fn look(observer: &DatabaseObserver, tenant: Option<&str>) -> Result<CatalogFile, CaptureError> {
    let facts = observer.observe(&BTreeSet::new()).await?;
    let tenant = super::source::any(&facts, tenant)?;
    let name = facts.server.database.clone();
    let request = CaptureRequest { name, tenant: None, koku_commit: None };
    describe_database(observer, &facts, tenant, &request).await
}

fn has_migrations_of(one: &CatalogFile, other: &CatalogFile) -> bool {
    let of = |file: &CatalogFile| {
        let mut migrations = file.raw().schemas.public.seed.migrations_in_order.clone();
        migrations.sort();
        migrations
    };
    of(one) == of(other)
}

async fn describe_database(
    observer: &DatabaseObserver,
    facts: &DatabaseFacts,
    tenant: &str,
    request: &CaptureRequest,
) -> Result<CatalogFile, CaptureError> {
    let mut schemas = RawSchemas {
        public: describe::schema(&facts.structure, "public")?,
        tenant: describe::schema(&facts.structure, tenant)?,
    };
    schemas.public.seed = describe::seed(first_rows(observer, facts, "public").await?);
    schemas.tenant.seed = describe::seed(first_rows(observer, facts, tenant).await?);
    let in_schema = observer.extension_schemas().await?;
    let extensions = facts.extensions.iter().map(|(name, version)| RawExtension {
        name: name.clone(),
        version: version.clone(),
        schema: in_schema.get(name).cloned().unwrap_or_default(),
    });
    let raw = RawCatalog {
        about: about(facts, tenant, request.koku_commit.as_deref()),
        measured_on: MeasuredOn {
            server_version: facts.server.version_text.clone(),
            koku_commit: request.koku_commit.clone().unwrap_or_else(|| "unknown".to_owned()),
            captured: Some(Captured {
                by: concat!("e2e-validate ", env!("CARGO_PKG_VERSION")).to_owned(),
                database: facts.server.database.clone(),
                tenant: tenant.to_owned(),
                at: facts.observed_at,
            }),
        },
        extensions: extensions.collect(),
        schemas,
    };
    Ok(CatalogFile::new(request.name.clone(), raw))
}

/// The first rows of a schema, and in `public` only those of tables that no use fills.
async fn first_rows(
    observer: &DatabaseObserver,
    facts: &DatabaseFacts,
    schema: &str,
) -> Result<SeedFacts, CaptureError> {
    let is_public = schema == "public";
    let names = facts.structure.tables_of(schema).filter(|(_, table)| table.partition_key.is_none());
    let names = names.map(|(name, _)| name.to_owned());
    let tables = names.filter(|name| !is_public || !FILLED_BY_USE.iter().any(|beginning| name.starts_with(beginning)));
    let request = SeedRequest { schema: schema.to_owned(), tables: tables.collect(), with_rows: !is_public };
    let seed = observer.seed(&facts.structure, &request).await?;
    let recorded = seed.migrations.iter().map(|(app, name)| format!("{app}.{name}")).collect();
    if facts.migrations.get(schema) == Some(&recorded) { Ok(seed) } else { Err(CaptureError::Changed) }
}

fn about(facts: &DatabaseFacts, tenant: &str, commit: Option<&str>) -> String {
    format!(
        "Structure of a migrated Koku database ({}), captured by `e2e-validate catalog capture` from database {} on PostgreSQL {} at \
         {}; its tenant is the schema {tenant}. {{schema}} stands for the tenant schema. Partitions have what their parents have, \
         but for identity; month partitions are left out. Every text is what PostgreSQL prints with an empty search_path; an index is \
         pg_get_indexdef without its head and name, a multiset, the primary key's left out. seed: what a fresh migration leaves \
         behind; in public only of tables that no use fills, and as numbers. There are no counts that were measured apart.",
        commit.map_or_else(|| "of an unknown commit".to_owned(), |commit| format!("koku {commit}")),
        facts.server.database,
        facts.server.version_text,
        facts.observed_at.format("%Y-%m-%d %H:%M UTC"),
    )
}
