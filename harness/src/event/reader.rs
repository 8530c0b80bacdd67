//! Reads the events of a run back, also those of a run that was killed while it wrote.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::model::{Event, VERSION};

/// The events of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// In the order in which they happened.
    pub events: Vec<Event>,
    /// Whether the last line breaks off, as it does when the run was killed in the middle of it.
    pub torn: bool,
}

/// Why events cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error("cannot read the events in {path} (expected a run's folder, or its events.jsonl)")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no event in it.
    #[error("{path} holds no events: the run was killed before it began, or this is another file")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A line is no event.
    #[error("{path}:{line}: not an event of this harness")]
    NotAnEvent {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
    /// The file was written by a harness that speaks another version.
    #[error(
        "{path}:{line}: events of version {version}, and this harness reads version {VERSION} (use the harness that wrote them)"
    )]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Its version.
        version: u32,
    },
}

/// Only the version, so that a newer event is called newer and not broken.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

/// Reads `events.jsonl`. A last line that breaks off is left out and told; a broken line before it is an error.
pub fn read(path: &Path) -> Result<Recorded, ReadError> {
    let bytes = std::fs::read(path).map_err(|source| ReadError::Unreadable { path: path.to_owned(), source })?;
    let mut recorded = Recorded { events: Vec::new(), torn: false };
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').enumerate().peekable();
    while let Some((index, line)) = lines.next() {
        let whole = line.ends_with(b"\n");
        match event(path, index + 1, line) {
            Ok(event) => recorded.events.push(event),
            Err(ReadError::NotAnEvent { .. }) if !whole && index > 0 && lines.peek().is_none() => recorded.torn = true,
            Err(error) => return Err(error),
        }
    }
    if recorded.events.is_empty() { Err(ReadError::Empty { path: path.to_owned() }) } else { Ok(recorded) }
}

fn event(path: &Path, line: usize, text: &[u8]) -> Result<Event, ReadError> {
    let not_an_event = |source| ReadError::NotAnEvent { path: path.to_owned(), line, source };
    let Versioned { version } = serde_json::from_slice(text).map_err(not_an_event)?;
    if version != VERSION {
        return Err(ReadError::OtherVersion { path: path.to_owned(), line, version });
    }
    serde_json::from_slice(text).map_err(not_an_event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Happening, Journal};
    use crate::run_id::RunId;

    fn written(change: impl FnOnce(String) -> String) -> Result<Recorded, ReadError> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("events.jsonl");
        let journal = Journal::create(RunId::new(chrono::Utc::now()), &path, vec![]).expect("a journal");
        journal.record(Happening::TargetReady { summary: "PostgreSQL".into() });
        journal.record(Happening::Interrupted);
        let text = std::fs::read_to_string(&path).expect("written");
        std::fs::write(&path, change(text)).expect("written");
        read(&path)
    }

    #[test]
    fn a_run_killed_in_the_middle_of_a_line_still_has_its_events() {
        let whole = written(|text| text).expect("readable");
        assert_eq!((whole.events.len(), whole.torn), (2, false));
        let torn = written(|text| text[..text.len() - 9].to_owned()).expect("readable");
        assert_eq!((torn.events.len(), torn.torn), (1, true));
    }

    #[test]
    fn another_file_is_not_taken_for_events() {
        let inner = written(|text| format!("nonsense\n{text}")).expect_err("no event");
        assert!(matches!(inner, ReadError::NotAnEvent { line: 1, .. }), "{inner}");
        let short = written(|_| "nonsense".into()).expect_err("no event");
        assert!(matches!(short, ReadError::NotAnEvent { line: 1, .. }), "{short}");
        assert!(matches!(written(|_| String::new()), Err(ReadError::Empty { .. })));
    }

    #[test]
    fn a_newer_format_is_called_newer() {
        let error = written(|text| text.replace("\"version\":1", "\"version\":2")).expect_err("newer");
        assert!(matches!(error, ReadError::OtherVersion { line: 1, version: 2, .. }), "{error}");
    }
}
