//! What users are told of a payload: the report tables and the reports, against the oracle.

use super::case::PayloadCase;
use super::data::check;
use super::form::{Check, Judgement};
use super::usage::{Told, finding, judgement, summarise_again};
use crate::fact::usage::ReportFact;
use crate::oracle::{Comparison, Difference, Expected, compare_report_tables, compare_reports};

/// How many dates a page of a report holds, if nothing is said (source: recorded bodies of Koku 768be82).
const PAGE: usize = 100;

/// The daily summary is right, costs included, and has rows of nobody else.
const SUMMARY_IS_RIGHT: &[&str] =
    &["tenant-leak", "usage-counted-twice", "usage-differs", "capacity-differs", "cost-differs"];

pub(super) const CHECKS: &[Check] = &[
    check(
        "report-stale",
        "reports say what the report tables say now, and not what they said before",
        SUMMARY_IS_RIGHT,
        stale,
    ),
    check(
        "report-differs",
        "report tables and reports say what follows from the daily summary",
        // What comes out of the cache is that check's own; whatever else differs is told beside it.
        SUMMARY_IS_RIGHT,
        differs,
    ),
];

/// What is expected of all clusters of the tenant.
fn clusters<'a>(case: &PayloadCase<'a>) -> Vec<&'a Expected> {
    std::iter::once(&case.payload.expected).chain(&case.payload.beside).collect()
}

/// What differs in a report; nothing where only the reply out of the cache does.
fn compared(clusters: &[&Expected], report: &ReportFact) -> (Comparison, bool) {
    let told = compare_reports(clusters, std::slice::from_ref(report));
    let now = report.past_cache.clone().map(|mut body| {
        // The other words were another limit, which the reply tells.
        if let Some(limit) = body.pointer_mut("/meta/limit") {
            *limit = PAGE.into();
        }
        ReportFact { body, past_cache: None, ..report.clone() }
    });
    let now = now.map(|report| compare_reports(clusters, &[report]));
    let is_stale = !told.differences.is_empty() && now.is_some_and(|now| now.differences.is_empty());
    (told, is_stale)
}

fn stale(case: &PayloadCase<'_>) -> Judgement {
    let clusters = clusters(case);
    let mut differences = Vec::new();
    for report in &case.facts.usage.reports {
        let (told, is_stale) = compared(&clusters, report);
        differences.extend(told.differences.into_iter().filter(|_| is_stale));
    }
    let told = Told {
        expected: "what the same report says when it is asked in other words".to_owned(),
        differ: "as they were before",
        cause: "Koku answered from its cache, which it keeps for an hour (CACHE_TIMEOUT): it was not emptied when the payload was \
                taken in. A worker that cannot reach the cache empties none, and deleting or renaming a source empties none either",
        remedy: "see that Koku's workers reach the same cache as its API (Redis); then wait for CACHE_TIMEOUT (3600 s), or have \
                 another payload of this tenant taken in, which empties the cache"
            .to_owned(),
    };
    let differences: Vec<&Difference> = differences.iter().collect();
    judgement(case.facts.usage.reports.len(), finding(case, &differences, told))
}

fn differs(case: &PayloadCase<'_>) -> Judgement {
    let PayloadCase { facts, payload } = case;
    let clusters = clusters(case);
    let mut comparison = compare_report_tables(&payload.expected, &facts.usage.report_tables);
    for report in &facts.usage.reports {
        let (mut told, is_stale) = compared(&clusters, report);
        if is_stale {
            told.differences.clear();
        }
        comparison = comparison.and(told);
    }
    let differences: Vec<&Difference> = comparison.differences.iter().collect();
    let told = Told {
        expected: "what follows from the daily summary, which is right".to_owned(),
        differ: "different",
        cause: "the report tables were not made again after the summary, or not for all of its days",
        remedy: summarise_again(case),
    };
    judgement(comparison.examined, finding(case, &differences, told))
}
