//! Whatever a file holds, loading it ends with a scenario or with an error that says something.

use std::path::Path;

use harness::scenario::{LoadError, load_file};
use proptest::prelude::*;

use crate::support::{root, vocabulary_with_few_checks};

/// Pieces that mean something to YAML or to the format.
const PIECES: [&str; 24] = [
    "",
    " ",
    "\n",
    "\t",
    "  - ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "#",
    "&a ",
    "*a",
    "<<: ",
    "!tag ",
    "|",
    "---\n",
    "null",
    "~",
    "\u{0}",
    "日本",
    "install: {}",
];

proptest! {
    #[test]
    fn no_text_makes_it_panic(
        cut in any::<prop::sample::Index>(),
        length in 0_usize..40,
        pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..4),
    ) {
        let good = std::fs::read_to_string(root().join("scenarios/smoke/fresh-install.yaml")).expect("readable");
        let mut characters: Vec<char> = good.chars().collect();
        let start = cut.index(characters.len());
        let end = (start + length).min(characters.len());
        characters.splice(start..end, pieces.concat().chars());
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("fresh-install.yaml");
        std::fs::write(&path, characters.into_iter().collect::<String>()).expect("writable");
        check(&path)?;
    }
}

fn check(path: &Path) -> Result<(), TestCaseError> {
    match load_file(path, &vocabulary_with_few_checks()) {
        Ok(file) => prop_assert_eq!(file.scenario.name.as_str(), "fresh-install"),
        Err(LoadError::Wrong(diagnostics)) => {
            prop_assert!(!diagnostics.0.is_empty());
            for diagnostic in diagnostics.0 {
                prop_assert!(!diagnostic.message.is_empty() && !diagnostic.label.is_empty(), "{}", diagnostic);
            }
        }
        Err(other) => return Err(TestCaseError::fail(other.to_string())),
    }
    Ok(())
}
