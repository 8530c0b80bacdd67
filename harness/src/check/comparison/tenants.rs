//! What the tenants of one system, and their template, offer to be compared with.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::kind::Kind;
use super::template::TEMPLATE;
use crate::catalog::{Catalog, SchemaCatalog};
use crate::fact::database::DatabaseFacts;

/// All tenants of a system that are migrated, and what most of them have: counted once, when it is first asked for.
#[derive(Debug)]
pub struct Tenants<'a> {
    facts: &'a DatabaseFacts,
    schemas: Vec<&'a str>,
    template: OnceCell<Option<Catalog>>,
    common: OnceCell<Common<'a>>,
}

/// What most tenants have.
#[derive(Debug)]
struct Common<'a> {
    migrations: Option<&'a BTreeSet<String>>,
    /// What most tenants have, as a catalog; what is tied is left out.
    catalog: Catalog,
    /// Of what no definition has more than half of the tenants.
    tied: Vec<(Kind, &'a str)>,
}

/// What more than half of the tenants have under one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Vote {
    /// This definition; `None` where they have nothing.
    Majority(Option<usize>),
    /// No definition has more than half of them.
    Tied,
}

impl<'a> Tenants<'a> {
    /// The tenants that facts tell of: each that has its row, its schema, and migrations that it records.
    #[must_use]
    pub fn of(facts: &'a DatabaseFacts) -> Self {
        let rows = facts.real_tenants().map(|row| row.schema_name.as_str());
        let mut schemas: Vec<&str> = rows.filter(|schema| facts.migrations.contains_key(*schema)).collect();
        schemas.sort_unstable();
        Self { facts, schemas, template: OnceCell::new(), common: OnceCell::new() }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.schemas.len()
    }

    /// Whether there is another one than this.
    pub(super) fn others(&self, schema: &str) -> bool {
        self.schemas.iter().any(|other| *other != schema)
    }

    /// What the template has, as a catalog, where it is there and migrated.
    pub(super) fn template(&self) -> Option<&Catalog> {
        let described = || {
            self.facts.migrations.get(TEMPLATE)?;
            let mut catalog = Catalog { name: TEMPLATE.to_owned(), ..Catalog::default() };
            for kind in Kind::ALL {
                for (name, place) in kind.places(&self.facts.structure, TEMPLATE).into_iter().flatten() {
                    self.describe(&mut catalog.tenant, kind, name, *place);
                }
            }
            Some(catalog)
        };
        self.template.get_or_init(described).as_ref()
    }

    /// The migrations that more than half of the tenants record.
    pub(super) fn migrations(&self) -> Option<&'a BTreeSet<String>> {
        self.common().migrations
    }

    /// The migrations to compare a tenant's with: those of the majority; without one, those of the first other that records others.
    pub(super) fn migrations_for(&self, schema: &str) -> Option<&'a BTreeSet<String>> {
        let own = self.facts.migrations.get(schema);
        self.migrations().or_else(|| {
            let others = self.schemas.iter().filter(|other| **other != schema);
            let mut others = others.filter_map(|other| self.facts.migrations.get(*other));
            others.find(|other| Some(*other) != own).or(own)
        })
    }

    /// Whether more than half of the tenants have the same of everything that any of them has.
    pub(super) fn agree(&self) -> bool {
        self.common().tied.is_empty()
    }

    /// What the majority has, as a catalog. What no majority has is there as this schema has it, so that it does not differ.
    pub(super) fn agreed(&self, observed: &str) -> Catalog {
        self.completed(|kind, name| self.place(kind, observed, name))
    }

    /// What to compare a tenant with, as a catalog: what the majority has; without one, what the first tenant has that has another thing.
    pub(super) fn reference_for(&self, schema: &str) -> Catalog {
        self.completed(|kind, name| {
            let alike = |place: usize| kind.first_alike(&self.facts.structure, place);
            let own = self.place(kind, schema, name);
            let mut others = self.schemas.iter().map(|other| self.place(kind, other, name));
            others.find(|other| other.map(alike) != own.map(alike)).unwrap_or(own)
        })
    }

    fn completed(&self, place: impl Fn(Kind, &str) -> Option<usize>) -> Catalog {
        let Common { catalog, tied, .. } = self.common();
        let mut catalog = catalog.clone();
        for (kind, name) in tied {
            if let Some(place) = place(*kind, name) {
                self.describe(&mut catalog.tenant, *kind, name, place);
            }
        }
        catalog
    }

    fn place(&self, kind: Kind, schema: &str, name: &str) -> Option<usize> {
        kind.places(&self.facts.structure, schema)?.get(name).copied()
    }

    /// Puts into a catalog what stands at a place of the facts.
    fn describe(&self, catalog: &mut SchemaCatalog, kind: Kind, name: &str, place: usize) {
        fn put<T: Clone>(into: &mut BTreeMap<String, T>, name: &str, definition: Option<&T>) {
            into.extend(definition.map(|definition| (name.to_owned(), definition.clone())));
        }
        let structure = &self.facts.structure;
        match kind {
            Kind::Table => put(&mut catalog.tables, name, structure.definitions.get(place)),
            Kind::Sequence => put(&mut catalog.sequences, name, structure.sequences.definitions.get(place)),
            Kind::Function => put(&mut catalog.functions, name, structure.functions.definitions.get(place)),
        }
    }

    fn common(&self) -> &Common<'a> {
        self.common.get_or_init(|| {
            let name = "the majority".to_owned();
            let mut catalog = Catalog { name, ..Catalog::default() };
            let mut tied = Vec::new();
            for kind in Kind::ALL {
                for (name, vote) in self.votes(kind) {
                    match vote {
                        Vote::Majority(Some(place)) => self.describe(&mut catalog.tenant, kind, name, place),
                        Vote::Majority(None) => {}
                        Vote::Tied => tied.push((kind, name)),
                    }
                }
            }
            Common { migrations: self.common_migrations(), catalog, tied }
        })
    }

    fn common_migrations(&self) -> Option<&'a BTreeSet<String>> {
        let mut counts: BTreeMap<&BTreeSet<String>, usize> = BTreeMap::new();
        for migrations in self.schemas.iter().filter_map(|schema| self.facts.migrations.get(*schema)) {
            *counts.entry(migrations).or_default() += 1;
        }
        counts.into_iter().find(|(_, count)| self.is_majority(*count)).map(|(migrations, _)| migrations)
    }

    fn votes(&self, kind: Kind) -> BTreeMap<&'a str, Vote> {
        let structure = &self.facts.structure;
        let alike: Vec<usize> = (0..kind.count(structure)).map(|place| kind.first_alike(structure, place)).collect();
        let mut counts: BTreeMap<&str, BTreeMap<usize, usize>> = BTreeMap::new();
        for places in self.schemas.iter().filter_map(|schema| kind.places(structure, schema)) {
            for (name, place) in places {
                let place = alike.get(*place).copied().unwrap_or(*place);
                *counts.entry(name).or_default().entry(place).or_default() += 1;
            }
        }
        counts.into_iter().map(|(name, counts)| (name, self.vote(&counts))).collect()
    }

    fn vote(&self, counts: &BTreeMap<usize, usize>) -> Vote {
        let absent = self.count() - counts.values().sum::<usize>();
        match counts.iter().find(|(_, count)| self.is_majority(**count)) {
            Some((place, _)) => Vote::Majority(Some(*place)),
            None if self.is_majority(absent) => Vote::Majority(None),
            None => Vote::Tied,
        }
    }

    fn is_majority(&self, count: usize) -> bool {
        count * 2 > self.count()
    }
}
