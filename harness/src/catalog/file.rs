//! A catalog as its file says it, to be compared, written and listed.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::diff::Kind;
use super::load::{CatalogError, read};
use super::model::Catalog;
use super::raw::{RawCatalog, RawKind, RawSchema, RawSchemas, RawTable};
use super::write;

/// A catalog with all that its file says.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogFile {
    name: String,
    raw: RawCatalog,
}

/// One catalog in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CatalogSummary {
    /// Its name, by which a profile takes it.
    pub name: String,
    /// The commit of Koku.
    pub koku_commit: String,
    /// The server that it was measured on.
    pub server_version: String,
    /// Whether `catalog capture` wrote it.
    pub captured: bool,
    /// Tables of `public`.
    pub public_tables: usize,
    /// Tables of a tenant, partitions included.
    pub tenant_tables: usize,
    /// Those of a tenant whose names begin with `reporting`.
    pub reporting_tables: usize,
    /// Migrations.
    pub migrations: usize,
}

impl CatalogFile {
    pub(super) const fn new(name: String, raw: RawCatalog) -> Self {
        Self { name, raw }
    }

    pub(super) const fn raw(&self) -> &RawCatalog {
        &self.raw
    }

    /// The catalog of this name in `<fixtures>/catalogs`.
    pub fn load(fixtures: &Path, name: &str) -> Result<Self, CatalogError> {
        Self::read(&Catalog::path(fixtures, name)?)
    }

    /// The catalog of a file. That it can be used as a catalog is verified.
    pub fn read(path: &Path) -> Result<Self, CatalogError> {
        Catalog::load_file(path)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, raw: read(path)? })
    }

    /// What a person named: a file, where it has a slash or ends in `.json`; else a catalog of the project.
    pub fn find(fixtures: &Path, named: &str) -> Result<Self, CatalogError> {
        let path = Path::new(named);
        let is_file = path.components().count() > 1 || path.extension().is_some_and(|extension| extension == "json");
        if is_file { Self::read(path) } else { Self::load(fixtures, named) }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text of its file.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        write::text(&self.raw)
    }

    /// Refuses a name that the folder has already.
    pub fn ensure_free(folder: &Path, name: &str) -> Result<(), CatalogError> {
        let path = folder.join(format!("{name}.json"));
        if path.exists() { Err(CatalogError::Exists { path }) } else { Ok(()) }
    }

    /// Writes it into a folder, which is made where it is missing; a file that is there already is not written over.
    pub fn write(&self, folder: &Path) -> Result<PathBuf, std::io::Error> {
        std::fs::create_dir_all(folder)?;
        let path = folder.join(format!("{}.json", self.name));
        let mut file = std::fs::File::create_new(&path)?;
        file.write_all(self.to_text()?.as_bytes())?;
        Ok(path)
    }

    /// The names of the extensions that the database had.
    pub fn extension_names(&self) -> impl Iterator<Item = &str> {
        self.raw.extensions.iter().map(|extension| extension.name.as_str())
    }

    /// How many there are of everything that two catalogs are compared by, both schemas together.
    #[must_use]
    pub fn counts(&self) -> [(Kind, usize); 11] {
        let RawSchemas { public, tenant } = &self.raw.schemas;
        let both = |count: fn(&RawSchema) -> usize| count(public) + count(tenant);
        let tables =
            |schema: &RawSchema, count: fn(&RawTable) -> usize| schema.tables.values().map(count).sum::<usize>();
        let keys = |table: &RawTable| {
            let primary = usize::from(!table.primary_key.is_empty());
            primary + table.unique.len() + table.checks.len() + table.foreign_keys.len()
        };
        let in_tables = |count: fn(&RawTable) -> usize| -> usize { tables(public, count) + tables(tenant, count) };
        [
            (Kind::Extension, self.raw.extensions.len()),
            (Kind::Migration, both(|schema| schema.seed.migrations_in_order.len())),
            (Kind::Table, in_tables(|table| usize::from(table.kind != RawKind::Partition))),
            (Kind::Partition, in_tables(|table| usize::from(table.kind == RawKind::Partition))),
            (Kind::Column, in_tables(|table| table.columns.len())),
            (Kind::Key, in_tables(keys)),
            (Kind::Index, in_tables(|table| table.indexes.len())),
            (Kind::Trigger, both(|schema| schema.triggers.len())),
            (Kind::Sequence, both(|schema| schema.sequences.len())),
            (Kind::Function, both(|schema| schema.functions.len())),
            (Kind::SeedRows, both(|schema| schema.seed.rows.values().map(|rows| rows.rows.len()).sum())),
        ]
    }

    /// What a list says of it.
    #[must_use]
    pub fn summary(&self) -> CatalogSummary {
        let RawCatalog { measured_on, schemas, .. } = &self.raw;
        let tenant = &schemas.tenant.tables;
        CatalogSummary {
            name: self.name.clone(),
            koku_commit: measured_on.koku_commit.clone(),
            server_version: measured_on.server_version.clone(),
            captured: measured_on.captured.is_some(),
            public_tables: schemas.public.tables.len(),
            tenant_tables: tenant.len(),
            reporting_tables: tenant.keys().filter(|name| name.starts_with("reporting")).count(),
            migrations: schemas.public.seed.migrations_in_order.len(),
        }
    }
}
