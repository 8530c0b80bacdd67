//! Sequences and functions of two schemas.

use std::collections::{BTreeMap, BTreeSet};

use super::comparison::{Compared, Different};
use super::shape::Shape;
use crate::check::drift::Drift;
use crate::fact::object::{FunctionDefinition, SequenceDefinition};

/// Sequences by the column that has them, or by name; those that went or came with a column, or with its identity, are left out. Where
/// `extra` is not asked for, those of which the expected schema knows nothing are left out too.
pub(super) fn sequences(expected: &Shape<'_>, observed: &Shape<'_>, extra: bool) -> Compared {
    let (wanted, seen) = (by_owner(expected), by_owner(observed));
    let mut compared = Compared { examined: wanted.len(), different: Vec::new() };
    for (owner, (name, sequence)) in &wanted {
        let text = told(name, sequence);
        let found = seen.get(owner).map(|(name, sequence)| told(name, sequence));
        if found.as_ref() == Some(&text) || (found.is_none() && went_along(expected, observed, sequence)) {
            continue;
        }
        let drift = if found.is_some() { Drift::Altered } else { Drift::LostSequence };
        compared.different.push(Different::of_one(name, Some(text), found, drift));
    }
    for (owner, (name, sequence)) in seen.iter().filter(|(owner, _)| extra && !wanted.contains_key(*owner)) {
        compared.examined += 1;
        let came_along = owner.contains('.') && went_along(observed, expected, sequence);
        if !came_along {
            compared.different.push(Different::of_one(name, None, Some(told(name, sequence)), Drift::Extra));
        }
    }
    compared
}

fn by_owner<'a>(shape: &Shape<'a>) -> BTreeMap<&'a str, (&'a str, &'a SequenceDefinition)> {
    let owner = |(name, sequence): (&&'a str, &&'a SequenceDefinition)| {
        (sequence.owned_by.as_deref().unwrap_or(name), (*name, *sequence))
    };
    shape.sequences.iter().map(owner).collect()
}

/// A sequence without its type, which only bounds its numbers, as these do themselves.
fn told(name: &str, sequence: &SequenceDefinition) -> String {
    format!("{name} {sequence}")
}

/// Whether a sequence of one schema is not in another since that one lacks its column, or has it without identity.
fn went_along(schema: &Shape<'_>, other: &Shape<'_>, sequence: &SequenceDefinition) -> bool {
    let Some((table, column)) = sequence.owned_by.as_deref().and_then(|owner| owner.rsplit_once('.')) else {
        return false;
    };
    let has_identity = |shape: &Shape<'_>| shape.column(table, column).map(|column| column.identity.is_some());
    match (has_identity(schema), has_identity(other)) {
        (_, None) => true,
        (own, other) => own != other,
    }
}

/// Functions by name. Where `extra` is not asked for, those of which the expected schema knows nothing are left out.
pub(super) fn functions(expected: &Shape<'_>, observed: &Shape<'_>, extra: bool) -> Compared {
    let (wanted, seen) = (by_name(expected), by_name(observed));
    let names: BTreeSet<&str> = wanted.keys().copied().chain(seen.keys().copied().filter(|_| extra)).collect();
    let none = BTreeSet::new();
    let mut compared = Compared { examined: names.len(), different: Vec::new() };
    for name in names {
        let (wanted, seen) = (wanted.get(name).unwrap_or(&none), seen.get(name).unwrap_or(&none));
        let missing: Vec<String> = wanted.difference(seen).cloned().collect();
        let unexpected: Vec<String> = seen.difference(wanted).cloned().collect();
        let drift = match (missing.is_empty(), unexpected.is_empty()) {
            (true, true) => continue,
            (true, false) if !extra => continue,
            (true, false) => Drift::Extra,
            (false, true) => Drift::LostFunction,
            (false, false) => Drift::Altered,
        };
        compared.different.push(Different { name: name.to_owned(), missing, unexpected, drift });
    }
    compared
}

fn by_name<'a>(shape: &Shape<'a>) -> BTreeMap<&'a str, BTreeSet<String>> {
    let mut functions: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for function in shape.functions.values() {
        let FunctionDefinition { name, .. } = function;
        functions.entry(name).or_default().insert(function.to_string());
    }
    functions
}
