//! What the YAML reader found wrong, in our words.

use serde_saphyr::Error;

use super::diagnostic::{Diagnostic, Excerpt};
use super::position::Position;
use super::{Source, did_you_mean, listed};

/// What is wrong, what was expected, and the way out.
struct Words {
    message: String,
    label: String,
    help: Option<String>,
}

impl Words {
    fn new(message: impl Into<String>, label: impl Into<String>, help: Option<String>) -> Self {
        Self { message: message.into(), label: label.into(), help }
    }
}

/// The error as a compiler would show it.
pub(super) fn explain(source: &Source, error: &Error) -> Diagnostic {
    let error = innermost(error);
    let Words { message, label, help } = words(error);
    let excerpt = error.location().and_then(Position::of).map(|at| {
        let width = if at.width > 1 { at.width } else { word_width(source.text(), at) };
        Excerpt::of(source.text(), at.line, at.column, width)
    });
    Diagnostic { message, path: source.path().to_owned(), excerpt, label, help }
}

fn innermost(error: &Error) -> &Error {
    match error {
        Error::WithSnippet { error, .. } | Error::AliasError { error, .. } => innermost(error),
        other => other,
    }
}

fn words(error: &Error) -> Words {
    match error {
        Error::SerdeUnknownField { field, expected, .. } if expected.is_empty() => {
            Words::new(format!("unknown key `{field}`"), "no key is known here", Some("write `{}`".into()))
        }
        Error::SerdeUnknownField { field, expected, .. } => {
            let label = format!("expected one of {}", listed(expected));
            Words::new(format!("unknown key `{field}`"), label, did_you_mean(field, expected))
        }
        Error::SerdeUnknownVariant { variant, expected, .. } => {
            let label = format!("expected one of {}", listed(expected));
            Words::new(format!("unknown word `{variant}`"), label, did_you_mean(variant, expected))
        }
        Error::SerdeMissingField { field, .. } => {
            Words::new(format!("`{field}` is missing"), "expected in this map", Some(format!("add `{field}: …`")))
        }
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().unwrap_or("this key");
            Words::new(format!("`{key}` stands twice"), "the second time here", Some("take one out".into()))
        }
        Error::SerdeInvalidType { unexpected, expected, .. }
        | Error::SerdeInvalidValue { unexpected, expected, .. } => {
            Words::new(format!("{unexpected} does not belong here"), format!("expected {expected}"), None)
        }
        Error::QuotingRequired { value, .. } => {
            let help = format!("put it in quotes: \"{value}\"");
            Words::new(format!("`{value}` is no text to YAML"), "expected a text", Some(help))
        }
        other => rare_words(other),
    }
}

/// Errors about the form of the document rather than its words.
fn rare_words(error: &Error) -> Words {
    match error {
        Error::Unexpected { expected, .. } => {
            Words::new("something else stands here", format!("expected {expected}"), None)
        }
        Error::ExpectedMappingEndAfterEnumVariantValue { .. } => {
            let help = "give each its own item, beginning with `- `";
            Words::new("a second key in an item of one key", "one key too many", Some(help.into()))
        }
        Error::Eof { .. } => Words::new("the file ends too early", "expected more", None),
        Error::MultipleDocuments { .. } => {
            let help = "give each its own file, and take out `---`";
            Words::new("the file holds more than one document", "the second begins here", Some(help.into()))
        }
        Error::MergeKeyNotAllowed { .. } => Words::new("merge keys are not read", "write the keys themselves", None),
        other => Words::new("this cannot be read as YAML of this form", other.to_string(), None),
    }
}

/// The length of the word at a position, where the reader gives only its start.
fn word_width(text: &str, at: Position) -> usize {
    let line = text.lines().nth(at.line - 1).unwrap_or_default();
    let ends_word = |character: &char| !(character.is_alphanumeric() || "_-.".contains(*character));
    line.chars().skip(at.column - 1).take_while(|character| !ends_word(character)).count()
}
