//! Catalogs that were loaded, for all trials of a run.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::load::CatalogError;
use super::model::Catalog;

/// Loads each catalog once.
#[derive(Debug)]
pub struct Shelf {
    fixtures: PathBuf,
    loaded: Mutex<BTreeMap<String, Arc<Catalog>>>,
}

impl Shelf {
    /// A shelf over the catalogs of this folder of fixtures; nothing is loaded yet.
    #[must_use]
    pub const fn new(fixtures: PathBuf) -> Self {
        Self { fixtures, loaded: Mutex::new(BTreeMap::new()) }
    }

    /// The catalog of this name. Whoever asks while it is loaded waits for that; a failure is not kept.
    pub fn catalog(&self, name: &str) -> Result<Arc<Catalog>, CatalogError> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(catalog) = loaded.get(name) {
            return Ok(Arc::clone(catalog));
        }
        let catalog = Arc::new(Catalog::load(&self.fixtures, name)?);
        loaded.insert(name.to_owned(), Arc::clone(&catalog));
        Ok(catalog)
    }

    /// Every catalog of the folder, by name.
    pub fn all(&self) -> Result<Vec<Arc<Catalog>>, CatalogError> {
        Catalog::names(&self.fixtures)?.iter().map(|name| self.catalog(name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_catalog_is_loaded_once_and_a_missing_one_is_an_error_each_time() {
        let shelf = Shelf::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures"));
        let first = shelf.catalog("koku-17927df-217").expect("a catalog");
        assert!(Arc::ptr_eq(&first, &shelf.catalog("koku-17927df-217").expect("a catalog")));
        assert!(shelf.catalog("no-such").is_err());
        assert!(shelf.catalog("no-such").is_err());
    }

    #[test]
    fn a_shelf_lists_the_catalogs_of_its_folder_and_nothing_else() {
        let shelf = Shelf::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures"));
        let names: Vec<String> = shelf.all().expect("catalogs").iter().map(|catalog| catalog.name.clone()).collect();
        assert_eq!(names, ["koku-17927df-217", "koku-768be82-224"]);
        let error = Shelf::new("no-such-folder".into()).all().expect_err("no folder");
        assert_eq!(error.to_string(), "the folder of catalogs no-such-folder/catalogs cannot be read");
    }
}
