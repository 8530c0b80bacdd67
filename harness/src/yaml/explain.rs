//! What the YAML reader found wrong, in our words.

use serde_saphyr::Error;

use super::diagnostic::{Diagnostic, Excerpt};
use super::position::Position;
use super::{Source, did_you_mean, one_of};

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
pub(super) fn explain(source: &Source, error: &Error, nouns: &[(&str, &str)]) -> Diagnostic {
    let error = innermost(error);
    let Words { message, label, help } = words(error, nouns);
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

fn words(error: &Error, nouns: &[(&str, &str)]) -> Words {
    match error {
        Error::SerdeUnknownField { field, expected, .. } if expected.is_empty() => Words::new(
            format!("`{field}` is a key too many"),
            "no key is expected here",
            Some("take it out, or put it where it belongs".into()),
        ),
        Error::SerdeUnknownField { field, expected, .. } => {
            Words::new(format!("unknown key `{field}`"), one_of(expected), did_you_mean(field, expected))
        }
        Error::SerdeUnknownVariant { variant, expected, .. } => {
            let known = |noun: &&(&str, &str)| expected.contains(&noun.0);
            let noun = nouns.iter().find(known).map_or("word", |(_, noun)| *noun);
            Words::new(format!("unknown {noun} `{variant}`"), one_of(expected), did_you_mean(variant, expected))
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
            let expected = match *expected {
                "mapping start" => "a map, such as `{ name: … }`, or `{}` where nothing is to be set",
                "sequence start" => "a list, such as `[a, b]`",
                "string scalar" => "a text",
                other => other,
            };
            Words::new("something else stands here", format!("expected {expected}"), None)
        }
        Error::Eof { .. } => {
            let help = "write the document, or close what is open";
            Words::new("the file ends too early", "expected more", Some(help.into()))
        }
        Error::MultipleDocuments { .. } => {
            let help = "give each its own file, and take out `---`";
            Words::new("the file holds more than one document", "the second begins here", Some(help.into()))
        }
        Error::MergeKeyNotAllowed { .. } => Words::new("merge keys are not read", "write the keys themselves", None),
        Error::SerdeInvalidLength { expected, .. } => {
            Words::new("something is missing here", format!("expected {expected}"), None)
        }
        Error::InvalidScalar { ty, .. } => {
            let expected = match *ty {
                "u16" => "a whole number from 0 to 65535",
                "i32" => "a whole number",
                other => other,
            };
            Words::new("this value does not belong here", format!("expected {expected}"), None)
        }
        Error::UnsupportedTag { tag, .. } => {
            Words::new("tags are not read", "the value itself is wanted", Some(format!("take out `{tag}`")))
        }
        other => {
            // The reader ends its sentences with the place, which the excerpt shows.
            let text = other.to_string();
            let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
            Words::new("this is no YAML", what, None)
        }
    }
}

/// The length of the word at a position, where the reader gives only its start.
fn word_width(text: &str, at: Position) -> usize {
    let line = text.lines().nth(at.line - 1).unwrap_or_default();
    let ends_word = |character: &char| !(character.is_alphanumeric() || "_-.".contains(*character));
    line.chars().skip(at.column - 1).take_while(|character| !ends_word(character)).count()
}
