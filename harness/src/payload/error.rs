//! What can be wrong with a payload.

use std::io;
use std::path::PathBuf;

use chrono::{Datelike, Months, NaiveDate};

/// Why a payload cannot be read, or not be used.
#[derive(Debug, thiserror::Error)]
pub enum PayloadError {
    /// A file or folder could not be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The archive is no gzip stream, ends early, or does not match its checksum.
    #[error("the archive is not a sound tar.gz (pack it anew, or check how it was copied)")]
    BrokenArchive {
        /// Why.
        source: io::Error,
    },
    /// The archive grows too large when unpacked.
    #[error("the archive holds more than {limit} bytes unpacked; a payload of one month is far smaller")]
    TooLarge {
        /// What is allowed, in bytes.
        limit: u64,
    },
    /// A name that leads out of the payload's folder. Koku refuses it too.
    #[error("{place} names {name:?}: only bare file names are allowed, without `/`, `\\` and `..`")]
    UnsafeName {
        /// Where the name stands.
        place: &'static str,
        /// The name.
        name: String,
    },
    /// The archive holds something that is no plain file, such as a link.
    #[error("{name:?} in the archive is no plain file")]
    NotAFile {
        /// Its name.
        name: String,
    },
    /// The same name stands twice.
    #[error("{place} names {name:?} twice")]
    DuplicateFile {
        /// Where.
        place: &'static str,
        /// The name.
        name: String,
    },
    /// A payload that is kept under a name cannot be used.
    #[error("payload {name} ({})", path.display())]
    Named {
        /// Its name.
        name: String,
        /// Its folder.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<PayloadError>,
    },
    /// There is no manifest.
    #[error("no manifest.json in the payload (it must stand at the top, beside the CSV files)")]
    NoManifest,
    /// The manifest is not JSON.
    #[error("manifest.json is not a JSON object")]
    ManifestNotJson {
        /// Why, with line and column.
        source: serde_json::Error,
    },
    /// The manifest lacks a key without which Koku refuses the payload.
    #[error("manifest.json has no {key:?} (required: uuid, cluster_id, date)")]
    ManifestKeyMissing {
        /// The key.
        key: &'static str,
    },
    /// A value in the manifest has the wrong form.
    #[error("manifest.json: {key} is {found}, expected {expected}")]
    ManifestValue {
        /// The key.
        key: &'static str,
        /// What stands there, as JSON.
        found: String,
        /// What should.
        expected: &'static str,
    },
    /// A listed file is not there. Koku would wait for it for ever.
    #[error("manifest.json lists {name:?}, which is not in the payload")]
    FileMissing {
        /// The file.
        name: String,
    },
    /// A file is there that the manifest does not list. Koku would ignore it without a word.
    #[error("{name:?} is in the payload, but manifest.json does not list it in files or resource_optimization_files")]
    FileNotListed {
        /// The file.
        name: String,
    },
    /// A CSV file without rows.
    #[error("{file} has no rows (leave the file out, or take it off the manifest)")]
    EmptyFile {
        /// The file.
        file: String,
    },
    /// A CSV file whose columns fit no kind.
    #[error("{file} is of no known kind: it is nearest to {nearest}, but has no column {}", missing.join(", "))]
    ColumnsMissing {
        /// The file.
        file: String,
        /// The kind whose columns fit best.
        nearest: &'static str,
        /// What that kind has and the file lacks.
        missing: Vec<&'static str>,
    },
    /// A column that its kind does not have. Koku fails on the file.
    #[error("{file} has the column {column:?}, which {kind} does not have; Koku fails on such a file")]
    ColumnUnknown {
        /// The file.
        file: String,
        /// Its kind.
        kind: &'static str,
        /// The column.
        column: String,
    },
    /// A CSV file that cannot be parsed.
    #[error("{file} cannot be read as CSV")]
    Csv {
        /// The file.
        file: String,
        /// Why, with line.
        source: csv::Error,
    },
    /// A cell that is no text.
    #[error("{file} line {line}: {column} is not UTF-8 ({found:?}); write the file as UTF-8")]
    NotUtf8 {
        /// The file.
        file: String,
        /// The line, counted from 1; the header is line 1.
        line: u64,
        /// The column.
        column: String,
        /// What stands there, as far as it can be shown.
        found: String,
    },
    /// A time that cannot be read.
    #[error("{file} line {line}: {column} is {found:?}, expected a time such as 2026-11-10 00:00:00 +0000 UTC")]
    Time {
        /// The file.
        file: String,
        /// The line, counted from 1; the header is line 1.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stands there.
        found: String,
    },
    /// No row tells a day.
    #[error("the payload has no row with interval_start, so that its days cannot be moved")]
    NoDays,
    /// The days do not fit into one month.
    #[error("{}", too_many_days(*days, *today))]
    TooManyDays {
        /// From the first to the last day, both included.
        days: i64,
        /// The day on which the payload was to be sent.
        today: NaiveDate,
    },
    /// There is no payload of this name.
    #[error("no payload {name:?}{}; there are: {}", nearest.as_ref().map(|name| format!(" (did you mean {name:?}?)")).unwrap_or_default(), known.join(", "))]
    UnknownName {
        /// What was asked for.
        name: String,
        /// The known name that is most like it, if any is.
        nearest: Option<String>,
        /// All names there are.
        known: Vec<String>,
    },
}

fn too_many_days(days: i64, today: NaiveDate) -> String {
    let before = today - Months::new(1);
    let way_out = match days {
        ..=31 => "send it later in the month, or take days out",
        _ => "no month is that long: take days out",
    };
    format!(
        "the payload spans {days} days, which fit neither into the {} days so far of {} nor into the {} days of {} ({way_out})",
        today.day(),
        today.format("%Y-%m"),
        before.num_days_in_month(),
        before.format("%Y-%m"),
    )
}
