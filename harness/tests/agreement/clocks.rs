//! A payload the whole way at the edges of days, months and years: moved, uploaded, summarised, reported, judged.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use harness::clock::Clock;
use harness::fact::usage::{Measure, PayloadFacts, Scope};
use harness::number::doubles_agree;
use harness::oracle::{self, Inputs};
use harness::payload::{Payload, Rewrite};
use uuid::Uuid;

use crate::system::{System, alias, fixtures};

/// What time it is, and on which days three days of usage lie then.
const MOMENTS: [(&str, &str, &str); 12] = [
    ("2026-11-24T12:00:00Z", "2026-11-22", "2026-11-24"),
    // The last minute of a month of 30 days, and the first of the next.
    ("2026-11-30T23:59:30Z", "2026-11-28", "2026-11-30"),
    ("2026-12-01T00:00:30Z", "2026-11-28", "2026-11-30"),
    // The second and the third day of a month of 31: not enough days so far, and just enough.
    ("2026-12-02T23:59:59Z", "2026-11-28", "2026-11-30"),
    ("2026-12-03T00:00:00Z", "2026-12-01", "2026-12-03"),
    // New year.
    ("2026-12-31T23:59:59Z", "2026-12-29", "2026-12-31"),
    ("2027-01-01T00:00:00Z", "2026-12-29", "2026-12-31"),
    // A February of 28 days, and one of 29.
    ("2027-02-28T23:59:30Z", "2027-02-26", "2027-02-28"),
    ("2027-03-01T00:00:30Z", "2027-02-26", "2027-02-28"),
    ("2028-02-29T00:00:00Z", "2028-02-27", "2028-02-29"),
    ("2028-02-29T23:59:59Z", "2028-02-27", "2028-02-29"),
    ("2028-03-02T12:00:00Z", "2028-02-27", "2028-02-29"),
];

#[test]
fn a_payload_goes_the_whole_way_at_every_edge_of_time() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let system = runtime.block_on(System::start("clocks"));
    let mut gib_days = Vec::new();
    for (now, first, last) in MOMENTS {
        let now: DateTime<Utc> = now.parse().expect("a moment");
        gib_days.push(runtime.block_on(delivered(&system, now, (date(first), date(last)))));
    }
    runtime.block_on(system.stop());
    // A GiB-month is as long as its month; what was kept, in GiB-days, is the same at any time.
    let differing = gib_days.iter().find(|days| !doubles_agree(gib_days[0], **days));
    assert!(gib_days[0] > 1.0 && differing.is_none(), "{gib_days:?}");
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// Sends three days of usage at this moment, and gives the capacity of claims in GiB-days.
async fn delivered(system: &System, now: DateTime<Utc>, (first, last): (NaiveDate, NaiveDate)) -> f64 {
    let cluster_id = format!("cluster-{}", Uuid::new_v4());
    let today = Clock::Fixed(now).now().date_naive();
    let rewrite = Rewrite { uuid: Uuid::new_v4(), cluster_id: cluster_id.clone(), today };
    let payload = Payload::named(&fixtures(), "small-cluster").and_then(|payload| payload.rewritten(&rewrite));
    let payload = payload.expect("a payload of today");
    assert_eq!(payload.days().expect("days"), (first, last), "{now}");
    let expected = oracle::expect(&payload, &Inputs::of_source(alias(&cluster_id))).expect("an expectation");
    let cluster = system.cluster(&cluster_id, now).await;
    let facts = cluster.deliver(&payload, &expected).await;
    cluster.remove().await;
    let comparison = oracle::compare(&expected, &facts.usage);
    assert_eq!(comparison.differences, [], "{now}");
    assert!(comparison.examined > 300, "{now}: {} values", comparison.examined);
    periods_are_the_month(&facts, first);
    reports_are_asked_for(&facts, first, last);
    capacity_of_claims(&facts) * f64::from(first.num_days_in_month())
}

fn periods_are_the_month(facts: &PayloadFacts, first: NaiveDate) {
    let month = first - Days::new(u64::from(first.day0()));
    let periods = facts.usage.report_periods.iter();
    let periods: Vec<_> = periods
        .map(|period| (period.report_period_start.date_naive(), period.report_period_end.date_naive()))
        .collect();
    assert_eq!(periods, [(month, month + Months::new(1))]);
}

fn reports_are_asked_for(facts: &PayloadFacts, first: NaiveDate, last: NaiveDate) {
    let asked = format!("start_date={first}&end_date={last}");
    assert!(!facts.usage.reports.is_empty());
    for report in &facts.usage.reports {
        assert_eq!(report.query.scope, Scope::Days { first, last });
        assert!(report.query.path().contains(&asked), "{}", report.query.path());
        assert_eq!(report.body["meta"]["start_date"], first.to_string());
        assert_eq!(report.body["meta"]["end_date"], last.to_string());
    }
}

fn capacity_of_claims(facts: &PayloadFacts) -> f64 {
    let rows = facts.usage.summary_rows.iter();
    let capacity = rows.filter_map(|row| row.measures.get(&Measure::PersistentvolumeclaimCapacityGigabyteMonths));
    capacity.map(|number| number.to_double()).sum()
}
