//! Comparing what came back with what was recorded, member by member.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::bindings::Bindings;
use super::difference::Difference;
use super::template::{Piece, Placeholder, pieces};

impl Bindings {
    /// Compares a value, and binds the placeholders that are new. The difference is the first that is met.
    pub(crate) fn compare(&mut self, recorded: &Value, seen: &Value, place: &str) -> Result<(), Difference> {
        match (recorded, seen) {
            (Value::String(text), _) if text.contains("{{") => self.compare_placeholder(text, seen, place),
            (Value::Object(document), Value::String(header)) if document.contains_key("base64_of") => {
                let decoded = STANDARD.decode(header).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
                equal(&document["base64_of"], &decoded.unwrap_or_else(|| seen.clone()), place)
            }
            (Value::Object(recorded), Value::Object(seen)) => self.compare_members(recorded, seen, place),
            (Value::Array(recorded), Value::Array(seen)) if recorded.len() == seen.len() => {
                recorded.iter().zip(seen).enumerate().try_for_each(|(index, (recorded, seen))| {
                    self.compare(recorded, seen, &format!("{place}[{index}]"))
                })
            }
            _ => equal(recorded, seen, place),
        }
    }

    fn compare_members(
        &mut self,
        recorded: &Map<String, Value>,
        seen: &Map<String, Value>,
        place: &str,
    ) -> Result<(), Difference> {
        // An id may be a member's name; one that nothing binds is compared as it stands.
        let recorded: Map<String, Value> = recorded
            .iter()
            .map(|(name, member)| (self.fill_text(name).unwrap_or_else(|_| name.clone()), member.clone()))
            .collect();
        if let Some(extra) = seen.keys().find(|name| !recorded.contains_key(*name)) {
            return Err(Difference::new(format!("{place}.{extra}"), "no such member", &seen[extra]));
        }
        recorded.iter().try_for_each(|(name, recorded)| {
            let place = format!("{place}.{name}");
            match seen.get(name) {
                Some(seen) => self.compare(recorded, seen, &place),
                None => Err(Difference::new(place, recorded, "no such member")),
            }
        })
    }

    fn compare_placeholder(&mut self, text: &str, seen: &Value, place: &str) -> Result<(), Difference> {
        match pieces(text).as_slice() {
            [Piece::Placeholder(Placeholder::Anything)] => Ok(()),
            [Piece::Placeholder(placeholder @ Placeholder::Number(_))] => match seen.as_i64() {
                Some(number) => self.meet(placeholder, &number.to_string(), place),
                None => Err(Difference::new(place, "a number", seen)),
            },
            _ => match seen.as_str() {
                Some(seen) => self.compare_text(text, seen, place),
                None => Err(Difference::new(place, format!("a text, {text}"), seen)),
            },
        }
    }

    /// Compares a text that may hold placeholders.
    pub(crate) fn compare_text(&mut self, recorded: &str, seen: &str, place: &str) -> Result<(), Difference> {
        let differs = || Difference::new(place, format!("{recorded:?}"), format!("{seen:?}"));
        let pieces = pieces(recorded);
        let mut rest = seen;
        for (index, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Literal(literal) => rest = rest.strip_prefix(literal).ok_or_else(differs)?,
                Piece::Placeholder(placeholder) => {
                    let end = match pieces.get(index + 1) {
                        Some(Piece::Literal(next)) => rest.find(next).unwrap_or(rest.len()),
                        _ => rest.len(),
                    };
                    self.meet(placeholder, &rest[..end], place)?;
                    rest = &rest[end..];
                }
            }
        }
        if rest.is_empty() { Ok(()) } else { Err(differs()) }
    }
}

fn equal(recorded: &Value, seen: &Value, place: &str) -> Result<(), Difference> {
    if recorded == seen { Ok(()) } else { Err(Difference::new(place, recorded, seen)) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_difference_in_one_member_is_found() {
        let mut bindings = Bindings::default();
        let recorded = json!({ "id": "{{source_1}}", "name": "a", "list": [{ "at": "{{timestamp_rfc3339}}" }] });
        let same = json!({ "id": "7", "name": "a", "list": [{ "at": "2026-01-02T03:04:05Z" }] });
        bindings.compare(&recorded, &same, "body").expect("the same");
        assert_eq!(bindings.fill_text("/sources/{{source_1}}"), Ok("/sources/7".to_owned()));
        for (member, value, field) in [
            ("id", json!("8"), "body.id"),
            ("name", Value::Null, "body.name"),
            ("list", json!("x"), "body.list"),
            ("list", json!([{ "at": "soon" }]), "body.list[0].at"),
            ("more", json!("x"), "body.more"),
        ] {
            let mut other = same.clone();
            other[member] = value;
            assert_eq!(bindings.compare(&recorded, &other, "body").expect_err("differs").field, field);
        }
        let number = bindings.compare(&json!("{{source_1:int}}"), &json!("7"), "id").expect_err("a text");
        assert_eq!(number.to_string(), "id: recorded a number, seen \"7\"");
        bindings.compare(&json!("{{source_1:int}}"), &json!(7), "id").expect("the same id as a number");
    }

    #[test]
    fn a_header_is_that_of_the_request_or_of_one_before() {
        let mut bindings = Bindings::default();
        bindings.send_header("first");
        bindings.send_header("second");
        let of_creator = json!("{{x-rh-identity of the creating request}}");
        bindings.compare(&json!("{{x-rh-identity}}"), &json!("second"), "row").expect("its own");
        bindings.compare(&json!("{{x-rh-identity}}"), &json!("first"), "row").expect_err("another's");
        bindings.compare(&of_creator, &json!("first"), "row").expect("one that was sent");
        bindings.compare(&of_creator, &json!("third"), "row").expect_err("none that was sent");
    }
}
