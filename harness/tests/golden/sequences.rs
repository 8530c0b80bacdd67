//! Payloads one after the other: days that are sent again (case d), and two orgs (case f).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use harness::oracle::{self, DayOrder, Expected, Inputs};
use harness::payload::Payload;
use serde_json::{Value, json};

use crate::golden_case::month;
use crate::{SECTIONS, exclusions, first_difference, render};

/// The org of case d whose Koku visited the last day first; to the others the order made no difference, or was the other one.
const LAST_DAY_FIRST: &str = "8100046";

/// A cluster: its tenant's schema, and its id.
type Cluster = (String, String);

/// A step of a recorded sequence.
struct Step {
    /// What happened at once has the same moment: one upload, and looks at what each tenant then held.
    moment: String,
    cluster: Cluster,
    payload: Option<PathBuf>,
    inputs: Inputs,
    recorded: Value,
}

impl Step {
    fn expected(&self, sent: &[Payload]) -> Expected {
        if sent.is_empty() {
            let (cluster_id, cluster_alias) = (self.cluster.1.clone(), self.inputs.cluster_alias.clone());
            return Expected { cluster_id, cluster_alias, summary_rows: Vec::new(), cost_rows: Vec::new() };
        }
        oracle::expect_sequence(sent, &self.inputs).expect("an expectation")
    }
}

#[test]
fn days_that_are_sent_again_come_out_as_recorded_at_every_step() {
    // Each org has its own sequence.
    let compared = compare_every_step("d-resend", |org_id, index, _| format!("{org_id}-{index}"));
    assert_eq!(compared, 17);
}

#[test]
fn two_orgs_come_out_as_recorded_at_every_step() {
    let compared = compare_every_step("f-two-tenants", |_, _, name| name[..1].to_owned());
    // At first the second org has nothing at all.
    assert_eq!(compared, 7);
}

fn compare_every_step(case: &str, moment: impl Fn(&str, usize, &str) -> String) -> usize {
    let mut sent: BTreeMap<Cluster, Vec<Payload>> = BTreeMap::new();
    let mut expected: BTreeMap<Cluster, Expected> = BTreeMap::new();
    let mut compared = 0;
    for steps in steps(case, moment).chunk_by(|left, right| left.moment == right.moment) {
        for step in steps {
            let sent = sent.entry(step.cluster.clone()).or_default();
            sent.extend(step.payload.iter().map(|path| Payload::read(path).expect("a sound payload")));
            expected.insert(step.cluster.clone(), step.expected(sent));
        }
        compared += steps.iter().filter(|step| is_as_recorded(step, &expected)).count();
    }
    compared
}

/// Compares a step; false where neither this cluster nor another one of its tenant has anything.
fn is_as_recorded(step: &Step, expected: &BTreeMap<Cluster, Expected>) -> bool {
    let own = &expected[&step.cluster];
    let beside = expected.iter().filter(|(cluster, _)| cluster.0 == step.cluster.0 && **cluster != step.cluster);
    let others: Vec<Expected> = beside.map(|(_, other)| other.clone()).collect();
    if own.summary_rows.is_empty() && others.is_empty() {
        assert_eq!(step.recorded["daily_summary_rows"], Value::Array(vec![]));
        return false;
    }
    let mut computed = render::sections_beside(own, &others, (month(), month()));
    leave_unrecorded_out(&mut computed, &step.recorded);
    // The totals of no rows are one row of SQL's making, and none of the oracle's.
    let has_totals = !own.summary_rows.is_empty();
    assert!(has_totals || step.recorded["totals"]["usage_per_month_all"] == json!([{"rows": 0}]));
    for section in SECTIONS.into_iter().filter(|section| has_totals || *section != "totals") {
        let recorded = exclusions::without_excluded(section, &step.recorded[section]);
        if let Some(difference) = first_difference(section, &recorded, &computed[section]) {
            panic!("{} of {}: {difference}", step.recorded["step"], step.cluster.0);
        }
        assert_eq!(recorded, computed[section], "{} of {}", step.recorded["step"], step.cluster.0);
    }
    true
}

/// Two reports of ten are recorded, and of the report tables no rows but their sums.
fn leave_unrecorded_out(computed: &mut Value, recorded: &Value) {
    let reports = recorded["api"].as_object().expect("reports by name");
    computed["api"].as_object_mut().expect("reports").retain(|name, _| reports.contains_key(name));
    for (name, table) in computed["ui_tables"].as_object_mut().expect("tables") {
        let kept = recorded["ui_tables"][name].as_object().expect("a table");
        table.as_object_mut().expect("a table").retain(|key, _| key != "rows" || kept.contains_key(key));
    }
}

/// The steps of a case in the order in which they happened.
fn steps(case: &str, moment: impl Fn(&str, usize, &str) -> String) -> Vec<Step> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/golden")).join(case);
    let document = std::fs::read_to_string(folder.join("expected.json")).expect("the recording");
    let document: Value = serde_json::from_str(&document).expect("JSON");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let archive = |name: &str| folder.join(format!("{name}.tar.gz"));
    let mut steps = Vec::new();
    for tenant in document["tenants"].as_array().expect("tenants") {
        let (org_id, cluster) = (text(&tenant["org_id"]), (text(&tenant["schema"]), text(&tenant["cluster_id"])));
        let day_order = if org_id == LAST_DAY_FIRST { DayOrder::Descending } else { DayOrder::Ascending };
        let payloads = tenant["payloads"].as_array().expect("payloads");
        for (index, recorded) in tenant["steps"].as_array().expect("steps").iter().enumerate() {
            steps.push(Step {
                moment: moment(&org_id, index, recorded["step"].as_str().expect("a name")),
                cluster: cluster.clone(),
                payload: text(&payloads[index]).strip_prefix("payload/").map(archive),
                inputs: Inputs { day_order, ..Inputs::of_source(alias(recorded, &cluster.1)) },
                recorded: recorded.clone(),
            });
        }
    }
    steps.sort_by(|left, right| left.moment.cmp(&right.moment));
    steps
}

/// The alias of a cluster, which is not in the bytes: the name of a source, be it another org's.
fn alias(step: &Value, cluster_id: &str) -> String {
    let clusters = step["clusters"].as_array().expect("clusters").iter();
    let mut aliases = clusters.filter(|cluster| cluster["cluster_id"] == cluster_id);
    aliases.next().map_or_else(String::new, |cluster| cluster["cluster_alias"].as_str().expect("a name").to_owned())
}
