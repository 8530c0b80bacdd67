//! The oracle against what the real Koku computed of the same bytes: cases a and b, and the sequences of cases
//! d and f at every step, exactly as recorded.

mod any_cell;
mod costs;
mod exclusions;
mod golden_case;
mod render;
mod sensitivity;
mod sequences;

use golden_case::{CASES, GoldenCase};
use harness::fact::usage::{ReportFact, ReportQuery, Scope, UsageFacts};
use harness::oracle::{self, Expected};
use serde_json::Value;

/// The sections of `expected.json` that the oracle answers for.
const SECTIONS: [&str; 4] = ["daily_summary_rows", "totals", "ui_tables", "api"];

#[test]
fn every_recorded_value_comes_out_exactly() {
    for name in CASES {
        let case = GoldenCase::read(name);
        let computed = render::sections(&case.expected(), case.scopes());
        for section in SECTIONS {
            let recorded = exclusions::without_excluded(section, &case.recorded()[section]);
            if let Some(difference) = first_difference(section, &recorded, &computed[section]) {
                panic!("{name}: {difference}");
            }
            assert_eq!(recorded, computed[section], "{name}: {section}");
        }
    }
}

#[test]
fn the_observed_form_of_the_expectation_agrees_with_it() {
    for name in CASES {
        let case = GoldenCase::read(name);
        let expected = case.expected();
        let comparison = oracle::compare(&expected, &facts_of(&expected, case.scopes()));
        assert!(comparison.examined > 300, "{name}: {}", comparison.examined);
        assert_eq!(comparison.differences, [], "{name}");
    }
}

/// What an observer would see if all were as expected.
fn facts_of(expected: &Expected, (scope, days): (Scope, Scope)) -> UsageFacts {
    let reports = ReportQuery::suite(scope, days).into_iter();
    let reports = reports.map(|query| ReportFact { query, body: expected.report(&query), past_cache: None });
    UsageFacts {
        summary_rows: expected.summary_rows.clone(),
        cost_rows: expected.cost_rows.clone(),
        report_tables: expected.report_tables(),
        reports: reports.collect(),
        ..sensitivity::unobserved(expected)
    }
}

/// Where two trees differ first, so that a failure is read without scrolling.
fn first_difference(path: &str, recorded: &Value, computed: &Value) -> Option<String> {
    match (recorded, computed) {
        (Value::Object(left), Value::Object(right)) => {
            let keys: std::collections::BTreeSet<_> = left.keys().chain(right.keys()).collect();
            keys.into_iter().find_map(|key| match (left.get(key), right.get(key)) {
                (Some(left), Some(right)) => first_difference(&format!("{path}.{key}"), left, right),
                (left, right) => Some(format!("{path}.{key}: recorded {left:?}, computed {right:?}")),
            })
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            (0..left.len()).find_map(|index| first_difference(&format!("{path}[{index}]"), &left[index], &right[index]))
        }
        _ => (recorded != computed).then(|| format!("{path}: recorded {recorded}, computed {computed}")),
    }
}
