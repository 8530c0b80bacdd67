//! Names of what is made on a server, all within PostgreSQL's 63 bytes.

use sha2::{Digest, Sha256};

use crate::run_id::RunId;

/// The longest name that PostgreSQL does not cut.
const LONGEST: usize = 63;
/// Hexadecimal digits of chance at the end of a database's name.
const CHANCE: usize = 6;

/// A new name for a scenario's database: `e2e_<run id>_<scenario>_<chance>`.
pub(super) fn of_database(run: &RunId, scenario: &str) -> String {
    let chance = &uuid::Uuid::new_v4().simple().to_string()[..CHANCE];
    let mut name = format!("e2e_{}_{}", plain(run.as_str()), plain(scenario));
    name.truncate(LONGEST - CHANCE - 1);
    format!("{name}_{chance}")
}

/// A word of hexadecimal digits that nobody else has.
pub(super) fn token() -> String {
    uuid::Uuid::new_v4().simple().to_string()[..12].to_owned()
}

/// Sixteen hexadecimal digits of a hash.
pub(super) fn digest(hash: Sha256) -> String {
    hash.finalize().iter().take(8).fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// A password that nobody guesses.
pub(super) fn password() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// Letters, digits and underscores only, so that the name needs no quoting in any shell.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn names_are_short_plain_and_unique() {
        let run = RunId::new(DateTime::from_timestamp(1_795_000_000, 0).expect("a moment"));
        let long = "Three tenants: \"AB-c.1\" — and ".repeat(9);
        let names: std::collections::BTreeSet<_> = (0..50).map(|_| of_database(&run, &long)).collect();
        assert_eq!(names.len(), 50);
        for name in names {
            assert_eq!(name.len(), LONGEST, "{name}");
            assert!(
                name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'),
                "{name}"
            );
            assert!(name.starts_with("e2e_26"), "{name}");
        }
    }
}
