//! Names of the recordings, made a run's own.

use regex::{Captures, Regex};

/// How names of the recordings are rewritten, so that the contract can be replayed twice against one system.
///
/// Org ids, account numbers, cluster ids, payload uuids and the user names that the recordings use for several orgs are each changed
/// where they stand, in the texts of the files, so that they stay of one form and one length: lengths are part of some cases.
#[derive(Debug, Clone, Default)]
pub struct Rewriting(Vec<(Regex, String)>);

/// What is looked for, and what it becomes: `$1` and `$2` are its parts, `#` a digit of the run, `@` its hexadecimal digits.
const RULES: [(&str, &str); 8] = [
    // Org ids and account numbers made of them; the third of the long ones keeps its length.
    (r"7000(\d{3})", "####$1"),
    (r"8100(\d{3})", "####9$1"),
    (r"77777777(7{28,29})", "########$1"),
    // Account numbers.
    (r#""(7[19]|81)(\d{3})""#, "\"$1$2####\""),
    // Clusters and payloads.
    (r"\b([ac9])0000000-0000-4000-8000-", "$1@-0000-4000-8000-"),
    (r"\b0([a9])000000-0000-4000-8000-", "0$1@@-0000-4000-8000-"),
    // Org ids of words, and names that are no org's own.
    (r"(org1234567|AB-c\.1|UPPER)", "$1-####"),
    (r#""(shared|shared-\d|second-user|fresh-\d+)""#, "\"$1-####\""),
];

impl Rewriting {
    /// Nothing is rewritten: the system is fresh.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Rewritten by a number of the run; runs that share a system must differ in it.
    #[must_use]
    pub fn by(number: u32) -> Self {
        let digits = format!("{:08}", 10_000_000 + number % 80_000_000);
        let rules = RULES.iter().filter_map(|(pattern, becomes)| {
            let becomes = becomes.replace("@@", &format!("{:06x}", number & 0x00ff_ffff));
            let becomes = becomes.replace('@', &format!("{:07x}", number & 0x0fff_ffff));
            let becomes = becomes.replace("########", &digits).replace("####", &digits[2..]);
            Some((Regex::new(pattern).ok()?, becomes))
        });
        Self(rules.collect())
    }

    /// A text with the names in it rewritten.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (pattern, becomes)| {
            let become_it = |found: &Captures<'_>| {
                let part = |number: usize| found.get(number).map_or("", |part| part.as_str());
                becomes.replace("$1", part(1)).replace("$2", part(2))
            };
            pattern.replace_all(&text, become_it).into_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_becomes_the_runs_own_and_keeps_its_form() {
        let rewriting = Rewriting::by(12_345_678);
        for (name, becomes) in [
            ("org7000001", "org345678001"),
            ("user-8100007", "user-3456789007"),
            ("\"71010\"", "\"71010345678\""),
            ("\"77000100\"", "\"7345678100\""),
            ("c0000000-0000-4000-8000-000000000401", "c0bc614e-0000-4000-8000-000000000401"),
            ("0a000000-0000-4000-8000-00000000000a", "0abc614e-0000-4000-8000-00000000000a"),
            ("\"shared-5\"", "\"shared-5-345678\""),
            ("2026-11-24T10:00:00.700012+00:00", "2026-11-24T10:00:00.700012+00:00"),
        ] {
            assert_eq!(rewriting.apply(name), becomes, "{name}");
        }
        let long = "7".repeat(37);
        assert_eq!(rewriting.apply(&long).len(), 37);
        assert_ne!(rewriting.apply(&long), long);
        assert_eq!(Rewriting::none().apply("org7000001"), "org7000001");
    }
}
