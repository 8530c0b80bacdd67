//! Names and texts as SQL writes them, for remedies that can be pasted.

/// A name, quoted where it must be.
pub(crate) fn identifier(name: &str) -> String {
    let mut bytes = name.bytes();
    let plain_start = bytes.next().is_some_and(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if plain_start && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// A text.
pub(crate) fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') { format!("E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_stay_names() {
        assert_eq!(identifier("acme"), "acme");
        assert_eq!(identifier("AB-c.1"), "\"AB-c.1\"");
        assert_eq!(identifier("a\";drop"), "\"a\"\";drop\"");
        assert_eq!(identifier(""), "\"\"");
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal("a\\'b"), "E'a\\\\''b'");
    }
}
