//! What is known of charts and of versions of Koku.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::recognise::NotRecognised;
use crate::catalog::{Catalog, CatalogError};
use crate::profile::{Profile, ProfileError};
use crate::yaml::listed;

/// Every profile, with the catalog of its Koku.
#[derive(Debug)]
pub struct Knowledge {
    charts: Vec<(Profile, Arc<Catalog>)>,
}

/// Why the fixtures could not be read.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// A profile.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// A profile's catalog.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

impl Knowledge {
    /// Loads all profiles of the fixtures' folder.
    pub fn load(fixtures: &Path) -> Result<Self, KnowledgeError> {
        let mut charts = Vec::new();
        for profile in Profile::load_all(fixtures)? {
            let catalog = Catalog::load(fixtures, &profile.database.catalog)?;
            charts.push((profile, Arc::new(catalog)));
        }
        Ok(Self { charts })
    }

    /// Every profile with its catalog, by the profile's name.
    pub fn charts(&self) -> impl Iterator<Item = (&Profile, &Arc<Catalog>)> {
        self.charts.iter().map(|(profile, catalog)| (profile, catalog))
    }

    /// The profile of this name with its catalog.
    #[must_use]
    pub fn chart(&self, name: &str) -> Option<(&Profile, &Arc<Catalog>)> {
        self.charts().find(|(profile, _)| profile.name == name)
    }

    /// That nobody knows a profile of this name, and which are known.
    #[must_use]
    pub fn unknown(&self, name: &str) -> NotRecognised {
        NotRecognised::Unknown { name: name.to_owned(), known: self.names() }
    }

    /// The profiles' names, for a sentence.
    pub(super) fn names(&self) -> String {
        listed(&self.charts().map(|(profile, _)| profile.name.as_str()).collect::<Vec<_>>())
    }

    /// The tables of which rows are counted, whichever version of Koku it is.
    #[must_use]
    pub fn counted(&self) -> BTreeSet<String> {
        self.charts().flat_map(|(_, catalog)| catalog.seeded_tables()).collect()
    }
}
