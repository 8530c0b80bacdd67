//! The journal: takes events as they happen, writes each at once, and passes it on to who listens.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::Utc;
use serde_json::Value;

use super::model::{Event, Happening, TrialId, VERSION};
use crate::redact::redact;
use crate::run_id::RunId;

/// Somebody who is told of every event as it happens, such as the console.
pub trait Listener: Send {
    /// Called once for each event, in order.
    fn hear(&mut self, event: &Event);
}

/// Why a journal cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the events of this run to {path}: {source} (choose another folder with --results)")]
pub struct JournalError {
    path: PathBuf,
    source: io::Error,
}

struct Inner {
    file: Option<File>,
    listeners: Vec<Box<dyn Listener>>,
    broken: Option<io::Error>,
}

/// A handle to the journal of a run; cheap to clone, and shared by all trials.
#[derive(Clone)]
pub struct Journal {
    run: RunId,
    trial: Option<TrialId>,
    inner: Arc<Mutex<Inner>>,
}

impl Journal {
    /// A journal that writes to `path`, one JSON object a line, each flushed before the call returns, so that a killed run still has its events.
    pub fn create(run: RunId, path: &Path, listeners: Vec<Box<dyn Listener>>) -> Result<Self, JournalError> {
        let file = File::create(path).map_err(|source| JournalError { path: path.to_owned(), source })?;
        Ok(Self::new(run, Some(file), listeners))
    }

    /// A journal that only tells its listeners.
    #[must_use]
    pub fn unwritten(run: RunId, listeners: Vec<Box<dyn Listener>>) -> Self {
        Self::new(run, None, listeners)
    }

    fn new(run: RunId, file: Option<File>, listeners: Vec<Box<dyn Listener>>) -> Self {
        Self { run, trial: None, inner: Arc::new(Mutex::new(Inner { file, listeners, broken: None })) }
    }

    /// The same journal, with every event marked as belonging to this trial.
    #[must_use]
    pub fn of_trial(&self, trial: TrialId) -> Self {
        Self { trial: Some(trial), ..self.clone() }
    }

    /// The run that this journal belongs to.
    #[must_use]
    pub fn run(&self) -> &RunId {
        &self.run
    }

    /// Takes an event down. It cannot fail the caller: a disk that is full is told by [`Journal::close`].
    pub fn record(&self, what: Happening) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        // Under the lock, so that the times in the file never go back.
        let event = Event { version: VERSION, at: Utc::now(), run: self.run.clone(), trial: self.trial.clone(), what };
        let event = match without_secrets(event) {
            Ok((event, line)) => {
                if let Err(error) = inner.write(&line) {
                    inner.broken.get_or_insert(error);
                }
                event
            }
            Err(error) => {
                inner.broken.get_or_insert(error.into());
                return;
            }
        };
        for listener in &mut inner.listeners {
            listener.hear(&event);
        }
    }

    /// Tells whether every event was written.
    pub fn close(&self) -> io::Result<()> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.broken.take().map_or(Ok(()), Err)
    }
}

impl Inner {
    fn write(&mut self, line: &str) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.write_all(line.as_bytes())
    }
}

/// The event and its line in the file, both without passwords: texts in it may come from others, such as an error of a library.
fn without_secrets(event: Event) -> serde_json::Result<(Event, String)> {
    let line = serde_json::to_string(&event)? + "\n";
    if matches!(redact(&line), Cow::Borrowed(_)) {
        return Ok((event, line));
    }
    let mut value = serde_json::to_value(&event)?;
    redact_texts(&mut value);
    let event: Event = serde_json::from_value(value)?;
    let line = serde_json::to_string(&event)? + "\n";
    Ok((event, line))
}

/// Redacts text by text, so that what is no text (a quote, a brace) is never taken for a part of a password.
fn redact_texts(value: &mut Value) {
    match value {
        Value::String(text) => *text = redact(text).into_owned(),
        Value::Array(values) => values.iter_mut().for_each(redact_texts),
        Value::Object(fields) => fields.values_mut().for_each(redact_texts),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    struct Ear(mpsc::Sender<Event>);

    impl Listener for Ear {
        fn hear(&mut self, event: &Event) {
            self.0.send(event.clone()).expect("somebody listens");
        }
    }

    #[test]
    fn each_event_is_on_disk_before_the_next_and_reads_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("events.jsonl");
        let (sender, heard) = mpsc::channel();
        let journal = Journal::create(RunId::new(Utc::now()), &path, vec![Box::new(Ear(sender))]).expect("a journal");
        let trial = TrialId { scenario: "fresh-install".into(), profile: "p".into(), target: "local".into() };
        journal.of_trial(trial.clone()).record(Happening::Interrupted);
        let text = std::fs::read_to_string(&path).expect("written at once");
        let event: Event = serde_json::from_str(text.trim_end()).expect("one object a line");
        assert_eq!((event.trial.as_ref(), event.version), (Some(&trial), VERSION));
        assert_eq!(heard.try_recv().expect("the listener was told"), event);
        journal.close().expect("nothing was lost");
    }

    #[test]
    fn a_password_in_somebody_elses_text_is_neither_written_nor_told() {
        let (sender, heard) = mpsc::channel();
        let journal = Journal::unwritten(RunId::new(Utc::now()), vec![Box::new(Ear(sender))]);
        journal.record(Happening::CouldNotRun { why: "no route to \"postgres://koku:hunter2@db/koku\"".into() });
        let told = heard.try_recv().expect("the listener was told").what;
        let Happening::CouldNotRun { why } = told else { panic!("{told:?}") };
        assert_eq!(why, "no route to \"postgres://koku:***@db/koku\"");
    }

    #[test]
    fn events_that_a_full_disk_lost_are_told_in_the_end() {
        let journal = Journal::create(RunId::new(Utc::now()), Path::new("/dev/full"), vec![]).expect("it opens");
        journal.record(Happening::Interrupted);
        let error = journal.close().expect_err("nothing was written");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let error = Journal::create(RunId::new(Utc::now()), Path::new("/proc/nowhere/events.jsonl"), vec![])
            .map(|_| ())
            .expect_err("no such folder");
        assert!(error.to_string().contains("/proc/nowhere/events.jsonl"), "{error}");
    }
}
