//! What one look at Koku's database saw, for all tenants at once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::processing::Processing;
use super::structure::StructureFacts;

/// The version of this format; a saved file of another one is not read.
pub const DATABASE_FACTS_VERSION: u32 = 2;

/// Schemas of `api_tenant` that are no tenants: the shared one, and the template from which Koku clones.
pub const NOT_TENANTS: [&str; 2] = ["public", "template0"];

/// Everything that checks judge of a database.
///
/// A list that is `None` was not there to be read: its table is missing. An empty list is an empty table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DatabaseFacts {
    /// [`DATABASE_FACTS_VERSION`].
    pub version: u32,
    /// The server's own clock when this was seen (UTC).
    pub observed_at: DateTime<Utc>,
    /// The server.
    pub server: ServerFacts,
    /// Extensions by name, with their version.
    pub extensions: BTreeMap<String, String>,
    /// The schema that each extension's objects are in, by the extension's name.
    #[serde(default)]
    pub extension_schemas: BTreeMap<String, String>,
    /// Every role that is no system role, by name.
    pub roles: BTreeMap<String, RoleFacts>,
    /// Every schema that is no system schema, by name.
    pub schemas: BTreeMap<String, SchemaFacts>,
    /// Migrations that are recorded as applied, by schema, as `app.name`; a schema without a `django_migrations` is absent.
    pub migrations: BTreeMap<String, BTreeSet<String>>,
    /// Rows of `public.api_tenant`, all of them: `public` and `template0` as well.
    pub tenants: Option<Vec<TenantRow>>,
    /// Rows of `public.api_domain`.
    pub domains: Option<Vec<DomainRow>>,
    /// Rows of `public.api_customer`.
    pub customers: Option<Vec<CustomerRow>>,
    /// Rows of `public.api_provider`, with what their authentication and billing source say.
    pub providers: Option<Vec<ProviderRow>>,
    /// Rows of `public.api_sources`.
    pub sources: Option<Vec<SourceRow>>,
    /// The providers that each schema names in its `reporting_tenant_api_provider`; a schema without that table is absent.
    #[serde(default)]
    pub schema_providers: BTreeMap<String, BTreeSet<Uuid>>,
    /// What every schema that is no system schema is made of.
    pub structure: StructureFacts,
    /// Rows counted, by schema and table: of the tables that were asked for and are there.
    pub row_counts: BTreeMap<String, BTreeMap<String, u64>>,
    /// How far Koku came with all that was sent to it. Seen after the rest, in transactions of its own.
    pub processing: Processing,
}

impl DatabaseFacts {
    /// The row of `api_tenant` of one schema.
    #[must_use]
    pub fn tenant(&self, schema: &str) -> Option<&TenantRow> {
        self.tenants.iter().flatten().find(|row| row.schema_name == schema)
    }

    /// Tenants in the sense of every check: without `public` and `template0`.
    pub fn real_tenants(&self) -> impl Iterator<Item = &TenantRow> {
        self.tenants.iter().flatten().filter(|row| !NOT_TENANTS.contains(&row.schema_name.as_str()))
    }

    /// The customer that a provider belongs to.
    #[must_use]
    pub fn customer_of(&self, provider: &ProviderRow) -> Option<&CustomerRow> {
        let id = provider.customer_id?;
        self.customers.iter().flatten().find(|row| row.id == id)
    }

    /// The providers of one tenant, by the schema of their customer.
    pub fn providers_of<'a>(&'a self, schema: &'a str) -> impl Iterator<Item = &'a ProviderRow> {
        let providers = self.providers.iter().flatten();
        providers.filter(move |row| self.customer_of(row).is_some_and(|customer| customer.schema_name == schema))
    }
}

/// The server that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerFacts {
    /// As `server_version_num` gives it, such as 160014.
    pub version_number: u32,
    /// As `server_version` gives it, such as `16.14`.
    pub version_text: String,
    /// The database's name.
    pub database: String,
    /// The role of the observing session.
    pub role: String,
}

impl ServerFacts {
    /// The major version.
    #[must_use]
    pub const fn major(&self) -> u32 {
        self.version_number / 10_000
    }
}

/// What a role is allowed as such, whatever it is granted on objects.
#[expect(clippy::struct_excessive_bools, reason = "PostgreSQL's own attributes, each independent of the others")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleFacts {
    /// Every right is granted to it.
    pub superuser: bool,
    /// It may open sessions.
    pub login: bool,
    /// It may make databases.
    pub create_database: bool,
    /// It may make roles.
    pub create_role: bool,
}

/// Who owns a schema and who may use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaFacts {
    /// The owner.
    pub owner: String,
    /// What each role may do there, by ownership, grant or membership; a role that may do nothing is absent.
    pub rights: BTreeMap<String, SchemaRights>,
    /// Whose its tables are, by the owner.
    #[serde(default)]
    pub tables: BTreeMap<String, OwnedTables>,
}

/// The tables of one owner in a schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnedTables {
    /// How many they are, partitions included.
    pub count: u64,
    /// The name of one of them.
    pub example: String,
}

/// What a role may do with a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaRights {
    /// Look up objects in it.
    pub usage: bool,
    /// Make objects in it.
    pub create: bool,
}

/// A row of `api_tenant`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantRow {
    /// Its key.
    pub id: i32,
    /// The schema of the tenant.
    pub schema_name: String,
}

/// A row of `api_domain`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainRow {
    /// The domain, such as `acme.local`.
    pub domain: String,
    /// Whether it is the tenant's primary one.
    pub is_primary: bool,
    /// The tenant's key.
    pub tenant_id: i32,
}

/// A row of `api_customer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerRow {
    /// Its key.
    pub id: i32,
    /// The account number.
    pub account_id: Option<String>,
    /// The org id.
    pub org_id: Option<String>,
    /// The schema of the tenant.
    pub schema_name: String,
}

/// A row of `api_provider`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderRow {
    /// Its key.
    pub uuid: Uuid,
    /// Its name.
    pub name: String,
    /// Its type, such as `OCP`.
    pub provider_type: String,
    /// Whether it takes part in processing.
    pub active: bool,
    /// Whether somebody paused it.
    pub paused: bool,
    /// Whether data was processed once.
    pub setup_complete: bool,
    /// When it was made (UTC).
    pub created_timestamp: DateTime<Utc>,
    /// Its customer's key.
    pub customer_id: Option<i32>,
    /// Credentials by key. A value that may be a secret is `***`.
    pub credentials: BTreeMap<String, String>,
    /// The billing source by key (such as `bucket`). A value that may be a secret is `***`.
    pub billing: BTreeMap<String, String>,
}

/// A row of `api_sources`: what Koku took over from Sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRow {
    /// The id that Sources gave.
    pub source_id: i32,
    /// The uuid that Sources gave.
    pub source_uuid: Option<Uuid>,
    /// Its name.
    pub name: Option<String>,
    /// Its type, such as `OCP`.
    pub source_type: String,
    /// The uuid of the provider, as Koku keeps it.
    pub koku_uuid: Option<String>,
    /// The credentials that Sources gave, by key. A value that may be a secret is `***`.
    pub credentials: BTreeMap<String, String>,
    /// The billing source that Sources gave, by key. A value that may be a secret is `***`.
    pub billing: BTreeMap<String, String>,
    /// The org id.
    pub org_id: Option<String>,
}
