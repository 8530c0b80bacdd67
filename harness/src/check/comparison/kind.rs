//! Kinds of things that a schema holds, and where the facts keep their definitions.

use std::collections::BTreeMap;

use crate::fact::object::SequenceDefinition;
use crate::fact::structure::StructureFacts;

/// A kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Table,
    Sequence,
    Function,
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::Table, Self::Sequence, Self::Function];

    /// Where a schema's definitions stand, by name.
    pub(super) fn places<'a>(self, structure: &'a StructureFacts, schema: &str) -> Option<&'a BTreeMap<String, usize>> {
        match self {
            Self::Table => structure.tables.get(schema),
            Self::Sequence => structure.sequences.by_schema.get(schema),
            Self::Function => structure.functions.by_schema.get(schema),
        }
    }

    /// How many definitions there are in all.
    pub(super) fn count(self, structure: &StructureFacts) -> usize {
        match self {
            Self::Table => structure.definitions.len(),
            Self::Sequence => structure.sequences.definitions.len(),
            Self::Function => structure.functions.definitions.len(),
        }
    }

    /// The first definition that is as good as the one that stands here. Equal ones are kept once, but sequences can be alike too.
    pub(super) fn first_alike(self, structure: &StructureFacts, place: usize) -> usize {
        let definitions = &structure.sequences.definitions;
        match (self, definitions.get(place)) {
            (Self::Sequence, Some(own)) => definitions.iter().position(|other| alike(own, other)).unwrap_or(place),
            _ => place,
        }
    }
}

/// Whether two sequences give the same numbers to the same column: their types may differ, since those of a clone do.
fn alike(one: &SequenceDefinition, other: &SequenceDefinition) -> bool {
    one.numbers() == other.numbers() && one.owned_by == other.owned_by && one.owner_kind == other.owner_kind
}
