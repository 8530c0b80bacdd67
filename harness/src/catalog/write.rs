//! A catalog as the text of its file: one table, sequence, function or row a line, so that a change of one is a change of one line.

use serde_json::Value;

use super::raw::RawCatalog;

/// What is spread over lines, wherever its parent is; everything else is one line.
const SPREAD: [&str; 9] =
    ["schemas", "public", "tenant", "sequences", "functions", "triggers", "tables", "seed", "rows"];

/// The text of the file.
pub(super) fn text(catalog: &RawCatalog) -> Result<String, serde_json::Error> {
    let mut text = String::new();
    spread(&serde_json::to_value(catalog)?, &mut text);
    text.push('\n');
    Ok(text)
}

/// Writes what an object or a list holds, a line each.
fn spread(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            text.push_str("{\n");
            for (place, (name, value)) in fields.iter().enumerate() {
                separate(place, text);
                text.push_str(&Value::String(name.clone()).to_string());
                text.push(':');
                if SPREAD.contains(&name.as_str()) { spread(value, text) } else { text.push_str(&value.to_string()) }
            }
            text.push_str("\n}");
        }
        Value::Array(items) if !items.is_empty() => {
            text.push_str("[\n");
            for (place, item) in items.iter().enumerate() {
                separate(place, text);
                text.push_str(&item.to_string());
            }
            text.push_str("\n]");
        }
        other => text.push_str(&other.to_string()),
    }
}

fn separate(place: usize, text: &mut String) {
    if place > 0 {
        text.push_str(",\n");
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_is_written_is_what_was_read_for_every_catalog() {
        for name in ["koku-17927df-217", "koku-768be82-224"] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../fixtures/catalogs/{name}.json"));
            let file = std::fs::read_to_string(path).expect("a catalog");
            let read: RawCatalog = serde_json::from_str(&file).expect("a catalog");
            let written = text(&read).expect("text");
            // Nothing of the file is lost on the way, whether or not the harness uses it.
            let (file, written_again): (Value, Value) =
                (serde_json::from_str(&file).expect("JSON"), serde_json::from_str(&written).expect("JSON"));
            assert!(file == written_again, "{name} is not written as it was read");
            let read_again: RawCatalog = serde_json::from_str(&written).expect("a catalog");
            assert!(read == read_again, "{name} is not read as it was written");
            let tables = read.schemas.tenant.tables.len() + read.schemas.public.tables.len();
            assert!(written.lines().count() > tables, "a table has a line of its own");
        }
    }
}
