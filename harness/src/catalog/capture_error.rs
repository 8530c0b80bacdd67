//! Why a database gives no catalog.

use crate::observer::database::ObserveError;

/// How many of a list people are told.
const LISTED: usize = 5;

/// Why no catalog came about.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// The database could not be looked at.
    #[error("the database could not be observed")]
    Observe(#[source] Box<ObserveError>),
    /// `public` has no history or no tenants' table.
    #[error(
        "database {database} is not migrated: public has no django_migrations or no api_tenant; migrate it, make a tenant, and capture again"
    )]
    NotMigrated {
        /// The database.
        database: String,
    },
    /// There is nothing to capture from.
    #[error(
        "database {database} has no tenant to capture from; bootstrap one, or make a source where tenants come with their first \
         source, and capture again"
    )]
    NoTenant {
        /// The database.
        database: String,
    },
    /// The tenant that was named is not there.
    #[error("there is no tenant {named}; there is {}{}", known.join(", "), nearest.as_ref().map(|name| format!("; did you mean {name}?")).unwrap_or_default())]
    NoSuchTenant {
        /// What was named.
        named: String,
        /// What is there.
        known: Vec<String>,
        /// What was meant, perhaps.
        nearest: Option<String>,
    },
    /// A tenant is registered and has no schema.
    #[error("api_tenant has {schema}, and there is no such schema; `e2e-validate doctor` says how to mend that")]
    NoSchema {
        /// The schema.
        schema: String,
    },
    /// What a migration leaves cannot be told from what was processed.
    #[error(
        "{} a provider or months of data, so that the rows of a fresh migration cannot be told from others; make one more tenant \
         and name it with --tenant",
        match tenants.as_slice() { [one] => format!("tenant {one} has"), _ => "every tenant has".to_owned() }
    )]
    HoldsData {
        /// The tenants.
        tenants: Vec<String>,
    },
    /// A tenant is migrated in part, or by another version.
    #[error(
        "schema {schema} records {recorded} migrations and public {expected}; not in both: {}; migrate both with one version of Koku, \
         and capture again",
        listed(unlike)
    )]
    MigrationsDiffer {
        /// The schema.
        schema: String,
        /// How many it records.
        recorded: usize,
        /// How many `public` records.
        expected: usize,
        /// Those that only one of them records.
        unlike: Vec<String>,
    },
    /// Two tenants are not the same.
    #[error(
        "schemas {own} and {other} are not the same, so that one of them is not good: {}; `e2e-validate doctor` judges both; mend or \
         remove the one that is wrong, and capture again",
        listed(differences)
    )]
    Disagree {
        /// The one to capture from.
        own: String,
        /// The other one.
        other: String,
        /// What differs, as texts.
        differences: Vec<String>,
    },
    /// An index was never finished.
    #[error("index {index} of {table} is not valid: building it failed once; REINDEX it, and capture again")]
    InvalidIndex {
        /// The table.
        table: String,
        /// The definition.
        index: String,
    },
    /// A catalog says of a partition only what it is a partition of.
    #[error(
        "partition {schema}.{partition} has not what its parent has, which no version of Koku was seen to do; drop and make it again"
    )]
    PartitionOfItsOwn {
        /// The schema.
        schema: String,
        /// The partition.
        partition: String,
    },
    /// Another catalog is of the same version, and not the same.
    #[error(
        "the database records the migrations of catalog {catalog}, and is not what that says: {}; mend the database with `e2e-validate \
         doctor`, or take the file of {catalog} away where that is what is wrong",
        listed(differences)
    )]
    LikeKnown {
        /// The catalog.
        catalog: String,
        /// What differs, as texts.
        differences: Vec<String>,
    },
    /// Somebody migrates or processes at the same time.
    #[error("the database was changed while it was read; capture again when nobody works with it")]
    Changed,
}

fn listed(texts: &[String]) -> String {
    let told = texts.iter().take(LISTED).cloned().collect::<Vec<_>>().join("; ");
    if texts.len() > LISTED { format!("{told} and {} more", texts.len() - LISTED) } else { told }
}

impl From<ObserveError> for CaptureError {
    fn from(error: ObserveError) -> Self {
        Self::Observe(Box::new(error))
    }
}
