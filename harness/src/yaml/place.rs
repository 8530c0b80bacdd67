//! The way to a value in a document.

use std::fmt;

/// Where in a document: keys and indices, from the outside in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place(Vec<Segment>);

/// One way into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// The value of a key.
    Key(String),
    /// The item of a list, from 0.
    Index(usize),
}

impl Place {
    /// The value of a key of the document itself.
    #[must_use]
    pub fn key(key: &str) -> Self {
        Self::default().then_key(key)
    }

    /// The value of this key, within.
    #[must_use]
    pub fn then_key(mut self, key: &str) -> Self {
        self.0.push(Segment::Key(key.to_owned()));
        self
    }

    /// The item with this index, within.
    #[must_use]
    pub fn then_index(mut self, index: usize) -> Self {
        self.0.push(Segment::Index(index));
        self
    }

    /// The way to it, from the outside in.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Key(key) if number == 0 => write!(formatter, "{key}")?,
                Segment::Key(key) => write!(formatter, ".{key}")?,
                Segment::Index(index) => write!(formatter, "[{index}]")?,
            }
        }
        Ok(())
    }
}
