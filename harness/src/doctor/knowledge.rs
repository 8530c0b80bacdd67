//! What is known of charts and of versions of Koku.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::recognise::{Chosen, NotRecognised};
use crate::catalog::{Catalog, CatalogError, Recognised, Shelf, recognise};
use crate::fact::database::DatabaseFacts;
use crate::profile::{Profile, ProfileError};
use crate::yaml::listed;

/// Every profile with the catalog of its Koku, and every other catalog.
#[derive(Debug)]
pub struct Knowledge {
    charts: Vec<(Profile, Arc<Catalog>)>,
    catalogs: Vec<Arc<Catalog>>,
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
    /// Loads all profiles and catalogs of the fixtures' folder.
    pub fn load(fixtures: &Path) -> Result<Self, KnowledgeError> {
        let shelf = Shelf::new(fixtures.to_owned());
        let mut charts = Vec::new();
        for profile in Profile::load_all(fixtures)? {
            let catalog = shelf.catalog(&profile.database.catalog)?;
            charts.push((profile, catalog));
        }
        Ok(Self { charts, catalogs: shelf.all()? })
    }

    /// Which version of Koku a database is of; of two that it may be, the one of this catalog.
    pub(super) fn version(&self, own: &Arc<Catalog>, facts: &DatabaseFacts) -> Recognised {
        let others = self.catalogs.iter().filter(|catalog| catalog.name != own.name);
        let catalogs: Vec<Arc<Catalog>> = std::iter::once(own).chain(others).map(Arc::clone).collect();
        recognise(facts, &catalogs)
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

    /// The profile that a person named.
    pub(super) fn named(&self, name: &str) -> Result<Chosen, NotRecognised> {
        let known = self.chart(name).map(|_| Chosen::Named { profile: name.to_owned() });
        known.ok_or_else(|| self.unknown(name))
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
        self.catalogs.iter().flat_map(|catalog| catalog.seeded_tables()).collect()
    }
}
