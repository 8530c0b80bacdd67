//! Reading a catalog from `fixtures/catalogs`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::model::{Catalog, SchemaCatalog};
use super::object;
use super::raw::{RawCatalog, RawKind, RawSchema, RawTable};
use crate::fact::structure::{Column, TableDefinition, TableKind};
use crate::yaml::nearest;

/// Why a catalog could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The file cannot be read.
    #[error("catalog file {path} cannot be read")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is no catalog of that name.
    #[error("there is no catalog {name:?}; there is {}{}", known.join(", "), nearest.as_ref().map(|name| format!("; did you mean {name}?")).unwrap_or_default())]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
        /// What was meant, perhaps.
        nearest: Option<String>,
    },
    /// A catalog would be written over.
    #[error("{path} is there already: give another name, or take the file away first")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file is not laid out as a catalog is.
    #[error("catalog file {path} is not a catalog")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
    /// The folder of catalogs cannot be read.
    #[error("the folder of catalogs {path} cannot be read")]
    NoFolder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A partition names a partitioned table that the catalog lacks.
    #[error("catalog {catalog}: partition {partition} belongs to no table of the catalog")]
    Orphan {
        /// The catalog.
        catalog: String,
        /// The partition.
        partition: String,
    },
    /// A trigger names a table that the catalog lacks, or a partition.
    #[error("catalog {catalog}: a trigger is on {table}, which is no table of the catalog")]
    LoneTrigger {
        /// The catalog.
        catalog: String,
        /// What the trigger is on.
        table: String,
    },
}

/// How the names of catalogs begin; the folder has other files too.
const PREFIX: &str = "koku-";

impl Catalog {
    /// The names of the catalogs that `<fixtures>/catalogs` has: its files `koku-….json`, sorted.
    pub fn names(fixtures: &Path) -> Result<Vec<String>, CatalogError> {
        let folder = fixtures.join("catalogs");
        let unreadable = |source| CatalogError::NoFolder { path: folder.clone(), source };
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let name = entry.map_err(unreadable)?.file_name().to_string_lossy().into_owned();
            names.extend(name.strip_suffix(".json").filter(|name| name.starts_with(PREFIX)).map(str::to_owned));
        }
        names.sort();
        Ok(names)
    }

    /// Loads `<fixtures>/catalogs/<name>.json`.
    pub fn load(fixtures: &Path, name: &str) -> Result<Self, CatalogError> {
        Self::load_file(&Self::path(fixtures, name)?)
    }

    /// Loads a file, wherever it is; its name is the catalog's.
    pub fn load_file(path: &Path) -> Result<Self, CatalogError> {
        let raw: RawCatalog = read(path)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let extensions = raw.extensions.into_iter().map(|extension| (extension.name, extension.version)).collect();
        let public = schema(&name, raw.schemas.public)?;
        let tenant = schema(&name, raw.schemas.tenant)?;
        Ok(Self { name, koku_commit: raw.measured_on.koku_commit, file: path.to_owned(), extensions, public, tenant })
    }

    /// The file of the catalog of this name.
    pub(super) fn path(fixtures: &Path, name: &str) -> Result<PathBuf, CatalogError> {
        let path = fixtures.join("catalogs").join(format!("{name}.json"));
        if path.is_file() {
            return Ok(path);
        }
        let known = Self::names(fixtures)?;
        let candidates: Vec<&str> = known.iter().map(String::as_str).collect();
        let nearest = nearest(name, &candidates).map(str::to_owned);
        Err(CatalogError::Unknown { name: name.to_owned(), known, nearest })
    }
}

pub(super) fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, CatalogError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| CatalogError::Unreadable { path: path.to_owned(), source })?;
    serde_json::from_str(&text).map_err(|source| CatalogError::Malformed { path: path.to_owned(), source })
}

fn schema(catalog: &str, raw: RawSchema) -> Result<SchemaCatalog, CatalogError> {
    let (partitions, whole): (Vec<_>, Vec<_>) =
        raw.tables.into_iter().partition(|(_, table)| matches!(table.kind, RawKind::Partition));
    let mut tables: BTreeMap<String, TableDefinition> =
        whole.into_iter().map(|(name, table)| (name, definition(table))).collect();
    for trigger in raw.triggers {
        let table = tables.get_mut(&trigger.table);
        let table = table
            .ok_or_else(|| CatalogError::LoneTrigger { catalog: catalog.to_owned(), table: trigger.table.clone() })?;
        table.triggers.push(trigger.definition);
        table.triggers.sort();
    }
    for (name, partition) in partitions {
        let inherited = partition.partition_of.as_ref().and_then(|parent| tables.get(parent));
        let inherited =
            inherited.ok_or_else(|| CatalogError::Orphan { catalog: catalog.to_owned(), partition: name.clone() })?;
        let table = inherit(inherited, partition.partition_of, partition.bound);
        tables.insert(name, table);
    }
    let sequences = raw.sequences.into_iter().map(object::sequence).collect();
    let functions = raw.functions.into_iter().map(object::function).collect();
    let migrations = raw.seed.migrations_in_order.into_iter().map(|(app, name)| format!("{app}.{name}")).collect();
    Ok(SchemaCatalog { tables, sequences, functions, migrations, seed_rows: raw.seed.counts })
}

fn definition(raw: RawTable) -> TableDefinition {
    let kind = if matches!(raw.kind, RawKind::Partitioned) { TableKind::Partitioned } else { TableKind::Table };
    TableDefinition {
        kind,
        columns: raw.columns.into_iter().map(|column| column.0).collect(),
        primary_key: raw.primary_key,
        unique: sorted(raw.unique),
        checks: sorted(raw.checks),
        foreign_keys: sorted(raw.foreign_keys),
        indexes: sorted(raw.indexes),
        triggers: vec![],
        partition_key: raw.partition_key,
        partition_of: None,
        bound: None,
    }
}

/// A partition has what its parent has, but for identity, which before PostgreSQL 17 is the parent's alone, and for triggers, whose
/// copies are the parent's as well.
pub(super) fn inherit(
    parent: &TableDefinition,
    partition_of: Option<String>,
    bound: Option<String>,
) -> TableDefinition {
    let columns = parent.columns.iter().map(|column| Column { identity: None, ..column.clone() }).collect();
    TableDefinition {
        kind: TableKind::Partition,
        columns,
        triggers: vec![],
        partition_key: None,
        partition_of,
        bound,
        ..parent.clone()
    }
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn fixtures() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
    }

    /// The numbers that the files give were measured by queries of their own, so that this proves the loading.
    #[test]
    fn derived_numbers_are_the_measured_ones() {
        for name in ["koku-17927df-217", "koku-768be82-224"] {
            let catalog = Catalog::load(&fixtures(), name).expect("loads");
            let file: Value = read(&fixtures().join(format!("catalogs/{name}.json"))).expect("reads");
            for (kind, schema) in [("public", &catalog.public), ("tenant", &catalog.tenant)] {
                let counts = &file["schemas"][kind]["counts"];
                let measured = |key: &str| usize::try_from(counts[key].as_u64().expect(key)).expect("fits");
                let total = |of: fn(&TableDefinition) -> usize| schema.tables.values().map(of).sum::<usize>();
                assert_eq!(schema.tables.len(), measured("pg_tables_total"), "{name} {kind}");
                assert_eq!(schema.reporting_tables(), measured("pg_tables_like_reporting"), "{name} {kind}");
                assert_eq!(schema.migrations.len(), measured("migration_rows"), "{name} {kind}");
                assert_eq!(schema.sequences.len(), measured("sequences"), "{name} {kind}");
                assert_eq!(schema.functions.len(), measured("functions"), "{name} {kind}");
                assert_eq!(total(|table| table.triggers.len()), measured("triggers"), "{name} {kind}");
                assert_eq!(total(|table| table.columns.len()), measured("columns_all_rels"), "{name} {kind}");
                assert_eq!(
                    total(|table| table.indexes.len() + usize::from(!table.primary_key.is_empty())),
                    measured("indexes"),
                    "{name} {kind}"
                );
            }
        }
    }

    #[test]
    fn a_catalog_that_is_not_there_is_an_error_that_says_what_there_is() {
        let error = Catalog::load(&fixtures(), "koku-17927df").expect_err("no such catalog");
        assert_eq!(
            error.to_string(),
            "there is no catalog \"koku-17927df\"; there is koku-17927df-217, koku-768be82-224; did you mean koku-17927df-217?"
        );
        let error = Catalog::load(&fixtures(), "postgres").expect_err("no such catalog");
        assert_eq!(error.to_string(), "there is no catalog \"postgres\"; there is koku-17927df-217, koku-768be82-224");
    }
}
