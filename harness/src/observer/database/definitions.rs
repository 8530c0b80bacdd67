//! Definitions of tables that this process has seen, by fingerprint.
//!
//! A fingerprint says all of a definition, in whatever database (`sql/fingerprints.sql`), so that what was described once need not be
//! asked for again: most looks of a run find nothing new. Equal definitions are kept once.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use crate::fact::structure::TableDefinition;

/// What a definition is known by. Versions print differently, and the name is there since partitions of one parent are alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    /// The server's, as `server_version_num`.
    pub(super) version: u32,
    /// The table's name.
    pub(super) name: String,
    /// Its fingerprint.
    pub(super) fingerprint: i64,
}

#[derive(Default)]
struct Definitions {
    by_key: HashMap<Key, Arc<TableDefinition>>,
    distinct: HashSet<Arc<TableDefinition>>,
}

static DEFINITIONS: LazyLock<Mutex<Definitions>> = LazyLock::new(Mutex::default);

/// The definition, if it was learned.
pub(super) fn known(key: &Key) -> Option<Arc<TableDefinition>> {
    definitions().by_key.get(key).map(Arc::clone)
}

/// Keeps a definition.
pub(super) fn learn(key: Key, table: TableDefinition) {
    let mut definitions = definitions();
    let table = Arc::new(table);
    let shared = definitions.distinct.get(&table).map(Arc::clone);
    let shared = shared.unwrap_or_else(|| {
        definitions.distinct.insert(Arc::clone(&table));
        table
    });
    definitions.by_key.insert(key, shared);
}

fn definitions() -> MutexGuard<'static, Definitions> {
    // Each insertion is whole, whoever panicked beside it.
    DEFINITIONS.lock().unwrap_or_else(PoisonError::into_inner)
}
