//! A page with marked parts: `<!-- WORDS -->`, what is generated, `<!-- end -->`.

use std::path::{Path, PathBuf};

const END: &str = "<!-- end -->";

/// A page of the project.
pub(crate) struct Page {
    path: PathBuf,
    text: String,
}

impl Page {
    pub(crate) fn of(root: &Path, path: &str) -> Self {
        let path = root.join(path);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { path, text }
    }

    /// Holds each marked part to what is generated for its marker, or writes it anew where `UPDATE_DOCS` is set. Gives how many parts
    /// there are.
    pub(crate) fn hold_to(&self, generate: impl Fn(&[&str]) -> Result<String, String>) -> usize {
        let (mut written, mut parts, mut within) = (String::new(), 0, false);
        for line in self.text.lines() {
            within &= line != END;
            if within {
                continue;
            }
            written += line;
            written.push('\n');
            if let Some(words) = marker(line) {
                let part = generate(&words).unwrap_or_else(|why| panic!("{}: {line}: {why}", self.path.display()));
                written += &part;
                (parts, within) = (parts + 1, true);
            }
        }
        assert!(!within, "{}: the last marked part has no end", self.path.display());
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&self.path, &written).expect("the page can be written");
        } else {
            assert!(written == self.text, "{} is not up to date: run `just documents`", self.path.display());
        }
        parts
    }
}

fn marker(line: &str) -> Option<Vec<&str>> {
    let words = line.strip_prefix("<!-- ")?.strip_suffix(" -->")?;
    (line != END).then(|| words.split(' ').collect())
}
