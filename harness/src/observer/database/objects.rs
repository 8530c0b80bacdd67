//! Sequences and functions of all schemas, without fetching what is equal more than once: a fingerprint for each schema, and one
//! description for each fingerprint that was never seen.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde::Deserialize;
use sqlx::postgres::types::Oid;
use sqlx::types::Json;

use super::error::ObserveError;
use super::neutral::neutral;
use super::session::Look;
use crate::fact::object::{FunctionDefinition, SequenceDefinition, Shared};

/// One row of `objects.sql`: a schema, its name, and the fingerprints of its sequences and of its functions.
type Fingerprinted = (Oid, String, Option<i64>, Option<i64>);

/// What the objects of a schema are known by: the server's version, since versions print differently, and both fingerprints.
type Key = (u32, Option<i64>, Option<i64>);

/// One row of `object_definitions.sql`.
#[derive(Debug, Default, Deserialize)]
struct Objects {
    sequences: BTreeMap<String, SequenceDefinition>,
    functions: Vec<FunctionDefinition>,
}

/// What this process has seen described.
static KNOWN: LazyLock<Mutex<HashMap<Key, Arc<Objects>>>> = LazyLock::new(Mutex::default);

fn known(key: &Key) -> Option<Arc<Objects>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get(key).map(Arc::clone)
}

fn learn(key: Key, objects: Objects) {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::new(objects));
}

/// The sequences and functions of every schema that is no system schema. `version` is the server's, as `server_version_num`.
pub(super) async fn objects(
    look: &mut Look<'_>,
    version: u32,
) -> Result<(Shared<SequenceDefinition>, Shared<FunctionDefinition>), ObserveError> {
    let query = sqlx::query_as(include_str!("sql/objects.sql"));
    let schemas: Vec<Fingerprinted> = look.typed("the sequences and functions", query).await?;
    describe_unknown(look, version, &schemas).await?;
    let (mut sequences, mut functions) = (Shared::default(), Shared::default());
    let mut equal: HashMap<Key, String> = HashMap::new();
    for (_, schema, of_sequences, of_functions) in schemas {
        let key = (version, of_sequences, of_functions);
        if let Some(other) = equal.get(&key) {
            sequences.insert_all_of(other, &schema);
            functions.insert_all_of(other, &schema);
            continue;
        }
        // What was unknown is learned by now, but for a schema that was dropped since.
        let Some(objects) = known(&key) else { continue };
        for (name, sequence) in &objects.sequences {
            sequences.insert(&schema, name, sequence.clone());
        }
        for function in &objects.functions {
            functions.insert(&schema, &function.signature(), function.clone());
        }
        equal.insert(key, schema);
    }
    Ok((sequences, functions))
}

/// Has the objects of one schema of each unknown pair of fingerprints described.
async fn describe_unknown(look: &mut Look<'_>, version: u32, schemas: &[Fingerprinted]) -> Result<(), ObserveError> {
    let mut unknown: BTreeMap<Key, (Oid, &str)> = BTreeMap::new();
    for (oid, schema, sequences, functions) in schemas {
        let key = (version, *sequences, *functions);
        if known(&key).is_none() {
            unknown.entry(key).or_insert((*oid, schema));
        }
    }
    if unknown.is_empty() {
        return Ok(());
    }
    let oids: Vec<Oid> = unknown.values().map(|(oid, _)| *oid).collect();
    let query = sqlx::query_as(include_str!("sql/object_definitions.sql")).bind(oids);
    let rows: Vec<(Oid, Json<Objects>)> = look.typed("the definitions of sequences and functions", query).await?;
    let mut described: HashMap<Oid, Objects> = rows.into_iter().map(|(oid, Json(objects))| (oid, objects)).collect();
    for (key, (oid, schema)) in unknown {
        if let Some(objects) = described.remove(&oid) {
            learn(key, neutralised(objects, schema));
        }
    }
    Ok(())
}

/// Puts `{schema}` in the place of the schema's own name.
fn neutralised(mut objects: Objects, schema: &str) -> Objects {
    for function in &mut objects.functions {
        function.arguments = neutral(&function.arguments, schema);
        function.returns = function.returns.take().map(|text| neutral(&text, schema));
    }
    objects
}
