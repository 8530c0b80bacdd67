//! One field that is not as it was recorded.

use std::fmt;

use serde::Serialize;

/// One field that is not as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Where: `status`, `header Allow`, `body.data[0].name`, `rows api_tenant`, …
    pub field: String,
    /// What was recorded.
    pub recorded: String,
    /// What the system did.
    pub seen: String,
}

impl Difference {
    #[expect(clippy::needless_pass_by_value, reason = "a call says what is different, not how it is borrowed")]
    pub(crate) fn new(field: impl Into<String>, recorded: impl ToString, seen: impl ToString) -> Self {
        Self { field: field.into(), recorded: recorded.to_string(), seen: seen.to_string() }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: recorded {}, seen {}", self.field, short(&self.recorded), short(&self.seen))
    }
}

/// The most that a person is shown of a value; the JSON form has it whole.
const SHOWN: usize = 400;

fn short(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} … ({} bytes)", &text[..end], text.len()),
        None => text.to_owned(),
    }
}
