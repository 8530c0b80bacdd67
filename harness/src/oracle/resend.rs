//! Which days of which files Koku holds after a cluster's payloads, one after the other.
//!
//! Source: measured on Koku 768be82, facts `koku-formulas.md` §6, golden case d.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc};
use csv::ByteRecord;
use uuid::Uuid;

use super::error::OracleError;
use super::expected::{DayOrder, Inputs, Resending};
use crate::payload::{FileKind, HourReader, Manifest, Payload, PayloadFile, Table};

/// Seconds of an hour.
const HOUR: i64 = 3600;

/// A file of a sequence of payloads: the index of its payload, and its own there.
pub(super) type FileId = (usize, usize);

/// The days, as numbers, whose rows are summarised, by file.
#[derive(Debug, Default)]
pub(super) struct Held(BTreeMap<FileId, BTreeSet<i32>>);

impl Held {
    /// The days of a file that are summarised.
    pub(super) fn days(&self, file: FileId) -> Option<&BTreeSet<i32>> {
        self.0.get(&file)
    }

    /// What is held after these payloads.
    pub(super) fn after(payloads: &[Payload], inputs: &Inputs) -> Result<Self, OracleError> {
        let mut store = Store::default();
        let mut summarised: BTreeMap<i32, Vec<FileId>> = BTreeMap::new();
        let mut processed = BTreeSet::new();
        for (index, payload) in payloads.iter().enumerate() {
            let days = summarised_days(payload.manifest())?;
            // A uuid is never processed twice.
            if processed.insert(payload.manifest().uuid()) {
                store.take(index, payload, inputs)?;
                // Each of the manifest's days is summarised anew, from whatever is stored for it by now.
                summarised.extend(days.map(|day| (day, store.files_of(day))));
            }
        }
        let mut held = Self::default();
        for (day, files) in summarised {
            for file in files {
                held.0.entry(file).or_default().insert(day);
            }
        }
        Ok(held)
    }
}

/// One day of one file, as it is stored.
#[derive(Debug)]
struct Part {
    file: FileId,
    uuid: Uuid,
    hours: i64,
}

/// What is stored, by kind of report and day.
#[derive(Debug, Default)]
struct Store(BTreeMap<(FileKind, i32), Vec<Part>>);

impl Store {
    fn take(&mut self, index: usize, payload: &Payload, inputs: &Inputs) -> Result<(), OracleError> {
        let manifest = payload.manifest();
        let replaces = manifest.resends_whole_days() || inputs.resending == Resending::EachDayOnce;
        for (place, file) in payload.files().iter().enumerate() {
            if file.kind == FileKind::ResourceOptimization {
                continue;
            }
            for day in inputs.day_order.of(days_of(file)?) {
                let part = Part { file: (index, place), uuid: manifest.uuid(), hours: hours_of(manifest, day) };
                let parts = self.0.entry((file.kind, day)).or_default();
                if !replaces {
                    parts.push(part);
                } else if !replace(parts, part) && inputs.resending == Resending::AsKoku {
                    // The first day that is ignored ends the whole file.
                    break;
                }
            }
        }
        Ok(())
    }

    fn files_of(&self, day: i32) -> Vec<FileId> {
        let parts = self.0.iter().filter(|((_, of), _)| *of == day).flat_map(|(_, parts)| parts);
        parts.map(|part| part.file).collect()
    }
}

/// Puts a part in the place of other payloads', if it has strictly more hours than each; false where it is ignored.
fn replace(parts: &mut Vec<Part>, part: Part) -> bool {
    if parts.iter().any(|other| other.uuid != part.uuid && other.hours >= part.hours) {
        return false;
    }
    parts.retain(|other| other.uuid == part.uuid);
    parts.push(part);
    true
}

impl DayOrder {
    fn of(self, ascending: BTreeSet<i32>) -> Vec<i32> {
        match self {
            Self::Ascending => ascending.into_iter().collect(),
            Self::Descending => ascending.into_iter().rev().collect(),
        }
    }
}

/// The days of which a file has rows.
fn days_of(file: &PayloadFile) -> Result<BTreeSet<i32>, OracleError> {
    let mut table = Table::open(file)?;
    let start = table.column("interval_start");
    let (mut row, mut hours, mut days) = (ByteRecord::new(), HourReader::default(), BTreeSet::new());
    while table.next(&mut row)? {
        let cell = start.of(&row);
        let hour = hours.read(cell).ok_or_else(|| table.no_time(&row, "interval_start", cell))?;
        days.insert(hour.day_number());
    }
    Ok(days)
}

/// How many hours of a day the manifest says that it covers, a begun one counted whole. The rows do not matter.
fn hours_of(manifest: &Manifest, day: i32) -> i64 {
    let (Some(start), Some(end)) = (manifest.start(), manifest.end()) else { return 0 };
    let midnight = |day: NaiveDate| -> DateTime<Utc> { day.and_time(NaiveTime::MIN).and_utc() };
    let date = NaiveDate::from_num_days_from_ce_opt(day).unwrap_or_default();
    let covered = end.min(midnight(date + Days::new(1))) - start.max(midnight(date));
    // Whole seconds: the operator's last one ends half a second before midnight.
    (covered.num_seconds().max(0) + HOUR - 1) / HOUR
}

/// The days that Koku summarises of a payload, as numbers: those from start to end of the manifest, others are not.
pub(super) fn summarised_days(manifest: &Manifest) -> Result<RangeInclusive<i32>, OracleError> {
    let start = manifest.start().ok_or(OracleError::NoRange("start"))?;
    let end = manifest.end().ok_or(OracleError::NoRange("end"))?;
    if end < start {
        return Err(OracleError::RangeReversed);
    }
    Ok(start.date_naive().num_days_from_ce()..=end.date_naive().num_days_from_ce())
}
