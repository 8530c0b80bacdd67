//! Two schemas, compared aspect by aspect.

use super::class;
use super::difference::Difference;
use super::object;
use super::shape::Shape;
use super::table;
use crate::check::drift::Drift;
use crate::fact::structure::{Column, StructureFacts, TableDefinition};

/// What a comparison found.
#[derive(Debug, Default)]
pub(super) struct Compared {
    /// How many things were compared.
    pub(super) examined: usize,
    pub(super) different: Vec<Different>,
}

/// One thing that differs. In texts `{schema}` stands for its schema.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Different {
    /// The table's, sequence's or function's name.
    pub(super) name: String,
    pub(super) missing: Vec<String>,
    pub(super) unexpected: Vec<String>,
    pub(super) drift: Drift,
}

impl Different {
    /// Of a thing that has one text.
    pub(super) fn of_one(name: &str, missing: Option<String>, unexpected: Option<String>, drift: Drift) -> Self {
        let (missing, unexpected) = (missing.into_iter().collect(), unexpected.into_iter().collect());
        Self { name: name.to_owned(), missing, unexpected, drift }
    }
}

/// What can be compared of two schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aspect {
    Columns,
    Keys,
    Indexes,
    Triggers,
    Sequences,
    Functions,
}

impl Aspect {
    pub(super) const ALL: [Self; 6] =
        [Self::Columns, Self::Keys, Self::Indexes, Self::Triggers, Self::Sequences, Self::Functions];
}

/// From which major version on PostgreSQL keeps identity on partitions too; the catalogs were measured before.
const IDENTITY_ON_PARTITIONS: u32 = 17;

/// An expected schema and an observed one. Tables that only one of them has are no difference here: other checks tell of them.
pub(super) struct Comparison<'a> {
    expected: Shape<'a>,
    observed: Shape<'a>,
    /// The observed `public`, whose functions triggers of every schema call.
    public: Shape<'a>,
    without_identity: bool,
    /// Whether sequences and functions are told of that nobody expects.
    extra: bool,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(expected: Shape<'a>, structure: &'a StructureFacts, schema: &str, major: u32) -> Self {
        let observed = Shape::of_schema(structure, schema);
        let public = Shape { functions: structure.functions.of("public").collect(), ..Shape::default() };
        Self { expected, observed, public, without_identity: major >= IDENTITY_ON_PARTITIONS, extra: true }
    }

    /// The same in a schema in which others have things too.
    pub(super) fn among_others(self) -> Self {
        Self { extra: false, ..self }
    }

    pub(super) fn of(&self, aspect: Aspect) -> Compared {
        match aspect {
            Aspect::Columns => self.columns(),
            Aspect::Keys => {
                self.texts(|expected, observed| table::keys(expected, observed, &self.observed), class::of_keys)
            }
            Aspect::Indexes => self.texts(table::indexes, class::of_indexes),
            Aspect::Triggers => self.texts(
                |expected, observed| table::triggers(expected, observed, |name| self.has_function(name)),
                class::of_triggers,
            ),
            Aspect::Sequences => object::sequences(&self.expected, &self.observed, self.extra),
            Aspect::Functions => object::functions(&self.expected, &self.observed, self.extra),
        }
    }

    fn columns(&self) -> Compared {
        let compare = |expected: &TableDefinition, observed: &TableDefinition| {
            table::columns(expected, observed, self.without_identity)
        };
        let texts = |columns: &[Column]| columns.iter().map(Column::to_string).collect();
        self.tables(compare, |name, difference: Difference<Column>| Different {
            name: name.to_owned(),
            missing: texts(&difference.missing),
            unexpected: texts(&difference.unexpected),
            drift: class::of_columns(&difference),
        })
    }

    fn texts(
        &self,
        compare: impl Fn(&TableDefinition, &TableDefinition) -> Difference,
        class: fn(&Difference) -> Drift,
    ) -> Compared {
        self.tables(compare, |name, difference: Difference| {
            let drift = class(&difference);
            let Difference { missing, unexpected } = difference;
            Different { name: name.to_owned(), missing, unexpected, drift }
        })
    }

    /// Compares every table that is in both; what a partition inherits is its parent's difference.
    fn tables<T: Ord + Clone>(
        &self,
        compare: impl Fn(&TableDefinition, &TableDefinition) -> Difference<T>,
        tell: impl Fn(&str, Difference<T>) -> Different,
    ) -> Compared {
        let difference = |name: &str| {
            let (expected, observed) = (self.expected.tables.get(name)?, self.observed.tables.get(name)?);
            Some(if expected == observed { Difference::default() } else { compare(expected, observed) })
        };
        let mut compared = Compared::default();
        for (name, table) in &self.expected.tables {
            let Some(own) = difference(name) else { continue };
            compared.examined += 1;
            if own.is_empty() {
                continue;
            }
            let inherited = table.partition_of.as_deref().and_then(difference).unwrap_or_default();
            let own = own.without(&inherited);
            if !own.is_empty() {
                compared.different.push(tell(name, own));
            }
        }
        compared
    }

    /// Whether a function is there, named with its schema as a trigger names it.
    fn has_function(&self, name: &str) -> bool {
        match name.split_once('.') {
            Some(("{schema}", name)) => self.observed.has_function(name),
            Some(("public", name)) => self.public.has_function(name),
            _ => true,
        }
    }
}
