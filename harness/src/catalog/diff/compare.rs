//! Comparing what two catalogs say, part by part.

use std::collections::{BTreeMap, BTreeSet};

use super::difference::{Change, Difference, Kind};
use super::table;
use crate::catalog::object;
use crate::catalog::raw::{RawCatalog, RawFunction, RawSchema, RawSeed, RawSequence};
use crate::check::Drift;

/// The table whose rows are the migrations, which are compared as such.
const HISTORY: &str = "django_migrations";

/// Everything in which two catalogs differ.
pub(super) fn catalogs(left: &RawCatalog, right: &RawCatalog) -> Vec<Difference> {
    let extensions = |catalog: &RawCatalog| -> BTreeMap<String, String> {
        let listed = catalog.extensions.iter();
        listed.map(|one| (one.name.clone(), format!("{} in {}", one.version, one.schema))).collect()
    };
    let mut differences = by_name(Kind::Extension, &extensions(left), &extensions(right), |_| None);
    for (name, left, right) in [
        ("public", &left.schemas.public, &right.schemas.public),
        ("tenant", &left.schemas.tenant, &right.schemas.tenant),
    ] {
        let of_schema = schemas(left, right).into_iter();
        differences.extend(of_schema.map(|difference| Difference { schema: Some(name), ..difference }));
    }
    differences.sort_by(|left, right| {
        let key = |one: &Difference| (one.schema, one.kind, one.change, one.drift);
        key(left).cmp(&key(right))
    });
    differences
}

/// Everything in which two schemas differ.
pub(in crate::catalog) fn schemas(left: &RawSchema, right: &RawSchema) -> Vec<Difference> {
    let lost = |lost: Drift| {
        move |change| match change {
            Change::Less => Some(lost),
            Change::Other => Some(Drift::Altered),
            Change::More => Some(Drift::Extra),
        }
    };
    let mut differences = migrations(&left.seed, &right.seed);
    differences.extend(table::tables(&left.tables, &right.tables));
    let triggers = |schema: &RawSchema| -> BTreeMap<String, String> {
        let listed = schema.triggers.iter();
        listed.map(|trigger| (format!("{}.{}", trigger.table, trigger.name), trigger.definition.clone())).collect()
    };
    differences.extend(by_name(Kind::Trigger, &triggers(left), &triggers(right), lost(Drift::LostTrigger)));
    let (one, other) = (sequences(&left.sequences), sequences(&right.sequences));
    differences.extend(by_name(Kind::Sequence, &one, &other, lost(Drift::LostSequence)));
    let (one, other) = (functions(&left.functions), functions(&right.functions));
    differences.extend(by_name(Kind::Function, &one, &other, lost(Drift::LostFunction)));
    differences.extend(seeds(&left.seed, &right.seed));
    differences
}

/// Compares texts by name.
fn by_name(
    kind: Kind,
    left: &BTreeMap<String, String>,
    right: &BTreeMap<String, String>,
    drift: impl Fn(Change) -> Option<Drift>,
) -> Vec<Difference> {
    let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
    let difference =
        |name: &String| Difference::of(kind, name, left.get(name).cloned(), right.get(name).cloned(), &drift);
    names.into_iter().filter_map(difference).collect()
}

/// By the numbers that they give: the type of a clone's sequence is another one, with the same numbers.
fn sequences(listed: &[RawSequence]) -> BTreeMap<String, String> {
    listed.iter().cloned().map(object::sequence).map(|(name, sequence)| (name, sequence.to_string())).collect()
}

fn functions(listed: &[RawFunction]) -> BTreeMap<String, String> {
    listed.iter().cloned().map(object::function).map(|(name, function)| (name, function.to_string())).collect()
}

fn migrations(left: &RawSeed, right: &RawSeed) -> Vec<Difference> {
    let names = |seed: &RawSeed| -> Vec<String> {
        seed.migrations_in_order.iter().map(|(app, name)| format!("{app}.{name}")).collect()
    };
    let (left, right) = (names(left), names(right));
    let only = |from: &[String], other: &[String]| -> Vec<String> {
        let other: BTreeSet<&String> = other.iter().collect();
        from.iter().filter(|name| !other.contains(name)).cloned().collect()
    };
    let (less, more) = (only(&left, &right), only(&right, &left));
    if less.is_empty() && more.is_empty() {
        let unlike = left.iter().zip(&right).position(|(one, other)| one != other);
        let order = unlike.and_then(|place| {
            let object = format!("the order, from the {}th on", place + 1);
            Difference::of(Kind::Migration, object, left.get(place).cloned(), right.get(place).cloned(), |_| None)
        });
        return order.into_iter().collect();
    }
    let less = less.into_iter().map(|name| (Some(name.clone()), None, name));
    let more = more.into_iter().map(|name| (None, Some(name.clone()), name));
    let each = less.chain(more);
    each.filter_map(|(left, right, name)| Difference::of(Kind::Migration, name, left, right, |_| None)).collect()
}

/// Compares what a migration leaves behind: how many rows, how far the sequences are, and the rows where both have them recorded.
fn seeds(left: &RawSeed, right: &RawSeed) -> Vec<Difference> {
    let counts = |seed: &RawSeed| -> BTreeMap<String, String> {
        let counted = seed.counts.iter().filter(|(table, _)| *table != HISTORY);
        counted
            .map(|(table, count)| {
                (table.clone(), if *count == 1 { "1 row".to_owned() } else { format!("{count} rows") })
            })
            .collect()
    };
    let values = |seed: &RawSeed| -> BTreeMap<String, String> {
        let of_history = format!("{HISTORY}_id_seq");
        let used = seed.sequences.iter().filter(|(name, _)| **name != of_history);
        used.map(|(name, value)| (name.clone(), format!("last number {value}"))).collect()
    };
    let mut differences = by_name(Kind::SeedRows, &counts(left), &counts(right), |_| None);
    differences.extend(by_name(Kind::SeedRows, &values(left), &values(right), |_| None));
    for (name, one) in &left.rows {
        let Some(other) = right.rows.get(name) else { continue };
        if one.columns != other.columns {
            let (one, other) = (one.columns.join(", "), other.columns.join(", "));
            differences.extend(Difference::of(Kind::SeedRows, name, Some(one), Some(other), |_| None));
            continue;
        }
        let row = |rows: &[Vec<serde_json::Value>], place: usize| {
            rows.get(place).map(|row| serde_json::json!(row).to_string())
        };
        for place in 0..one.rows.len().max(other.rows.len()) {
            let object = format!("{name}, row {}", place + 1);
            let (one, other) = (row(&one.rows, place), row(&other.rows, place));
            differences.extend(Difference::of(Kind::SeedRows, object, one, other, |_| None));
        }
    }
    differences
}
