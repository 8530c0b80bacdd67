//! What is wrong with a scenario, and where.

use std::fmt;

use crate::yaml::Place;

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
