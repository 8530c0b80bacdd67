//! The numbers that came of a payload: the daily summary against the oracle.

use super::case::PayloadCase;
use super::data::{check, listed, or_of_all};
use super::form::{Check, Deviation, Judgement};
use super::{processing, sql};
use crate::fact::usage::Measure;
use crate::oracle::{Difference, DifferenceKind, Place, compare_summary};

pub(super) const CHECKS: &[Check] = &[
    or_of_all(
        &check(
            "summary-incomplete",
            "the daily summary has a row for each day, namespace, node and claim of the payload",
            &["processing-stalled"],
            incomplete,
        ),
        processing::summary_incomplete,
    ),
    check("usage-counted-twice", "no usage is counted more than once", &["summary-incomplete"], counted_twice),
    check(
        "usage-differs",
        "the daily summary has the usage that follows from the payload, and no other row",
        // What is counted twice is that check's own; whatever else differs is told beside it.
        &["summary-incomplete"],
        usage,
    ),
    check(
        "capacity-differs",
        "the daily summary has the capacity of nodes, cluster and claims that follows from the payload",
        &["usage-counted-twice", "usage-differs"],
        capacity,
    ),
];

/// What differs in the daily summary, and how many of its values are usage and capacity.
struct Summary {
    differences: Vec<Difference>,
    usages: usize,
    capacities: usize,
}

impl Summary {
    fn of(case: &PayloadCase<'_>) -> Self {
        let rows = &case.payload.expected.summary_rows;
        let is_capacity = |measure: &&Measure| measure.column().contains("capacity");
        let capacities = rows.iter().map(|row| row.measures.keys().filter(is_capacity).count()).sum();
        let comparison = compare_summary(&case.payload.expected, &case.facts.usage.summary_rows);
        let usages = comparison.examined.saturating_sub(capacities);
        Self { differences: comparison.differences, usages, capacities }
    }

    /// A row that is there fewer times than expected is missing too.
    fn is_missing(difference: &Difference) -> bool {
        let fewer = || count(&difference.observed) < count(&difference.expected);
        difference.is_missing() || difference.kind == DifferenceKind::Repeated && fewer()
    }

    /// How many times over usage was counted, where every amount that differs is the same whole number of times the expected
    /// one. What no pod took is left aside: it shrinks as usage grows.
    fn times_over(&self) -> Option<u32> {
        let amounts = self.differences.iter().filter(|one| one.is_usage());
        let mut amounts = amounts.filter(|one| one.kind == DifferenceKind::Repeated || !one.is_of_unallocated());
        let times = amounts.next()?.times_over()?;
        amounts.all(|one| one.times_over() == Some(times)).then_some(times)
    }
}

fn count(text: &str) -> usize {
    text.parse().unwrap_or_default()
}

/// Where the daily summary of the tenant stands.
fn table(case: &PayloadCase<'_>) -> String {
    format!("{}.{}", sql::identifier(&case.payload.schema), Place::Summary)
}

/// One finding for all that differs: where the first is, how many, and the first few.
pub(super) fn finding(case: &PayloadCase<'_>, differences: &[&Difference], told: Told<'_>) -> Option<Deviation> {
    let first = differences.first()?;
    let in_summary = first.place == Place::Summary;
    let shown = |one: &&Difference| {
        let text = one.to_string();
        let place = format!("{}: ", one.place);
        text.strip_prefix(&place).filter(|_| in_summary).map_or_else(|| text.clone(), str::to_owned)
    };
    let place = if in_summary { table(case) } else { first.place.to_string() };
    Some(Deviation {
        place: Some(format!("{place}, {}", first.subject)),
        expected: told.expected,
        observed: format!("{} {}: {}", differences.len(), told.differ, listed(differences.iter().map(shown))),
        cause: told.cause.to_owned(),
        remedy: told.remedy,
        drift: None,
    })
}

/// What a finding says beside what differs.
pub(super) struct Told<'a> {
    pub(super) expected: String,
    pub(super) differ: &'a str,
    pub(super) cause: &'a str,
    pub(super) remedy: String,
}

pub(super) fn judgement(examined: usize, deviation: Option<Deviation>) -> Judgement {
    Judgement { examined, deviations: deviation.into_iter().collect() }
}

/// How the numbers of a payload are made again: by the request to Koku's masu that begins the summary.
pub(super) fn summarise_again(case: &PayloadCase<'_>) -> String {
    let PayloadCase { facts, payload } = case;
    let provider = facts.usage.manifest.as_ref().and_then(|manifest| manifest.provider_id);
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("schema", &payload.schema);
    if let Some(provider) = provider {
        query.append_pair("provider_uuid", &provider.to_string());
    }
    if let Some((first, last)) = payload.expected.days() {
        query.append_pair("start_date", &first.to_string()).append_pair("end_date", &last.to_string());
    }
    format!("have Koku summarise again: GET masu's /api/cost-management/v1/report_data/?{}", query.finish())
}

fn incomplete(case: &PayloadCase<'_>) -> Judgement {
    let summary = Summary::of(case);
    let missing: Vec<&Difference> = summary.differences.iter().filter(|one| Summary::is_missing(one)).collect();
    let rows = case.payload.expected.summary_rows.len();
    let told = Told {
        expected: format!("{rows} rows of cluster {}", case.payload.expected.cluster_id),
        differ: "missing",
        cause: "the summary ran before all files were in, stopped halfway, covered other days, or rows were deleted since",
        remedy: format!("see in the worker's log where it stopped, and {}", summarise_again(case)),
    };
    judgement(rows, finding(case, &missing, told))
}

fn counted_twice(case: &PayloadCase<'_>) -> Judgement {
    let summary = Summary::of(case);
    let deviation = summary.times_over().and_then(|times| {
        let mut amounts: Vec<&Difference> = summary.differences.iter().filter(|one| one.is_usage()).collect();
        // The plainest first: what is that many times over, then what follows from it.
        amounts.sort_by_key(|one| one.times_over() != Some(times));
        let told = Told {
            expected: format!("usage of payload {} once", case.payload.payload),
            differ: &format!("values are {times} times over or follow from those that are"),
            cause: "the same hours came in under another uuid from an operator that does not resend whole days, a second provider \
                    has the same cluster, or the summary was written beside its old rows",
            remedy: format!(
                "see which manifests cover these days: SELECT id, assembly_id, provider_id, creation_datetime \
                 FROM reporting_common_costusagereportmanifest WHERE cluster_id = {}; take the needless one away, then {}",
                sql::literal(&case.payload.expected.cluster_id),
                summarise_again(case)
            ),
        };
        finding(case, &amounts, told)
    });
    judgement(summary.usages, deviation)
}

fn usage(case: &PayloadCase<'_>) -> Judgement {
    let summary = Summary::of(case);
    let is_twice = summary.times_over().is_some();
    let others = summary.differences.iter().filter(|one| !Summary::is_missing(one) && !one.is_capacity());
    let others: Vec<&Difference> = others.filter(|one| !(is_twice && one.is_usage())).collect();
    let told = Told {
        expected: format!("what follows from payload {}", case.payload.payload),
        differ: "different",
        cause: "usage was altered after it was summed, rows of another payload are among these, or this version of Koku computes \
                otherwise",
        remedy: format!("compare the hourly rows of the first one with the payload's CSV; {}", summarise_again(case)),
    };
    judgement(summary.usages, finding(case, &others, told))
}

fn capacity(case: &PayloadCase<'_>) -> Judgement {
    let summary = Summary::of(case);
    let capacities = summary.differences.iter().filter(|one| one.kind == DifferenceKind::Value && one.is_capacity());
    let capacities: Vec<&Difference> = capacities.collect();
    let told = Told {
        expected: format!("the capacity that payload {} names", case.payload.payload),
        differ: "different",
        cause: "hours of a node were left out or joined twice, or a claim's size was taken from another hour; costs that are spread \
                by capacity are wrong too",
        remedy: summarise_again(case),
    };
    judgement(summary.capacities, finding(case, &capacities, told))
}
