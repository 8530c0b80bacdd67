//! Payloads of several days, moved at the edges of months.

use chrono::{Datelike, Days, Months, NaiveDate};
use harness::error::chain;
use harness::payload::{Payload, PayloadError, Rewrite};
use proptest::prelude::*;
use rstest::rstest;
use uuid::Uuid;

use crate::made::Made;

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn moved(days: u64, today: NaiveDate) -> Result<(Payload, Payload), PayloadError> {
    let payload = Made::of_days(date("2026-10-01"), days).payload();
    let rewrite = Rewrite { uuid: Uuid::new_v4(), cluster_id: "cluster-of-the-run".to_owned(), today };
    let rewritten = payload.rewritten(&rewrite)?;
    Ok((payload, rewritten))
}

#[rstest]
#[case::the_month_so_far("2026-11-24", 24, "2026-11-01", "2026-11-24")]
#[case::longer_than_the_month_so_far("2026-11-24", 25, "2026-10-07", "2026-10-31")]
#[case::a_whole_month_of_31("2026-11-24", 31, "2026-10-01", "2026-10-31")]
#[case::a_whole_month_of_30("2026-12-29", 30, "2026-11-01", "2026-11-30")]
#[case::on_its_last_day("2027-03-31", 31, "2027-03-01", "2027-03-31")]
#[case::a_whole_february("2027-03-27", 28, "2027-02-01", "2027-02-28")]
#[case::a_whole_leap_february("2028-03-28", 29, "2028-02-01", "2028-02-29")]
#[case::one_day_on_the_first("2027-01-01", 1, "2027-01-01", "2027-01-01")]
#[case::two_days_on_the_first("2027-01-01", 2, "2026-12-30", "2026-12-31")]
#[case::a_month_at_new_year("2027-01-01", 31, "2026-12-01", "2026-12-31")]
fn days_move_into_the_month_that_has_enough(
    #[case] today: &str,
    #[case] days: u64,
    #[case] first: &str,
    #[case] last: &str,
) {
    let (_, moved) = moved(days, date(today)).expect("it fits");
    assert_eq!(moved.days().expect("days"), (date(first), date(last)));
    assert_eq!(moved.manifest().start().map(|start| start.to_rfc3339()), Some(format!("{first}T00:00:00+00:00")));
    assert_eq!(moved.manifest().end().map(|end| end.to_rfc3339()), Some(format!("{last}T23:59:59+00:00")));
}

#[test]
fn days_that_fit_nowhere_are_told() {
    let told = |days, today: &str| chain(&moved(days, date(today)).expect_err("it fits nowhere"));
    let text = [told(31, "2026-12-30"), told(29, "2027-03-28"), told(30, "2028-03-29"), told(32, "2026-11-24")];
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("days_that_fit_nowhere", text.join("\n")));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]
    #[test]
    fn on_every_day_all_times_move_alike(day in 0_u64..1500, days in 1_u64..=28) {
        let today = date("2026-01-01") + Days::new(day);
        let (payload, moved) = moved(days, today).expect("28 days always fit");
        let (first, last) = moved.days().expect("days");
        prop_assert!(last <= today && (first.year(), first.month()) == (last.year(), last.month()));
        let month = first - Days::new(u64::from(first.day0()));
        let shift = (first - date("2026-10-01")).num_days();
        for (before, after) in payload.files().iter().zip(moved.files()) {
            let expected = with_times(&before.bytes, |column, cell| match column {
                "report_period_start" => format!("{month}{}", &cell[10..]),
                "report_period_end" => format!("{}{}", month + Months::new(1), &cell[10..]),
                "interval_start" | "interval_end" => {
                    format!("{}{}", date(&cell[..10]) + chrono::TimeDelta::days(shift), &cell[10..])
                }
                _ => cell.to_owned(),
            });
            prop_assert_eq!(String::from_utf8_lossy(&after.bytes), expected);
            prop_assert!(after.name.starts_with(&moved.manifest().uuid().to_string()), "{}", after.name);
        }
        let names: Vec<_> = moved.files().iter().map(|file| file.name.clone()).collect();
        prop_assert_eq!(moved.manifest().files(), names);
    }
}

/// The file with each cell as this says; the header stays.
fn with_times(bytes: &[u8], cell: impl Fn(&str, &str) -> String) -> String {
    let text = std::str::from_utf8(bytes).expect("text");
    let mut lines = text.lines();
    let header = lines.next().expect("a header");
    let columns: Vec<&str> = header.split(',').collect();
    let rows = lines.map(|line| {
        let cells = line.split(',').zip(&columns).map(|(found, column)| cell(column, found));
        cells.collect::<Vec<_>>().join(",") + "\n"
    });
    format!("{header}\n{}", rows.collect::<String>())
}
