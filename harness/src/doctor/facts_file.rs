//! Facts as a file: all that was seen of a system, and what could not be, to be judged later and elsewhere.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::check::Observed;
use crate::fact::api::ApiFacts;
use crate::fact::database::{DATABASE_FACTS_VERSION, DatabaseFacts};
use crate::fact::release::ReleaseFacts;

/// The version of this format. A file of another one is not read.
pub const FACTS_FILE_VERSION: u32 = 1;

/// What tells a file of facts from any other JSON.
const FORMAT: &str = "e2e-validate facts";

/// All that was seen of a system. It holds no passwords: credentials in it are hidden where they may be secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FactsFile {
    /// Always the same word.
    format: String,
    /// [`FACTS_FILE_VERSION`].
    version: u32,
    /// The version of the program that looked.
    pub harness: String,
    /// When it looked, by its own clock (UTC).
    pub looked_at: DateTime<Utc>,
    /// The profile that a person named, if one did.
    pub profile: Option<String>,
    /// What was seen.
    pub seen: Seen,
}

/// What was seen, or why it could not be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// Koku's database.
    pub database: Observed<DatabaseFacts>,
    /// The role that owns Koku's shared tables: the one that Koku works as. `None` where there is no such table.
    pub owner_role: Option<String>,
    /// What Koku's API answered, by the tenant's schema. Not looked at where no URL of it was given.
    pub koku: Observed<BTreeMap<String, Observed<ApiFacts>>>,
    /// The release in its cluster. Not looked at where only URLs were given.
    #[serde(default)]
    pub release: Observed<SeenRelease>,
}

/// What was seen of a release in its cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeenRelease {
    /// The profile by whose names it was looked for.
    pub profile: String,
    /// What spoke for that profile; nothing where a person named it.
    pub because: Vec<String>,
    /// What is there.
    pub facts: ReleaseFacts,
}

/// Why a file of facts could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FactsFileError {
    /// It could not be written.
    #[error("cannot write {}", path.display())]
    NotWritten {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It could not be read.
    #[error("cannot read {}", path.display())]
    NotRead {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is no such file at all.
    #[error("{} is no file of facts, as `e2e-validate facts --output FILE` writes one: {found}", path.display())]
    NoFacts {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        found: String,
    },
    /// It is one of another version.
    #[error(
        "{} has {what} of version {found}, and this build reads version {known}: judge it by the build that wrote it (harness \
         {harness}), or look again with `e2e-validate facts`",
        path.display()
    )]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// The file itself, or the facts of the database in it.
        what: &'static str,
        /// Its version.
        found: String,
        /// The version that can be read.
        known: u32,
        /// The program that wrote it.
        harness: String,
    },
    /// It is one of this version, and broken.
    #[error("{} is a broken file of facts", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
}

impl FactsFile {
    /// What was seen just now.
    #[must_use]
    pub fn new(profile: Option<String>, seen: Seen) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: FACTS_FILE_VERSION,
            harness: env!("CARGO_PKG_VERSION").to_owned(),
            looked_at: Utc::now(),
            profile,
            seen,
        }
    }

    /// Writes the file.
    pub fn write(&self, path: &Path) -> Result<(), FactsFileError> {
        let not_written = |source| FactsFileError::NotWritten { path: path.to_owned(), source };
        let text = serde_json::to_string(self).map_err(|error| not_written(error.into()))?;
        std::fs::write(path, text + "\n").map_err(not_written)
    }

    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, FactsFileError> {
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|source| FactsFileError::NotRead { path: path.to_owned(), source })?;
        let no_facts = |found: String| FactsFileError::NoFacts { path: path.to_owned(), found };
        let value: Value = serde_json::from_str(&text).map_err(|error| no_facts(format!("it is no JSON ({error})")))?;
        match value.get("format").and_then(Value::as_str) {
            Some(FORMAT) => {}
            Some(other) => return Err(no_facts(format!("its format is {other:?}"))),
            None => return Err(no_facts("it has no `format`".to_owned())),
        }
        of_this_version(&value, path)?;
        serde_json::from_value(value).map_err(|source| FactsFileError::Broken { path: path.to_owned(), source })
    }
}

/// Whether the file, and the facts of the database in it, are of the versions that are read.
fn of_this_version(value: &Value, path: &Path) -> Result<(), FactsFileError> {
    let facts = value.pointer("/seen/database/seen/version");
    let versions =
        [("a format", value.get("version"), FACTS_FILE_VERSION), ("database facts", facts, DATABASE_FACTS_VERSION)];
    for (what, found, known) in versions {
        let of_none = what == "database facts" && found.is_none();
        if of_none || found.and_then(Value::as_u64) == Some(u64::from(known)) {
            continue;
        }
        let harness = value.get("harness").and_then(Value::as_str).unwrap_or("of an unknown version").to_owned();
        let found = found.map_or_else(|| "none".to_owned(), Value::to_string);
        return Err(FactsFileError::OtherVersion { path: path.to_owned(), what, found, known, harness });
    }
    Ok(())
}
