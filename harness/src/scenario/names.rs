//! What a tenant may be called.

/// The most characters of an org id (source: measured on Koku 768be82, facts koku §6.2: `character varying(36)`).
pub(crate) const LONGEST_ORG_ID: usize = 36;
/// The most bytes of a name in PostgreSQL. A longer one would be cut off without an error.
const LONGEST_SCHEMA: usize = 63;
/// Schemas that are there already, or that Koku makes for itself.
const TAKEN: [&str; 3] = ["public", "template0", "information_schema"];

/// Why a name cannot be a tenant's, and the way out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadName {
    pub(crate) message: String,
    pub(crate) help: String,
}

impl BadName {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}

/// Whether a tenant can have this org id and this schema. Quotes, dots and spaces are well: every name is quoted in SQL.
pub(crate) fn check_name(org_id: &str, schema: &str) -> Result<(), BadName> {
    let characters = org_id.chars().count();
    if org_id.trim().is_empty() {
        return Err(BadName::new("a tenant without a name", "write at least one character that is not a space"));
    }
    if let Some(control) = org_id.chars().find(|character| character.is_control()) {
        let message = format!("a tenant's name holds the control character {control:?}");
        return Err(BadName::new(message, "no schema and no HTTP header can hold it: leave it out"));
    }
    if characters > LONGEST_ORG_ID {
        let message = format!("an org id has {LONGEST_ORG_ID} characters at the most, this one has {characters}");
        return Err(BadName::new(message, "choose a shorter one: Koku's column holds no more"));
    }
    if schema.len() > LONGEST_SCHEMA {
        let message =
            format!("a schema's name has {LONGEST_SCHEMA} bytes at the most, this one would have {}", schema.len());
        return Err(BadName::new(message, "choose a shorter one, or one with fewer characters outside ASCII"));
    }
    if schema.starts_with("pg_") {
        let help = "choose one that begins otherwise";
        return Err(BadName::new("PostgreSQL keeps names that begin with `pg_` for itself", help));
    }
    if TAKEN.contains(&schema) {
        let message = format!("the schema `{schema}` is no tenant's");
        return Err(BadName::new(message, "choose another name"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(org_id: &str) -> Option<String> {
        check_name(org_id, org_id).err().map(|bad| bad.message)
    }

    #[test]
    fn odd_names_are_valid_as_long_as_they_can_be_quoted() {
        for name in ["acme", "AB-c.1", "a b", "a\";drop", "UPPER", "日本", &"x".repeat(36), &"日".repeat(21)] {
            assert_eq!(message(name), None, "{name:?}");
        }
    }

    #[test]
    fn names_that_no_schema_can_have_are_refused() {
        for name in ["", "  ", "a\0b", "a\nb", "pg_acme", "public", "template0", &"x".repeat(37), &"日".repeat(22)] {
            assert!(message(name).is_some(), "{name:?}");
        }
    }

    #[test]
    fn a_prefix_counts_among_the_bytes() {
        assert!(check_name(&"é".repeat(31), &format!("org{}", "é".repeat(31))).is_err());
        assert_eq!(check_name(&"é".repeat(30), &format!("org{}", "é".repeat(30))), Ok(()));
    }
}
