//! Texts with placeholders such as `{{source_1}}`, `{{source_1:int}}` (platform), `{{source_a_id|int}}` and `{{time_3|space}}` (koku).

/// What a placeholder may be, for people.
pub(crate) const KNOWN: &str = "a name of small letters, digits and underscores, with |int, :int or |space behind it, \
    or base64(json(identity)), x-rh-identity, x-rh-identity of the creating request";

/// The header of the request itself, as rows keep it.
const OWN_HEADER: &str = "x-rh-identity";
/// The header of whichever request made a row.
const A_HEADER: &str = "x-rh-identity of the creating request";
/// The header as it is sent.
const IDENTITY: &str = "base64(json(identity))";
/// Seed data that the recording cut out, values that never come again, and wording that a replay file takes out: any will do.
const ANYTHING: [&str; 6] = ["schema", "payload", "superkey_steps", "duration", "address", "wording"];

/// A placeholder, as its convention means it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Placeholder<'a> {
    /// A text that is bound when it is first met.
    Text(&'a str),
    /// The same, as a JSON number.
    Number(&'a str),
    /// A moment; the same moment is written in several ways.
    Moment(&'a str),
    /// A moment of RFC 3339, any.
    AnyRfc3339,
    /// A moment as the platform's events carry it, any.
    AnyOfEvent,
    /// Any value.
    Anything,
    /// The `x-rh-identity` that was sent with this request.
    OwnHeader,
    /// One that was sent with some request.
    AHeader,
    /// The `x-rh-identity` that is to be sent.
    Identity,
}

/// A text in pieces.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Literal(&'a str),
    Placeholder(Placeholder<'a>),
}

impl<'a> Placeholder<'a> {
    /// Reads what stands between the braces.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        match text {
            IDENTITY => return Some(Self::Identity),
            OWN_HEADER => return Some(Self::OwnHeader),
            A_HEADER => return Some(Self::AHeader),
            "timestamp_rfc3339" => return Some(Self::AnyRfc3339),
            "timestamp_event" => return Some(Self::AnyOfEvent),
            _ if ANYTHING.contains(&text) => return Some(Self::Anything),
            _ => {}
        }
        let (name, form) = match text.split_once(['|', ':']) {
            Some((name, form)) => (name, Some(form)),
            None => (text, None),
        };
        if !is_name(name) {
            return None;
        }
        match form {
            None | Some("space") if is_moment(name) => Some(Self::Moment(name)),
            None => Some(Self::Text(name)),
            Some("int") => Some(Self::Number(name)),
            Some(_) => None,
        }
    }

    /// The name that is bound, where one is.
    pub(crate) fn name(&self) -> Option<&'a str> {
        match self {
            Self::Text(name) | Self::Number(name) | Self::Moment(name) => Some(name),
            _ => None,
        }
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
}

/// `time_7`, and `cut_time_7` of another database.
fn is_moment(name: &str) -> bool {
    let rest = ["soft_", "cut_"].iter().find_map(|database| name.strip_prefix(database)).unwrap_or(name);
    rest.strip_prefix("time_").is_some_and(|number| number.chars().all(|digit| digit.is_ascii_digit()))
}

/// What stands between the braces of a text, in order. Braces that are not closed are an error, which names what follows them.
pub(crate) fn names(text: &str) -> Result<Vec<&str>, &str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((_, from)) = rest.split_once("{{") {
        let (name, after) = from.split_once("}}").ok_or(from)?;
        names.push(name);
        rest = after;
    }
    Ok(names)
}

/// A text in pieces. What is no placeholder stays as it is written; [`crate::contract::Library`] refuses it before.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once("{{") {
        let Some((name, after)) = from.split_once("}}") else { break };
        if !before.is_empty() {
            pieces.push(Piece::Literal(before));
        }
        match Placeholder::read(name) {
            Some(placeholder) => pieces.push(Piece::Placeholder(placeholder)),
            None => pieces.push(Piece::Literal(name)),
        }
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_convention_is_read() {
        for (text, placeholder) in [
            ("source_1", Placeholder::Text("source_1")),
            ("source_1:int", Placeholder::Number("source_1")),
            ("source_a_id|int", Placeholder::Number("source_a_id")),
            ("cut_time_3", Placeholder::Moment("cut_time_3")),
            ("time_3|space", Placeholder::Moment("time_3")),
            ("timestamp_event", Placeholder::AnyOfEvent),
            ("x-rh-identity", Placeholder::OwnHeader),
            ("base64(json(identity))", Placeholder::Identity),
            ("duration", Placeholder::Anything),
        ] {
            assert_eq!(Placeholder::read(text), Some(placeholder), "{text}");
        }
        for text in ["", "Name", "x|float", "source 1", "uuid_1|space"] {
            assert_eq!(Placeholder::read(text), None, "{text:?}");
        }
        assert_eq!(names("a {{b}} c {{d}}"), Ok(vec!["b", "d"]));
        assert_eq!(names("a {{b} c"), Err("b} c"));
    }
}
