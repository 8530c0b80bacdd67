//! Facts of a payload, changed in memory: one cause is one finding, by the check that is meant for it.

use std::collections::BTreeSet;

use bigdecimal::BigDecimal;
use harness::check::{CheckResult, Expectation, Facts, Group, Observed, PayloadExpectation, judge_all, registry};
use harness::fact::usage::{
    FileFact, FileState, ManifestFact, Measure, OtherCluster, PayloadFacts, ReportFact, ReportQuery, Scope, UploadFact,
    UsageFacts,
};
use harness::number::Stored;
use serde_json::json;

use crate::healthy::expectation;
use crate::payloads;

/// Facts that say exactly what is expected.
fn as_expected(payload: &PayloadExpectation) -> PayloadFacts {
    let expected = &payload.expected;
    let (first, last) = expected.days().expect("days");
    let days = Scope::Days { first, last };
    let report = |query: ReportQuery| ReportFact { query, body: expected.report(&query), past_cache: None };
    let done = |name: &String| FileFact {
        name: name.clone(),
        state: FileState::Done,
        failed_status: None,
        completed_datetime: None,
    };
    let manifest = ManifestFact {
        id: 1,
        assembly_id: payload.uuid.to_string(),
        cluster_id: Some(expected.cluster_id.clone()),
        num_total_files: 4,
        provider_id: None,
        creation_datetime: None,
        completed_datetime: Some(chrono::DateTime::UNIX_EPOCH),
        state: json!({"download": {}, "processing": {}, "summary": {"failed": null}}),
    };
    let usage = UsageFacts {
        schema: payload.schema.clone(),
        cluster_id: expected.cluster_id.clone(),
        manifest: Some(manifest),
        files: payload.files.iter().map(done).collect(),
        report_periods: vec![],
        cost_rows: expected.cost_rows.clone(),
        summary_rows: expected.summary_rows.clone(),
        report_tables: expected.report_tables(),
        reports: ReportQuery::suite(days, days).into_iter().map(report).collect(),
        other_clusters: vec![],
    };
    let upload = UploadFact { request: "ingress: POST".into(), status: 202, body: String::new() };
    PayloadFacts { upload, stalled: None, usage }
}

fn judge(payload: &PayloadExpectation, facts: &PayloadFacts) -> Vec<CheckResult> {
    let facts = Facts { payloads: [(payload.scope(), Observed::Seen(facts.clone()))].into(), ..Facts::default() };
    let expectation = Expectation { payloads: vec![payload.clone()], ..expectation() };
    judge_all(registry::of(&[Group::Data]), &facts, &expectation)
}

/// What is found when the facts are changed like this.
fn found(change: impl FnOnce(&mut PayloadFacts)) -> Vec<String> {
    let payload = payloads::expected();
    let mut facts = as_expected(&payload);
    change(&mut facts);
    ids(&judge(&payload, &facts))
}

fn ids(results: &[CheckResult]) -> Vec<String> {
    results.iter().flat_map(|result| result.outcome.findings()).map(|found| found.check.clone()).collect()
}

/// Multiplies the usage of pods by this in the rows of some namespaces.
fn multiply(facts: &mut PayloadFacts, times: u32, namespaces: &[&str]) {
    let rows = facts.usage.summary_rows.iter_mut();
    for row in rows.filter(|row| row.namespace.as_deref().is_some_and(|name| namespaces.contains(&name))) {
        for measure in Measure::OF_PODS {
            if let Some(number) = row.measures.get_mut(&measure) {
                *number = Stored::from_decimal(&(number.decimal() * BigDecimal::from(times)));
            }
        }
    }
}

#[test]
fn facts_as_expected_are_examined_by_every_check_and_pass() {
    let payload = payloads::expected();
    let results = judge(&payload, &as_expected(&payload));
    assert_eq!(results.len(), 12);
    for result in results {
        assert!(result.outcome.passed() && result.examined > 0, "{}: {:?}", result.check, result.outcome);
    }
}

#[test]
fn the_same_whole_number_of_times_over_is_counted_twice_and_anything_else_differs() {
    assert_eq!(found(|facts| multiply(facts, 2, &["shop", "data"])), ["usage-counted-twice"]);
    assert_eq!(found(|facts| multiply(facts, 3, &["shop"])), ["usage-counted-twice"]);
    let two_factors = |facts: &mut PayloadFacts| {
        multiply(facts, 2, &["shop"]);
        multiply(facts, 3, &["data"]);
    };
    assert_eq!(found(two_factors), ["usage-differs"]);
    // What no pod took follows from what pods took; alone, it is no sign of anything counted twice.
    let follows = |facts: &mut PayloadFacts| {
        multiply(facts, 2, &["shop"]);
        multiply(facts, 5, &["Worker unallocated"]);
    };
    assert_eq!(found(follows), ["usage-counted-twice"]);
    assert_eq!(found(|facts| multiply(facts, 2, &["Worker unallocated"])), ["usage-differs"]);
}

#[test]
fn what_differs_beside_usage_that_is_counted_twice_is_told_too() {
    let both = |facts: &mut PayloadFacts| {
        multiply(facts, 2, &["shop"]);
        facts.usage.summary_rows[0].resource_id = Some("of-nobody".into());
    };
    assert_eq!(found(both), ["usage-counted-twice", "usage-differs"]);
}

#[test]
fn a_row_too_few_is_missing_and_a_row_too_many_is_counted_twice() {
    assert_eq!(found(|facts| drop(facts.usage.summary_rows.pop())), ["summary-incomplete"]);
    let repeated = |facts: &mut PayloadFacts| {
        let row = facts.usage.summary_rows[3].clone();
        facts.usage.summary_rows.push(row);
    };
    assert_eq!(found(repeated), ["usage-counted-twice"]);
}

#[test]
fn one_cause_is_one_finding_along_the_way() {
    let refused = |facts: &mut PayloadFacts| {
        facts.upload.status = 503;
        facts.usage.manifest = None;
        facts.usage.files.clear();
        facts.usage.summary_rows.clear();
    };
    assert_eq!(found(refused), ["upload-refused"]);
    let failed = |facts: &mut PayloadFacts| {
        facts.usage.files[1].state = FileState::Failed;
        facts.stalled = Some("a file failed".into());
        facts.usage.summary_rows.clear();
    };
    assert_eq!(found(failed), ["file-failed"]);
    let step = |facts: &mut PayloadFacts| {
        facts.usage.manifest.as_mut().expect("a manifest").state = json!({"summary": {"failed": "2026-11-24"}});
        facts.stalled = Some("not completed".into());
    };
    assert_eq!(found(step), ["file-failed"]);
    let stalled = |facts: &mut PayloadFacts| {
        facts.stalled = Some("not completed".into());
        facts.usage.summary_rows.clear();
    };
    assert_eq!(found(stalled), ["processing-stalled"]);
}

#[test]
fn rows_of_a_stranger_are_found_however_far_the_payload_came() {
    let stranger = OtherCluster { cluster_id: "of-a-stranger".into(), rows: 7 };
    let refused = |facts: &mut PayloadFacts| {
        facts.upload.status = 503;
        facts.usage.other_clusters = vec![stranger];
    };
    let found: BTreeSet<String> = found(refused).into_iter().collect();
    assert_eq!(found, BTreeSet::from(["tenant-leak".to_owned(), "upload-refused".to_owned()]));
}

#[test]
fn a_report_that_is_right_when_asked_in_other_words_is_stale_and_any_other_differs() {
    let old = json!({"meta": {"count": 0}});
    let stale = |facts: &mut PayloadFacts| {
        let report = &mut facts.usage.reports[2];
        let mut now = std::mem::replace(&mut report.body, old.clone());
        now["meta"]["limit"] = json!(123);
        report.past_cache = Some(now);
    };
    assert_eq!(found(stale), ["report-stale"]);
    let as_wrong = |facts: &mut PayloadFacts| {
        let report = &mut facts.usage.reports[2];
        (report.body, report.past_cache) = (old.clone(), Some(old.clone()));
    };
    assert_eq!(found(as_wrong), ["report-differs"]);
    let both = |facts: &mut PayloadFacts| {
        stale(facts);
        facts.usage.reports[3].body = old.clone();
    };
    assert_eq!(found(both), ["report-stale", "report-differs"]);
}

#[test]
fn costs_that_are_not_those_of_the_cost_model_are_found_and_a_cost_of_nothing_is_none() {
    let first = |facts: &mut PayloadFacts| facts.usage.cost_rows.remove(0);
    assert_eq!(found(|facts| drop(first(facts))), ["cost-differs"]);
    let twice = |facts: &mut PayloadFacts| {
        let row = facts.usage.cost_rows[0].clone();
        facts.usage.cost_rows.push(row);
    };
    assert_eq!(found(twice), ["cost-differs"]);
    let of_nothing = |facts: &mut PayloadFacts| {
        let zero = Stored::ZERO;
        let row = first(facts);
        facts.usage.cost_rows.insert(0, row.clone());
        let free = harness::fact::usage::CostRow { cpu: zero, memory: zero, volume: zero, distributed: zero, ..row };
        facts.usage.cost_rows.push(free);
    };
    assert_eq!(found(of_nothing), Vec::<String>::new());
}

#[test]
fn a_manifest_that_is_open_is_stalled_whoever_waited_for_it() {
    let open = |facts: &mut PayloadFacts| facts.usage.manifest.as_mut().expect("a manifest").completed_datetime = None;
    assert_eq!(found(open), ["processing-stalled"]);
}

#[test]
fn reports_of_a_tenant_are_judged_with_its_other_clusters() {
    let mut payload = payloads::expected();
    let facts = as_expected(&payload);
    let mut beside = payload.expected.clone();
    beside.cluster_id = "cluster-beside".into();
    beside.summary_rows.iter_mut().for_each(|row| row.cluster_id = "cluster-beside".into());
    payload.beside = vec![beside];
    // The reports here are those of one cluster only.
    assert_eq!(ids(&judge(&payload, &facts)), ["report-differs"]);
}
