//! What a schema holds, wherever that is told: in a catalog or in facts.

use std::collections::BTreeMap;

use crate::catalog::SchemaCatalog;
use crate::fact::object::{FunctionDefinition, SequenceDefinition};
use crate::fact::structure::{Column, StructureFacts, TableDefinition};

/// The things of one schema by name; month partitions are data, and no part of it.
#[derive(Debug, Default)]
pub(super) struct Shape<'a> {
    pub(super) tables: BTreeMap<&'a str, &'a TableDefinition>,
    pub(super) sequences: BTreeMap<&'a str, &'a SequenceDefinition>,
    pub(super) functions: BTreeMap<&'a str, &'a FunctionDefinition>,
}

impl<'a> Shape<'a> {
    pub(super) fn of_catalog(catalog: &'a SchemaCatalog) -> Self {
        Self {
            tables: by_name(&catalog.tables),
            sequences: by_name(&catalog.sequences),
            functions: by_name(&catalog.functions),
        }
    }

    pub(super) fn of_schema(structure: &'a StructureFacts, schema: &str) -> Self {
        Self {
            tables: structure.tables_of(schema).collect(),
            sequences: structure.sequences.of(schema).collect(),
            functions: structure.functions.of(schema).collect(),
        }
    }

    /// One column of one table.
    pub(super) fn column(&self, table: &str, column: &str) -> Option<&'a Column> {
        self.tables.get(table)?.columns.iter().find(|seen| seen.name == column)
    }

    /// Whether a function of this name is there, whatever its arguments.
    pub(super) fn has_function(&self, name: &str) -> bool {
        self.functions.values().any(|function| function.name == name)
    }
}

fn by_name<T>(definitions: &BTreeMap<String, T>) -> BTreeMap<&str, &T> {
    definitions.iter().map(|(name, definition)| (name.as_str(), definition)).collect()
}
