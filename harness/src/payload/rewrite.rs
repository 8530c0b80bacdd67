//! A payload under another name and at another time, so that it can be sent in a run of its own.
//!
//! Koku never processes a uuid twice, refuses a cluster id that is taken, and drops days outside its retention without a
//! word. So a fixed payload gets a uuid, a cluster id and file names of its own, and its days are moved.

use chrono::{Datelike, Days, Months, NaiveDate, TimeDelta};
use csv::ByteRecord;
use serde_json::Value;
use uuid::Uuid;

use super::time::{DATE_LENGTH, parse_date};
use super::{FileKind, Hour, Manifest, Payload, PayloadError, PayloadFile, Table};

/// Under which name and at which time a payload is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// The new uuid, of version 4.
    pub uuid: Uuid,
    /// The new cluster id.
    pub cluster_id: String,
    /// The current day in UTC: no day of the rewritten payload is after it.
    pub today: NaiveDate,
}

impl Payload {
    /// The same usage with this uuid and cluster id, its files named after the uuid, and all its days moved by one number of
    /// days, so that the last is not after today and all lie in one month: the last day is today where the current month has
    /// enough days so far, else the last of the month before. Gaps between days stay. Report periods become that month.
    ///
    /// Numbers of storage depend on the length of the month, so the oracle must read the rewritten payload.
    pub fn rewritten(&self, rewrite: &Rewrite) -> Result<Self, PayloadError> {
        let shift = self.shift_to(rewrite.today)?;
        let mut files = Vec::with_capacity(self.files.len());
        for (index, file) in self.files.iter().enumerate() {
            let name = new_name(rewrite.uuid, file.kind, index);
            files.push(PayloadFile { name, kind: file.kind, bytes: shift.table(file)? });
        }
        let manifest = self.new_manifest(rewrite, &shift, &files)?;
        Ok(Self { manifest, files })
    }

    /// The first and the last day of usage.
    pub fn days(&self) -> Result<(NaiveDate, NaiveDate), PayloadError> {
        let mut days: Option<(NaiveDate, NaiveDate)> = None;
        for file in self.files.iter().filter(|file| file.kind != FileKind::ResourceOptimization) {
            let mut table = Table::open(file)?;
            let column = table.column("interval_start");
            let mut row = ByteRecord::new();
            while table.next(&mut row)? {
                let cell = column.of(&row);
                let day = leading_date(cell).ok_or_else(|| table.no_time(&row, "interval_start", cell))?;
                days = Some(days.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
            }
        }
        days.ok_or(PayloadError::NoDays)
    }

    fn shift_to(&self, today: NaiveDate) -> Result<Shift, PayloadError> {
        let (first, last) = self.days()?;
        let span = (last - first).num_days() + 1;
        let month = first_of_month(today);
        let target = if i64::from(today.day()) >= span {
            today
        } else {
            let before = month - Months::new(1);
            if (month - before).num_days() < span {
                return Err(PayloadError::TooManyDays { days: span, today });
            }
            month - Days::new(1)
        };
        Ok(Shift { days: target - last, month: first_of_month(target) })
    }

    fn new_manifest(&self, rewrite: &Rewrite, shift: &Shift, files: &[PayloadFile]) -> Result<Manifest, PayloadError> {
        let mut document = self.manifest.document().clone();
        document.insert("uuid".into(), rewrite.uuid.to_string().into());
        document.insert("cluster_id".into(), rewrite.cluster_id.clone().into());
        let (optimization, usage): (Vec<_>, Vec<_>) =
            files.iter().partition(|file| file.kind == FileKind::ResourceOptimization);
        for (key, files) in [("files", usage), ("resource_optimization_files", optimization)] {
            if document.contains_key(key) {
                document.insert(key.into(), files.iter().map(|file| Value::from(file.name.clone())).collect());
            }
        }
        for key in ["date", "start", "end"] {
            if let Some(moved) = document.get(key).and_then(Value::as_str).and_then(|text| shift.moved(text.as_bytes()))
            {
                document.insert(key.into(), String::from_utf8_lossy(&moved).into_owned().into());
            }
        }
        Manifest::from_document(document)
    }
}

/// By how many days times move, and the month they move into.
#[derive(Debug, Clone, Copy)]
struct Shift {
    days: TimeDelta,
    month: NaiveDate,
}

impl Shift {
    /// The file with its times moved. The rest of each row stays byte for byte, but for needless quotes.
    fn table(self, file: &PayloadFile) -> Result<Vec<u8>, PayloadError> {
        let failed = |source| PayloadError::Csv { file: file.name.clone(), source };
        let mut table = Table::open(file)?;
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::with_capacity(file.bytes.len()));
        writer.write_byte_record(table.header()).map_err(failed)?;
        let (mut row, mut moved) = (ByteRecord::new(), ByteRecord::new());
        let columns: Vec<Option<&'static str>> = table.header().iter().map(time_column).collect();
        while table.next(&mut row)? {
            moved.clear();
            for (index, cell) in row.iter().enumerate() {
                match columns.get(index).copied().flatten() {
                    None => moved.push_field(cell),
                    Some(column) => {
                        let cell = self.cell(column, cell).ok_or_else(|| table.no_time(&row, column, cell))?;
                        moved.push_field(&cell);
                    }
                }
            }
            writer.write_byte_record(&moved).map_err(failed)?;
        }
        writer.into_inner().map_err(|error| failed(csv::Error::from(error.into_error())))
    }

    fn cell(self, column: &str, cell: &[u8]) -> Option<Vec<u8>> {
        match column {
            "report_period_start" => with_date(cell, self.month),
            "report_period_end" => with_date(cell, self.month + Months::new(1)),
            // Refused here, under the file's own name and line, and not by whoever reads the moved time.
            "interval_start" => Hour::parse(cell).and_then(|_| self.moved(cell)),
            _ => self.moved(cell),
        }
    }

    fn moved(self, text: &[u8]) -> Option<Vec<u8>> {
        with_date(text, leading_date(text)?.checked_add_signed(self.days)?)
    }
}

fn new_name(uuid: Uuid, kind: FileKind, index: usize) -> String {
    match kind {
        FileKind::ResourceOptimization => format!("{uuid}_openshift_resource_optimization.{index}.csv"),
        _ => format!("{uuid}_openshift_usage_report.{index}.csv"),
    }
}

fn time_column(name: &[u8]) -> Option<&'static str> {
    ["report_period_start", "report_period_end", "interval_start", "interval_end"]
        .into_iter()
        .find(|column| column.as_bytes() == name)
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day - Days::new(u64::from(day.day0()))
}

fn leading_date(text: &[u8]) -> Option<NaiveDate> {
    parse_date(text.get(..DATE_LENGTH)?)
}

/// The same time with another date; its form stays.
fn with_date(text: &[u8], date: NaiveDate) -> Option<Vec<u8>> {
    leading_date(text)?;
    let mut moved = date.format("%Y-%m-%d").to_string().into_bytes();
    moved.extend_from_slice(&text[DATE_LENGTH..]);
    Some(moved)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn small_cluster() -> Payload {
        let fixtures = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures"));
        Payload::named(fixtures, "small-cluster").expect("a payload")
    }

    fn one_pod() -> Payload {
        let fixtures = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures"));
        Payload::named(fixtures, "one-pod").expect("a payload")
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn at(today: &str) -> Rewrite {
        Rewrite { uuid: Uuid::new_v4(), cluster_id: "cluster-of-the-run".into(), today: date(today) }
    }

    #[rstest]
    #[case::middle_of_the_month("2026-11-24", "2026-11-22", "2026-11-24")]
    #[case::just_enough_days("2026-11-03", "2026-11-01", "2026-11-03")]
    #[case::too_early_in_the_month("2026-11-02", "2026-10-29", "2026-10-31")]
    #[case::first_day_of_a_month("2026-12-01", "2026-11-28", "2026-11-30")]
    #[case::last_day_of_a_month("2026-10-31", "2026-10-29", "2026-10-31")]
    #[case::first_day_of_a_year("2027-01-01", "2026-12-29", "2026-12-31")]
    #[case::after_a_leap_february("2028-03-01", "2028-02-27", "2028-02-29")]
    #[case::leap_day("2028-02-29", "2028-02-27", "2028-02-29")]
    #[case::after_a_short_february("2027-03-02", "2027-02-26", "2027-02-28")]
    fn three_days_move_into_one_month(#[case] today: &str, #[case] first: &str, #[case] last: &str) {
        let moved = small_cluster().rewritten(&at(today)).expect("rewritten");
        assert_eq!(moved.days().expect("days"), (date(first), date(last)));
        assert_eq!(moved.manifest().start().map(|start| start.date_naive()), Some(date(first)));
        assert_eq!(moved.manifest().end().map(|end| end.to_rfc3339()), Some(format!("{last}T23:59:59+00:00")));
        assert_eq!(moved.manifest().document()["date"], format!("{last}T23:59:59.5Z"));
    }

    #[test]
    fn uuid_cluster_and_file_names_are_those_of_the_run() {
        let rewrite = at("2026-11-24");
        let moved = small_cluster().rewritten(&rewrite).expect("rewritten");
        assert_eq!(moved.manifest().uuid(), rewrite.uuid);
        assert_eq!(moved.manifest().cluster_id(), "cluster-of-the-run");
        let expected: Vec<String> =
            (0..4).map(|n| format!("{}_openshift_usage_report.{n}.csv", rewrite.uuid)).collect();
        assert_eq!(moved.manifest().files(), expected);
        assert_eq!(moved.files().iter().map(|file| file.name.clone()).collect::<Vec<_>>(), expected);
        assert_eq!(Payload::from_tar_gz(&moved.to_tar_gz().expect("packs")).expect("sound"), moved);
    }

    #[test]
    fn only_times_change_and_report_periods_are_the_month() {
        let (payload, moved) = (one_pod(), one_pod().rewritten(&at("2027-03-01")).expect("rewritten"));
        for (before, after) in payload.files().iter().zip(moved.files()) {
            let text = |file: &PayloadFile| String::from_utf8(file.bytes.clone()).expect("text");
            let expected = text(before)
                .replace("2026-12-01", "2027-03-01")
                .replace("2026-11-01", "2027-02-01")
                .replace("2026-11-10", "2027-02-27")
                .replace("2026-11-11", "2027-02-28");
            assert_eq!(text(after), expected);
        }
    }

    #[test]
    fn rewriting_to_its_own_last_day_changes_no_row() {
        let payload = small_cluster();
        let moved = payload.rewritten(&at("2026-11-12")).expect("rewritten");
        for (before, after) in payload.files().iter().zip(moved.files()) {
            assert_eq!(before.bytes, after.bytes);
        }
    }

    #[test]
    fn a_gap_between_days_stays() {
        let mut payload = one_pod();
        for file in &mut payload.files {
            file.bytes = String::from_utf8_lossy(&file.bytes).replace("2026-11-11", "2026-11-15").into_bytes();
        }
        let moved = payload.rewritten(&at("2026-11-24")).expect("rewritten");
        assert_eq!(moved.days().expect("days"), (date("2026-11-19"), date("2026-11-24")));
    }

    #[test]
    fn days_that_fit_nowhere_are_refused() {
        let mut payload = one_pod();
        for file in &mut payload.files {
            file.bytes = String::from_utf8_lossy(&file.bytes).replace("2026-11-11", "2026-12-09").into_bytes();
        }
        let error = payload.rewritten(&at("2027-03-05")).expect_err("30 days do not fit into February");
        assert!(matches!(error, PayloadError::TooManyDays { days: 30, .. }), "{error}");
        assert!(payload.rewritten(&at("2027-03-30")).is_ok());
    }

    #[test]
    fn a_bad_time_is_named_with_file_line_and_column() {
        let mut payload = one_pod();
        let text = String::from_utf8_lossy(&payload.files[0].bytes).replacen("2026-11-10 01:00:00", "yesterday", 1);
        payload.files[0].bytes = text.into_bytes();
        let error = payload.rewritten(&at("2026-11-24")).expect_err("faulty");
        assert_eq!(
            error.to_string(),
            "0a000000-0000-4000-8000-00000000000a_openshift_usage_report.0.csv line 3: interval_start is \
             \"yesterday +0000 UTC\", expected a time such as 2026-11-10 00:00:00 +0000 UTC"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn on_every_day_all_days_lie_in_one_month_and_not_after_today(day in 0_u64..1500) {
            let today = date("2026-01-01") + Days::new(day);
            let moved = one_pod().rewritten(&at(&today.to_string())).expect("rewritten");
            let (first, last) = moved.days().expect("days");
            prop_assert!(last <= today && first_of_month(first) == first_of_month(last));
            prop_assert!((today - last).num_days() <= 1, "{} for {}", last, today);
            let months: BTreeSet<_> = String::from_utf8_lossy(&moved.files()[0].bytes)
                .lines().skip(1).map(|line| line[..DATE_LENGTH].to_owned()).collect();
            prop_assert_eq!(months, BTreeSet::from([first_of_month(last).to_string()]));
        }
    }
}
