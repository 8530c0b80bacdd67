//! The names that the harness's own code touches a system by.

use std::collections::BTreeSet;
use std::path::Path;

/// The folders whose code acts on a system or looks at it.
const FOLDERS: [&str; 4] = ["driver", "observer", "phase", "fact"];
/// What tables of Koku begin with.
const TABLES: [&str; 5] = ["api_", "reporting_", "openshift_", "django_", "partitioned_"];

/// Paths and tables that stand in the code, comments left out.
pub(crate) fn touched(sources: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for folder in FOLDERS {
        collect(&sources.join(folder), &mut names);
    }
    names
}

fn collect(path: &Path, names: &mut BTreeSet<String>) {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).expect("a folder of sources can be read");
        entries.for_each(|entry| collect(&entry.expect("it can be read").path(), names));
        return;
    }
    let text = std::fs::read_to_string(path).expect("a source can be read");
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        names.extend(paths(line));
        let words = line.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
        names.extend(words.filter(|word| is_table(word)).map(str::to_owned));
    }
}

/// Paths of services: texts in quotes that begin with `/api/`.
fn paths(line: &str) -> impl Iterator<Item = String> {
    line.split('"').filter(|text| text.starts_with("/api/")).map(str::to_owned)
}

/// A table's whole name: one that ends with `_` is only the beginning of one, and what follows `_p_` names a partition of one.
fn is_table(word: &str) -> bool {
    TABLES.iter().any(|start| word.starts_with(start)) && !word.ends_with('_') && !word.contains("_p_")
}
