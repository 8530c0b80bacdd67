use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_yaml::Value;

use super::{Grace, Outlook, hindrances, outlook};
use crate::fact::release::{ChartFacts, ClaimFact, EventFact, HookFact, JobFact, PodFact, ReleaseFacts, WorkloadFact};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    status: Option<String>,
    #[serde(default)]
    hooks: Vec<HookFact>,
    workloads: Option<Vec<WorkloadFact>>,
    #[serde(default)]
    jobs: Vec<JobFact>,
    #[serde(default)]
    pods: Vec<PodFact>,
    #[serde(default)]
    claims: Vec<ClaimFact>,
    #[serde(default)]
    events: Vec<EventFact>,
}

/// Where a case names no workloads, one that is not ready is there.
fn facts(case: Case, at: DateTime<Utc>) -> ReleaseFacts {
    let api = || WorkloadFact {
        kind: "Deployment".to_owned(),
        name: "api".to_owned(),
        component: Some("koku-api".to_owned()),
        desired: 1,
        ready: 0,
    };
    ReleaseFacts {
        namespace: "cost".to_owned(),
        release: "cost".to_owned(),
        observed_at: at,
        status: case.status,
        chart: ChartFacts { hooks: case.hooks, ..ChartFacts::default() },
        workloads: case.workloads.unwrap_or_else(|| vec![api()]),
        jobs: case.jobs,
        pods: case.pods,
        claims: case.claims,
        events: case.events,
    }
}

fn cases() -> Vec<Case> {
    let mut file: Value = serde_yaml::from_str(include_str!("cases.yaml")).expect("is YAML");
    file.apply_merge().expect("its anchors are mappings");
    serde_yaml::from_value(file.get("cases").expect("has cases").clone()).expect("are cases")
}

#[test]
fn a_wait_ends_when_it_can_only_fail_and_not_before() {
    let at: DateTime<Utc> = "2026-01-01T12:01:00Z".parse().expect("a time");
    let grace = Grace::with_database("database");
    let mut told = String::new();
    for case in cases() {
        writeln!(told, "{}", case.name).expect("writes");
        let facts = facts(case, at);
        match outlook(&facts, &grace, at) {
            Outlook::Done => writeln!(told, "  done"),
            Outlook::NotYet(why) => writeln!(told, "  not yet: {why}"),
            Outlook::Never(cause) => writeln!(told, "  never: {cause}\n    of {}, seen at {}", cause.of, cause.object),
        }
        .expect("writes");
        for cause in hindrances(&facts, &grace, at) {
            writeln!(told, "    - {cause}").expect("writes");
        }
    }
    insta::with_settings!({ snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"), prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("cluster_outlooks", told);
    });
}
