//! Where the values of a document stand.

use std::fmt;

use serde::de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_saphyr::{Location, Spanned};

use super::{Place, Segment};

/// A position in a text, in characters, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) width: usize,
}

impl Position {
    /// The start and the length of a location.
    pub(super) fn of(location: Location) -> Option<Self> {
        let as_usize = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let (line, column) = (as_usize(location.line()), as_usize(location.column()));
        let width = usize::try_from(location.span().len()).unwrap_or(usize::MAX);
        (line > 0).then_some(Self { line, column: column.max(1), width: width.max(1) })
    }
}

/// Finds the value at a place, or as much of the way to it as there is. A map or a list is shown by the key that holds it,
/// and an item of a list that is a map by its first key: that is the word that a person would point at.
pub(super) fn find(text: &str, place: &Place) -> Option<Position> {
    let root: Spanned<Node> = serde_saphyr::from_str_with_options(text, serde_saphyr::Options::default()).ok()?;
    let mut best = Position::of(root.referenced);
    let mut node = &root.value;
    for segment in place.segments() {
        let Some((key, value)) = node.step(segment) else { break };
        best = Position::of(shown(key, value)).or(best);
        node = &value.value;
    }
    best
}

fn shown(key: Option<Location>, value: &Spanned<Node>) -> Location {
    match (&value.value, key) {
        (Node::Map(_) | Node::List(_), Some(key)) => key,
        (Node::Map(entries), None) => entries.first().map_or(value.referenced, |(key, _)| key.referenced),
        _ => value.referenced,
    }
}

/// A document with positions.
#[derive(Debug)]
enum Node {
    Scalar,
    List(Vec<Spanned<Node>>),
    Map(Vec<(Spanned<String>, Spanned<Node>)>),
}

impl Node {
    fn step(&self, segment: &Segment) -> Option<(Option<Location>, &Spanned<Self>)> {
        match (self, segment) {
            (Self::Map(entries), Segment::Key(wanted)) => {
                let (key, value) = entries.iter().find(|(key, _)| key.value == *wanted)?;
                Some((Some(key.referenced), value))
            }
            (Self::List(items), Segment::Index(index)) => Some((None, items.get(*index)?)),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_none<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Node, D::Error> {
        IgnoredAny::deserialize(inner).map(|_| Node::Scalar)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Node::Map(map))
    }
}
