//! What is wrong with a scenario, and where.

use std::fmt;

/// One thing that is wrong, with the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where in the scenario.
    pub place: Place,
    /// What is wrong, as a lower-case fragment.
    pub message: String,
    /// What stands at the place or was expected there, in a few words.
    pub label: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Problem {
    /// Something wrong at this place.
    pub fn new(place: Place, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self { place, message: message.into(), label: label.into(), help: None }
    }

    /// Adds the way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the way out, where one is known.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {} ({})", self.place, self.message, self.label)?;
        self.help.iter().try_for_each(|help| write!(formatter, "; {help}"))
    }
}

impl std::error::Error for Problem {}

/// One or more things wrong with a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        formatter.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Problems {}

/// Where in a scenario: keys and indices, from the outside in.
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
    /// The value of a key of the scenario itself.
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
