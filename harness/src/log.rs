//! Logs: one file for each trial, and one for what belongs to none. Spans say which trial a line belongs to, so that trials
//! that run at the same time do not mix.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Span, Subscriber};
use tracing_subscriber::filter::{EnvFilter, ParseError};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

use crate::event::TrialId;
use crate::redact::redact;

/// What is logged when `RUST_LOG` says nothing.
const DEFAULT_FILTER: &str = "info";
/// The target of the span that marks a trial. It is always on: a filter that hid it would send the lines to the wrong file.
const TRIAL_TARGET: &str = "harness::trial";
/// The name of the span that marks a trial.
const TRIAL_SPAN: &str = "trial";

/// How a line of a log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Why logs cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// `RUST_LOG` is no filter.
    #[error("RUST_LOG is no filter (expected for instance harness=debug,sqlx=info)")]
    Filter(#[from] ParseError),
    /// The file cannot be made.
    #[error("cannot write the log {path} (choose another folder with --results)")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The span of a trial. Whatever is logged within it goes to the trial's own file.
#[must_use]
pub fn trial_span(trial: &TrialId) -> Span {
    tracing::error_span!(target: TRIAL_TARGET, TRIAL_SPAN, id = %trial.file_stem())
}

/// Reads a filter in the form of `RUST_LOG`; where there is none, the default.
pub fn filter(setting: Option<&str>) -> Result<EnvFilter, LogError> {
    let setting = setting.filter(|setting| !setting.trim().is_empty()).unwrap_or(DEFAULT_FILTER);
    let marker = format!("{TRIAL_TARGET}=error").parse()?;
    Ok(EnvFilter::builder().parse(setting)?.add_directive(marker))
}

/// A subscriber that writes into this folder.
pub fn subscriber(
    folder: &Path,
    format: LogFormat,
    filter: EnvFilter,
) -> Result<Box<dyn Subscriber + Send + Sync>, LogError> {
    let run_log = LogFile::open(folder, "run")?;
    let registry = tracing_subscriber::registry().with(filter).with(TrialFiles { folder: folder.to_owned() });
    let lines = tracing_subscriber::fmt::layer().with_writer(io::sink).with_ansi(false);
    Ok(match format {
        LogFormat::Text => {
            let line = tracing_subscriber::fmt::format();
            Box::new(registry.with(lines.event_format(ToItsFile { line, run_log })))
        }
        LogFormat::Json => {
            let line = tracing_subscriber::fmt::format().json();
            Box::new(registry.with(lines.json().event_format(ToItsFile { line, run_log })))
        }
    })
}

/// An open log; clones write to the same file.
#[derive(Clone)]
struct LogFile(Arc<Mutex<File>>);

impl LogFile {
    fn open(folder: &Path, stem: &str) -> Result<Self, LogError> {
        let path = folder.join(format!("{stem}.log"));
        let file = File::options().create(true).append(true).open(&path);
        Ok(Self(Arc::new(Mutex::new(file.map_err(|source| LogError::File { path, source })?))))
    }

    fn write(&self, line: &str) -> fmt::Result {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(line.as_bytes()).map_err(|_| fmt::Error)
    }
}

/// Opens a trial's file when its span begins, and keeps it with the span.
struct TrialFiles {
    folder: PathBuf,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for TrialFiles {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if attributes.metadata().target() != TRIAL_TARGET {
            return;
        }
        let mut stem = Stem::default();
        attributes.record(&mut stem);
        // Where the file cannot be opened, the lines go to the log of the run, which could be.
        if let (Some(span), Ok(file)) = (context.span(id), LogFile::open(&self.folder, &stem.0)) {
            span.extensions_mut().insert(file);
        }
    }
}

/// Reads the field `id` of a trial's span, as the name of a file: nothing in it leads out of the folder.
#[derive(Default)]
struct Stem(String);

impl Visit for Stem {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "id" {
            self.0 = format!("{value:?}").replace(['/', '\\', '\0'], "_");
        }
    }
}

/// Formats a line as `line` does, and writes it to the file of the trial that it belongs to.
struct ToItsFile<F> {
    line: F,
    run_log: LogFile,
}

impl<S, N, F> FormatEvent<S, N> for ToItsFile<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, _: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut line = String::new();
        self.line.format_event(context, Writer::new(&mut line), event)?;
        let trial = context
            .event_scope()
            .and_then(|mut spans| spans.find_map(|span| span.extensions().get::<LogFile>().cloned()));
        trial.as_ref().unwrap_or(&self.run_log).write(&redact(&line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logged(format: LogFormat, setting: Option<&str>) -> Vec<(String, String)> {
        let folder = tempfile::tempdir().expect("a folder");
        let subscriber = subscriber(folder.path(), format, filter(setting).expect("a filter")).expect("a subscriber");
        tracing::subscriber::with_default(subscriber, || {
            for scenario in ["one", "two/.."] {
                let trial = TrialId { scenario: scenario.into(), profile: "p".into(), target: "local".into() };
                trial_span(&trial).in_scope(|| {
                    tracing::info_span!("step", name = "install").in_scope(|| tracing::info!("{scenario} at work"));
                });
            }
            tracing::warn!(url = "postgres://koku:hunter2@db/koku", "between the trials");
        });
        let mut files: Vec<_> = std::fs::read_dir(folder.path())
            .expect("readable")
            .map(|entry| {
                let entry = entry.expect("an entry");
                let text = std::fs::read_to_string(entry.path()).expect("a text");
                (entry.file_name().into_string().expect("a name"), text)
            })
            .collect();
        files.sort();
        files
    }

    #[test]
    fn each_line_goes_to_the_file_of_its_trial_and_no_password_does() {
        for format in [LogFormat::Text, LogFormat::Json] {
            let files = logged(format, None);
            let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, ["one--p--local.log", "run.log", "two_..--p--local.log"]);
            for ((_, text), said) in files.iter().zip(["one at work", "between the trials", "two/.. at work"]) {
                assert_eq!(text.matches(said).count(), 1, "{text}");
                assert_eq!(text.lines().count(), 1, "{text}");
                assert!(!text.contains("hunter2"), "{text}");
                assert_eq!(text.starts_with('{'), format == LogFormat::Json, "{text}");
            }
            assert!(files[1].1.contains("koku:***@db"), "{}", files[1].1);
        }
    }

    #[test]
    fn a_filter_that_shows_less_still_tells_the_trials_apart() {
        let files = logged(LogFormat::Text, Some("harness::log=warn"));
        assert!(files[0].1.is_empty() && files[2].1.is_empty(), "{files:?}");
        assert!(files[1].1.contains("between the trials"), "{files:?}");
    }

    #[test]
    fn a_filter_that_is_none_is_refused() {
        assert!(matches!(filter(Some("harness=loud")), Err(LogError::Filter(_))));
    }
}
