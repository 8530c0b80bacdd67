//! A catalog as checks use it: partitions resolved, numbers derived from the tables.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::fact::object::{FunctionDefinition, SequenceDefinition};
use crate::fact::structure::{TableDefinition, TableKind};

/// Extensions that appear with the first tenant, not with the shared migration (source: measured on Koku 768be82, facts
/// `koku.md` §3).
const COMES_WITH_A_TENANT: [&str; 1] = ["pg_trgm"];

/// The extension that every PostgreSQL has.
const ALWAYS_THERE: &str = "plpgsql";

/// The structure of a migrated database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    /// The catalog's name, such as `koku-17927df-217`.
    pub name: String,
    /// The file that it was loaded from.
    pub file: PathBuf,
    /// The commit of Koku that made it.
    pub koku_commit: String,
    /// Extensions by name, with the version that was measured.
    pub extensions: BTreeMap<String, String>,
    /// The shared schema.
    pub public: SchemaCatalog,
    /// A tenant's schema.
    pub tenant: SchemaCatalog,
}

/// What one kind of schema must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemaCatalog {
    /// Tables by name. Partitions carry the columns, keys and indexes that they inherit.
    pub tables: BTreeMap<String, TableDefinition>,
    /// Sequences by name.
    pub sequences: BTreeMap<String, SequenceDefinition>,
    /// Functions and procedures by [`FunctionDefinition::signature`].
    pub functions: BTreeMap<String, FunctionDefinition>,
    /// Migrations, as `app.name`, in the order in which they are applied.
    pub migrations: Vec<String>,
    /// How many rows a fresh migration leaves in each table that is not empty.
    pub seed_rows: BTreeMap<String, u64>,
}

impl Catalog {
    /// Extensions that the shared migration needs or makes.
    pub fn public_extensions(&self) -> impl Iterator<Item = &str> {
        let names = self.extensions.keys().map(String::as_str);
        names.filter(|name| *name != ALWAYS_THERE && !COMES_WITH_A_TENANT.contains(name))
    }

    /// The extensions that appear with the first tenant.
    pub fn tenant_extensions(&self) -> impl Iterator<Item = &str> {
        let names = self.extensions.keys().map(String::as_str);
        names.filter(|name| COMES_WITH_A_TENANT.contains(name))
    }

    /// Every table of which a fresh migration leaves rows, in `public` and in a tenant.
    #[must_use]
    pub fn seeded_tables(&self) -> BTreeSet<String> {
        self.public.seed_rows.keys().chain(self.tenant.seed_rows.keys()).cloned().collect()
    }
}

impl SchemaCatalog {
    /// How many tables there are of one kind.
    #[must_use]
    pub fn count(&self, kind: TableKind) -> usize {
        self.tables.values().filter(|table| table.kind == kind).count()
    }

    /// How many tables' names begin with `reporting`: the number by which people know a version of Koku.
    #[must_use]
    pub fn reporting_tables(&self) -> usize {
        self.tables.keys().filter(|name| name.starts_with("reporting")).count()
    }
}
