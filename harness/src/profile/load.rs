//! Profiles from their files.

use std::io;
use std::path::{Path, PathBuf};

use super::Profile;
use crate::yaml::{Diagnostic, Place, Source, did_you_mean, listed};

/// Why a profile could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// No file of that name is there.
    #[error("unknown profile `{name}`; known: {known}{nearest}")]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// Those that are there.
        known: String,
        /// The nearest of them, as a sentence, or nothing.
        nearest: String,
    },
    /// A file or the folder could not be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file is wrong.
    #[error("{0}")]
    Wrong(Box<Diagnostic>),
}

/// The folder of the profiles, within the fixtures.
const FOLDER: &str = "profiles";
/// How their files end.
const EXTENSION: &str = "yaml";

/// What the words of the format are, each set by one of its words.
const NOUNS: [(&str, &str); 4] = [
    ("bootstrap-job", "maker of tenants"),
    ("org-prefix", "schema rule"),
    ("platform", "dialect"),
    ("local", "target"),
];

impl Profile {
    /// Loads a profile by name from the fixtures' folder.
    pub fn load(fixtures: &Path, name: &str) -> Result<Self, ProfileError> {
        let known = Self::names(fixtures)?;
        if !known.iter().any(|known| known == name) {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let nearest = did_you_mean(name, &known).map(|sentence| format!("; {sentence}")).unwrap_or_default();
            return Err(ProfileError::Unknown { name: name.to_owned(), known: listed(&known), nearest });
        }
        Self::load_file(&fixtures.join(FOLDER).join(format!("{name}.{EXTENSION}")))
    }

    /// Loads every profile of the fixtures' folder, by name.
    pub fn load_all(fixtures: &Path) -> Result<Vec<Self>, ProfileError> {
        Self::names(fixtures)?.iter().map(|name| Self::load(fixtures, name)).collect()
    }

    /// The names of the profiles that the fixtures' folder has, sorted.
    pub fn names(fixtures: &Path) -> Result<Vec<String>, ProfileError> {
        let folder = fixtures.join(FOLDER);
        let unreadable = |source| ProfileError::Unreadable { path: folder.clone(), source };
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let is_profile = path.extension().is_some_and(|extension| extension == EXTENSION);
            names.extend(path.file_stem().filter(|_| is_profile).map(|stem| stem.to_string_lossy().into_owned()));
        }
        names.sort();
        Ok(names)
    }

    /// Loads one file. Its name must be the profile's.
    pub fn load_file(path: &Path) -> Result<Self, ProfileError> {
        let unreadable = |source| ProfileError::Unreadable { path: path.to_owned(), source };
        let source = Source::read(path).map_err(unreadable)?;
        let profile: Self = source.parse(&NOUNS).map_err(ProfileError::Wrong)?;
        match profile.mistake(path) {
            None => Ok(profile),
            Some((place, message, label)) => {
                Err(ProfileError::Wrong(Box::new(source.diagnostic(&place, &message, label, None))))
            }
        }
    }

    /// What is wrong with a profile that can be read.
    fn mistake(&self, path: &Path) -> Option<(Place, String, &'static str)> {
        let tenants = Place::key("tenants");
        if path.file_stem().is_none_or(|stem| stem != self.name.as_str()) {
            return Some((
                Place::key("name"),
                format!("`{}` is not the file's name", self.name),
                "expected the file's name",
            ));
        }
        if self.tenants.domain.as_ref().is_some_and(|domain| !domain.contains("{org}")) {
            let message = "every tenant would have the same domain".to_owned();
            return Some((tenants.then_key("domain"), message, "expected `{org}` in it"));
        }
        if self.tenants.made_by == super::TenantMaker::BootstrapJob && self.bootstrap.job.is_none() {
            let message = "tenants are made by a job, and no job is named".to_owned();
            return Some((Place::key("bootstrap"), message, "expected `job`"));
        }
        if !self.migrate_command.iter().any(|word| word.contains("{schema}")) {
            let message = "the command names no schema".to_owned();
            return Some((Place::key("migrate-command"), message, "expected `{schema}` in one of its words"));
        }
        None
    }
}
