//! Comparison of a report's body with the expected one.

use serde_json::{Map, Value};

use super::compare::Comparison;
use super::difference::{Difference, DifferenceKind, Place, Subject};
use crate::number::doubles_agree;

/// Keys whose values are Koku's own, or depend on the way the request took.
const NOT_COMPARED: [&str; 3] = ["source_uuid", "first", "last"];
/// The keys by which the entries of a list are told apart.
const NAMES: [&str; 3] = ["date", "project", "node"];

/// Compares two bodies. Entries of lists are matched by date, project or node, whatever their order; an entry that is not
/// expected or not there is one difference.
pub(super) fn compare(place: &Place, expected: &Value, observed: &Value, comparison: &mut Comparison) {
    let walk = Walk { place, path: String::new(), subject: Subject::default() };
    walk.values(expected, observed, comparison);
}

/// Where in the body the comparison stands.
#[derive(Clone)]
struct Walk<'a> {
    place: &'a Place,
    path: String,
    subject: Subject,
}

impl Walk<'_> {
    fn values(&self, expected: &Value, observed: &Value, comparison: &mut Comparison) {
        match (expected, observed) {
            (Value::Object(expected), Value::Object(observed)) => self.objects(expected, observed, comparison),
            (Value::Array(expected), Value::Array(observed)) if entries(expected) && entries(observed) => {
                self.lists(expected, observed, comparison);
            }
            _ => self.leaves(expected, observed, comparison),
        }
    }

    fn objects(&self, expected: &Map<String, Value>, observed: &Map<String, Value>, comparison: &mut Comparison) {
        let walk = self.named(expected);
        for (key, expected) in expected.iter().filter(|(key, _)| !NOT_COMPARED.contains(&key.as_str())) {
            match observed.get(key) {
                Some(observed) => walk.below(key).values(expected, observed, comparison),
                None => walk.below(key).differs(DifferenceKind::Missing, &shown(expected), "", comparison),
            }
        }
        let unexpected = |key: &&String| !expected.contains_key(*key) && !NOT_COMPARED.contains(&key.as_str());
        for key in observed.keys().filter(unexpected) {
            walk.below(key).differs(DifferenceKind::Unexpected, "", &shown(&observed[key]), comparison);
        }
    }

    fn lists(&self, expected: &[Value], observed: &[Value], comparison: &mut Comparison) {
        let mut left: Vec<&Value> = observed.iter().collect();
        for entry in expected {
            match left.iter().position(|other| name(other) == name(entry)) {
                Some(index) => self.values(entry, left.remove(index), comparison),
                None => self.entry(entry).differs(DifferenceKind::Missing, &shown(entry), "", comparison),
            }
        }
        for entry in left {
            self.entry(entry).differs(DifferenceKind::Unexpected, "", &shown(entry), comparison);
        }
    }

    fn leaves(&self, expected: &Value, observed: &Value, comparison: &mut Comparison) {
        comparison.examined += 1;
        let agree = match (expected.as_f64(), observed.as_f64()) {
            (Some(expected), Some(observed)) => doubles_agree(expected, observed),
            _ => expected == observed,
        };
        if !agree {
            self.differs(DifferenceKind::Value, &shown(expected), &shown(observed), comparison);
        }
    }

    fn below(&self, key: &str) -> Self {
        let mut walk = self.clone();
        walk.path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        walk
    }

    fn entry(&self, entry: &Value) -> Self {
        entry.as_object().map_or_else(|| self.clone(), |entry| self.named(entry))
    }

    /// Takes day, namespace and node from an entry that names them.
    fn named(&self, entry: &Map<String, Value>) -> Self {
        let text = |key: &str| entry.get(key).and_then(Value::as_str);
        let mut walk = self.clone();
        if let Some(day) = text("date").and_then(|date| date.parse().ok()) {
            walk.subject.day = Some(day);
        }
        if let Some(project) = text("project") {
            walk.subject.namespace = Some(project.to_owned());
        }
        if let Some(node) = text("node") {
            walk.subject.node = Some(node.to_owned());
        }
        walk
    }

    fn differs(&self, kind: DifferenceKind, expected: &str, observed: &str, comparison: &mut Comparison) {
        comparison.differences.push(Difference {
            place: self.place.clone(),
            subject: self.subject.clone(),
            kind,
            column: self.path.clone(),
            expected: expected.to_owned(),
            observed: observed.to_owned(),
        });
    }
}

/// Whether a list holds entries that have names. An empty list may.
fn entries(list: &[Value]) -> bool {
    list.iter().all(|entry| name(entry).is_some())
}

fn name(entry: &Value) -> Option<Vec<Option<&str>>> {
    let entry = entry.as_object()?;
    let names: Vec<Option<&str>> = NAMES.iter().map(|key| entry.get(*key).and_then(Value::as_str)).collect();
    names.iter().any(Option::is_some).then_some(names)
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
