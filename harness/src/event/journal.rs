//! The journal: takes events as they happen, writes each at once, and passes it on to who listens.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::Utc;

use super::model::{Event, Happening, TrialId, VERSION};
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
        let event = Event { version: VERSION, at: Utc::now(), run: self.run.clone(), trial: self.trial.clone(), what };
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = inner.write(&event) {
            inner.broken.get_or_insert(error);
        }
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
    fn write(&mut self, event: &Event) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        file.write_all(&line)
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
    fn a_folder_that_cannot_be_written_is_named() {
        let error = Journal::create(RunId::new(Utc::now()), Path::new("/proc/nowhere/events.jsonl"), vec![])
            .map(|_| ())
            .expect_err("no such folder");
        assert!(error.to_string().contains("/proc/nowhere/events.jsonl"), "{error}");
    }
}
