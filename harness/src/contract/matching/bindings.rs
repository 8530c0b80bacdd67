//! The values of the placeholders met so far.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDateTime};
use serde_json::Value;

use super::difference::Difference;
use super::moment;
use super::template::{Piece, Placeholder, pieces};

/// The values of the placeholders met so far, and the headers that were sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bindings {
    values: BTreeMap<String, String>,
    sent_headers: BTreeSet<String>,
    own_header: String,
}

impl Bindings {
    /// Binds a placeholder by hand.
    pub(crate) fn bind(&mut self, name: &str, value: &str) {
        self.values.insert(name.to_owned(), value.to_owned());
    }

    /// Keeps the `x-rh-identity` of a request that is about to be sent.
    pub(crate) fn send_header(&mut self, header: &str) {
        header.clone_into(&mut self.own_header);
        self.sent_headers.insert(header.to_owned());
    }

    /// A text with its placeholders filled in; one to which nothing is bound is an error, which names it.
    pub(crate) fn fill_text(&self, text: &str) -> Result<String, String> {
        let filled = pieces(text).into_iter().map(|piece| match piece {
            Piece::Literal(literal) => Ok(literal.to_owned()),
            Piece::Placeholder(Placeholder::OwnHeader | Placeholder::Identity) => Ok(self.own_header.clone()),
            Piece::Placeholder(placeholder) => {
                let name = placeholder.name().unwrap_or(text);
                self.values.get(name).cloned().ok_or_else(|| name.to_owned())
            }
        });
        filled.collect()
    }

    /// A value with its placeholders filled in: a number where the first is one; `base64_of` is encoded.
    pub(crate) fn fill(&self, value: &Value) -> Result<Value, String> {
        match value {
            Value::String(text) => {
                let filled = self.fill_text(text)?;
                let is_number = matches!(pieces(text).first(), Some(Piece::Placeholder(Placeholder::Number(_))));
                if is_number {
                    return serde_json::from_str(&filled).map_err(|_| filled);
                }
                Ok(Value::String(filled))
            }
            Value::Array(items) => items.iter().map(|item| self.fill(item)).collect(),
            Value::Object(members) => match members.get("base64_of") {
                Some(document) => Ok(Value::String(encode(document))),
                None => members.iter().map(|(name, member)| Ok((name.clone(), self.fill(member)?))).collect(),
            },
            other => Ok(other.clone()),
        }
    }

    /// What came back in the place of a placeholder: bound where it is new, compared where it is not.
    pub(super) fn meet(&mut self, placeholder: &Placeholder<'_>, seen: &str, place: &str) -> Result<(), Difference> {
        let must = |holds: bool, recorded: String| {
            if holds { Ok(()) } else { Err(Difference::new(place, recorded, format!("{seen:?}"))) }
        };
        match placeholder {
            Placeholder::Anything | Placeholder::Identity => Ok(()),
            Placeholder::AnyRfc3339 => {
                must(DateTime::parse_from_rfc3339(seen).is_ok(), "a moment of RFC 3339".to_owned())
            }
            Placeholder::AnyOfEvent => {
                let form = "%Y-%m-%d %H:%M:%S UTC";
                must(NaiveDateTime::parse_from_str(seen, form).is_ok(), "a moment as events carry it".to_owned())
            }
            Placeholder::OwnHeader => must(seen == self.own_header, "the header of this request".to_owned()),
            Placeholder::AHeader => must(self.sent_headers.contains(seen), "the header of a request".to_owned()),
            Placeholder::Text(name) | Placeholder::Number(name) => self.meet_value(name, seen, place),
            Placeholder::Moment(name) => self.meet_moment(name, seen, place),
        }
    }

    fn meet_value(&mut self, name: &str, seen: &str, place: &str) -> Result<(), Difference> {
        match self.values.get(name) {
            Some(bound) if bound == seen => Ok(()),
            Some(bound) => Err(Difference::new(place, format!("{{{{{name}}}}} = {bound:?}"), format!("{seen:?}"))),
            None => {
                self.bind(name, seen);
                Ok(())
            }
        }
    }

    fn meet_moment(&mut self, name: &str, seen: &str, place: &str) -> Result<(), Difference> {
        let Some(moment) = moment::canonical(seen) else {
            return Err(Difference::new(place, "a moment", format!("{seen:?}")));
        };
        match self.values.get(name) {
            Some(bound) if moment::same(bound, &moment) => Ok(()),
            Some(bound) => Err(Difference::new(place, format!("{{{{{name}}}}} = {bound}"), moment)),
            // Several things of one second have one name in the recording where moments are told in whole seconds.
            None if moment::is_whole(&moment) => Ok(()),
            None => {
                self.bind(name, &moment);
                Ok(())
            }
        }
    }
}

/// A document as `x-rh-identity` carries it.
pub(crate) fn encode(document: &Value) -> String {
    STANDARD.encode(document.to_string())
}
