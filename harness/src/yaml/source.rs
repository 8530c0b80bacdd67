//! A YAML file and its text.

use std::io;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::diagnostic::{Diagnostic, Excerpt};
use super::explain::explain;
use super::{Place, position};

/// A file and its text, kept so that an error can show the line, also one that is found later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// Reads a file.
    pub fn read(path: &Path) -> io::Result<Self> {
        Ok(Self::new(path, std::fs::read_to_string(path)?))
    }

    /// A text that goes under this path.
    pub fn new(path: &Path, text: impl Into<String>) -> Self {
        Self { path: path.to_owned(), text: text.into() }
    }

    /// The path, as it was given.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the text as the type that it is to be. Unknown and duplicate keys, anchors' merge keys, and words that YAML
    /// takes for numbers or booleans where a text is wanted are errors.
    ///
    /// `nouns` names the sets of words that the type knows, each by one of its words: `("install", "phase")` makes an error
    /// say "unknown phase".
    pub fn parse<T: DeserializeOwned>(&self, nouns: &[(&str, &str)]) -> Result<T, Box<Diagnostic>> {
        let parsed = serde_saphyr::from_str_with_options(&self.text, strict());
        parsed.map_err(|error| Box::new(explain(self, &error, nouns)))
    }

    /// An error at a place of the text.
    #[must_use]
    pub fn diagnostic(&self, place: &Place, message: &str, label: &str, help: Option<&str>) -> Diagnostic {
        let found = position::find(&self.text, place);
        Diagnostic {
            message: message.to_owned(),
            path: self.path.clone(),
            excerpt: found.map(|at| Excerpt::of(&self.text, at.line, at.column, at.width)),
            label: label.to_owned(),
            help: help.map(str::to_owned),
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

/// How strictly a file is read: there is one spelling of each thing.
pub(super) fn strict() -> serde_saphyr::Options {
    serde_saphyr::options! {
        no_schema: true,
        strict_booleans: true,
        merge_keys: serde_saphyr::MergeKeyPolicy::Error,
        reject_unsupported_tags: true,
        with_snippet: false,
    }
}
