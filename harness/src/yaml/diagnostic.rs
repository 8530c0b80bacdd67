//! An error as a compiler shows it.

use std::fmt;
use std::path::PathBuf;

/// One thing that is wrong with a file: where, what was expected, and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, as a lower-case fragment.
    pub message: String,
    /// The file, as it was named.
    pub path: PathBuf,
    /// Where in the file, if it is known.
    pub excerpt: Option<Excerpt>,
    /// What stands at the place or was expected there, in a few words.
    pub label: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// A line of the file and what of it is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// Counts from 1.
    pub line: usize,
    /// In characters; counts from 1.
    pub column: usize,
    /// How many characters are meant; one at least.
    pub width: usize,
    /// The line itself.
    pub text: String,
}

impl Excerpt {
    /// What stands at a line and a column of a text. A width that goes beyond the line is cut.
    #[must_use]
    pub fn of(text: &str, line: usize, column: usize, width: usize) -> Self {
        let shown: String = text.lines().nth(line.saturating_sub(1)).unwrap_or_default().chars().map(visible).collect();
        let room = shown.trim_end().chars().count().saturating_sub(column.saturating_sub(1));
        Self { line, column, width: width.min(room).max(1), text: shown }
    }
}

/// A character that moves the terminal's cursor would shift the caret.
fn visible(character: char) -> char {
    match character {
        '\t' => ' ',
        control if control.is_control() => '\u{fffd}',
        other => other,
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "error: {}", self.message)?;
        let margin = match &self.excerpt {
            None => {
                writeln!(formatter, " --> {}", self.path.display())?;
                writeln!(formatter, "  = {}", self.label)?;
                1
            }
            Some(excerpt) => {
                self.write_excerpt(formatter, excerpt)?;
                excerpt.line.to_string().len()
            }
        };
        self.help.iter().try_for_each(|help| writeln!(formatter, "{:margin$} = help: {help}", ""))
    }
}

impl Diagnostic {
    fn write_excerpt(&self, formatter: &mut fmt::Formatter<'_>, excerpt: &Excerpt) -> fmt::Result {
        let Excerpt { line, column, width, text } = excerpt;
        let margin = line.to_string().len();
        let indent = column.saturating_sub(1);
        writeln!(formatter, "{:margin$}--> {}:{line}:{column}", "", self.path.display())?;
        writeln!(formatter, "{:margin$} |", "")?;
        writeln!(formatter, "{line} | {}", text.trim_end())?;
        writeln!(formatter, "{:margin$} | {:indent$}{:^<width$} {}", "", "", "", self.label)
    }
}

impl std::error::Error for Diagnostic {}
