//! Which version of Koku a database is of, told by the migrations that it records.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::model::Catalog;
use crate::fact::database::DatabaseFacts;

/// What a database's version is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognised {
    /// The version that this catalog was measured on: what `public` records are its migrations, all of them or a part.
    Known(Arc<Catalog>),
    /// Another one: `public` records a migration that no one catalog has.
    Unknown(Unlike),
}

/// How the migrations of an unknown version differ from those of the catalogs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlike {
    /// How many migrations `public` records.
    pub recorded: usize,
    /// The catalog that is nearest; `None` where there are no catalogs.
    pub nearest: Option<Nearest>,
}

/// The catalog that differs in the fewest migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// Its name.
    pub catalog: String,
    /// Migrations that are recorded and not in it, by name.
    pub more: Vec<String>,
    /// Migrations of it that are not recorded, in the order in which they are applied.
    pub missing: Vec<String>,
}

/// Recognises the version by the migrations that `public` records.
///
/// Exactly those of a catalog are this catalog's version. Fewer are the version of the first catalog that has them all, migrated in
/// part, which is for `migrations-incomplete` to judge: so the order of `catalogs` is that of preference, the profile's own first.
/// One migration that it lacks makes a catalog another version's: what such a version's tables are like, no catalog says.
#[must_use]
pub fn recognise(facts: &DatabaseFacts, catalogs: &[Arc<Catalog>]) -> Recognised {
    by_migrations(facts.migrations.get("public").unwrap_or(&BTreeSet::new()), catalogs)
}

fn by_migrations(recorded: &BTreeSet<String>, catalogs: &[Arc<Catalog>]) -> Recognised {
    let is_whole = |catalog: &&Arc<Catalog>| difference(recorded, catalog).is_empty();
    let is_part = |catalog: &&Arc<Catalog>| difference(recorded, catalog).more.is_empty();
    let known = catalogs.iter().find(is_whole).or_else(|| catalogs.iter().find(is_part));
    known.map_or_else(
        || {
            let nearest = catalogs.iter().map(|catalog| difference(recorded, catalog));
            let nearest = nearest.min_by_key(|nearest| nearest.more.len() + nearest.missing.len());
            Recognised::Unknown(Unlike { recorded: recorded.len(), nearest })
        },
        |catalog| Recognised::Known(Arc::clone(catalog)),
    )
}

/// How recorded migrations differ from those of a catalog.
pub(crate) fn difference(recorded: &BTreeSet<String>, catalog: &Catalog) -> Nearest {
    let own: BTreeSet<&str> = catalog.public.migrations.iter().map(String::as_str).collect();
    let is_more = |name: &&String| !own.contains(name.as_str());
    let is_missing = |name: &&String| !recorded.contains(*name);
    Nearest {
        catalog: catalog.name.clone(),
        more: recorded.iter().filter(is_more).cloned().collect(),
        missing: catalog.public.migrations.iter().filter(is_missing).cloned().collect(),
    }
}

impl Nearest {
    fn is_empty(&self) -> bool {
        self.more.is_empty() && self.missing.is_empty()
    }
}

impl Recognised {
    /// The catalog of the version, where it is known.
    #[must_use]
    pub const fn catalog(&self) -> Option<&Arc<Catalog>> {
        match self {
            Self::Known(catalog) => Some(catalog),
            Self::Unknown(_) => None,
        }
    }
}

impl fmt::Display for Recognised {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(catalog) => write!(formatter, "Koku {:.7} (catalog {})", catalog.koku_commit, catalog.name),
            Self::Unknown(unlike) => unlike.fmt(formatter),
        }
    }
}

impl fmt::Display for Unlike {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a version of Koku that no catalog knows: public records {} migrations", self.recorded)?;
        match &self.nearest {
            None => formatter.write_str(", and there are no catalogs"),
            Some(nearest) => write!(formatter, "; {nearest}"),
        }
    }
}

impl fmt::Display for Nearest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "nearest is catalog {}, which lacks {}",
            self.catalog,
            counted(&self.more, self.more.last())
        )?;
        if !self.missing.is_empty() {
            write!(formatter, " and has {} more", counted(&self.missing, self.missing.first()))?;
        }
        Ok(())
    }
}

/// How many there are, with an example.
fn counted(names: &[String], example: Option<&String>) -> String {
    match (names.len(), example) {
        (1, Some(name)) => format!("one ({name})"),
        (count, Some(name)) => format!("{count} of them ({name}, for one)"),
        (_, None) => "none of them".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::catalog::Shelf;

    const SEED: &str = "koku-17927df-217";
    const TODAY: &str = "koku-768be82-224";

    fn shelf() -> Shelf {
        Shelf::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures"))
    }

    fn migrations(name: &str) -> BTreeSet<String> {
        shelf().catalog(name).expect("a catalog").public.migrations.iter().cloned().collect()
    }

    fn recognised(migrations: &BTreeSet<String>) -> Recognised {
        by_migrations(migrations, &shelf().all().expect("catalogs"))
    }

    #[test]
    fn each_catalog_is_known_again_though_the_older_ones_migrations_are_in_the_newer() {
        for name in [SEED, TODAY] {
            let known = recognised(&migrations(name));
            assert_eq!(known.catalog().map(|catalog| catalog.name.as_str()), Some(name));
        }
        assert_eq!(recognised(&migrations(TODAY)).to_string(), "Koku 768be82 (catalog koku-768be82-224)");
    }

    #[test]
    fn a_part_is_the_first_version_that_has_it_all() {
        let mut part = migrations(TODAY);
        part.pop_last();
        assert_eq!(recognised(&part).catalog().map(|catalog| catalog.name.as_str()), Some(TODAY));
        let common: BTreeSet<String> = migrations(SEED).into_iter().skip(1).collect();
        for order in [[SEED, TODAY], [TODAY, SEED]] {
            let catalogs = order.map(|name| shelf().catalog(name).expect("a catalog"));
            let known = by_migrations(&common, &catalogs);
            assert_eq!(known.catalog().map(|catalog| catalog.name.as_str()), Some(order[0]));
        }
        // Nothing is recorded, so that nothing speaks for another version.
        assert!(recognised(&BTreeSet::new()).catalog().is_some());
    }

    #[test]
    fn one_migration_more_is_another_version_whose_nearest_is_named() {
        let mut newer = migrations(TODAY);
        newer.insert("api.0099_of_tomorrow".to_owned());
        let Recognised::Unknown(unlike) = recognised(&newer) else { panic!("a version of tomorrow is known") };
        let nearest = unlike.nearest.clone().expect("a nearest");
        assert_eq!((nearest.catalog.as_str(), nearest.missing.len()), (TODAY, 0));
        assert_eq!(nearest.more, ["api.0099_of_tomorrow"]);
        assert_eq!(
            unlike.to_string(),
            "a version of Koku that no catalog knows: public records 153 migrations; nearest is catalog koku-768be82-224, \
             which lacks one (api.0099_of_tomorrow)"
        );
        newer.pop_first();
        let unknown = recognised(&newer).to_string();
        assert!(
            unknown.ends_with("which lacks one (api.0099_of_tomorrow) and has one (api.0001_initial) more"),
            "{unknown}"
        );
    }

    #[test]
    fn without_catalogs_every_version_is_unknown() {
        let unknown = by_migrations(&migrations(SEED), &[]).to_string();
        assert_eq!(
            unknown,
            "a version of Koku that no catalog knows: public records 125 migrations, and there are no catalogs"
        );
    }
}
