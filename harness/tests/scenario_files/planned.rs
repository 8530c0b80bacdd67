//! The plan.

use harness::fault::Setting;
use harness::payload::Form;
use harness::profile::{Profile, SchemaRule, SourcesDialect, TargetKind, TenantMaker};
use harness::scenario::plan::{BootstrapMode, Plan, PlanTarget, PlannedPhase, plan};
use harness::scenario::{
    Bootstrap, CreateProvider, Fault, Install, PhaseName, Problems, ProcessData, Resend, Scenario, VerifyTables,
    load_file,
};

use crate::support::{checks, root, run, snapshots, vocabulary};

fn chart() -> Profile {
    Profile::load(&root().join("fixtures"), "cost-mgmt").expect("the profile loads")
}

/// A chart on which Koku makes a tenant with its first source. The profile of the real one comes with its own issue; the
/// rules hang on capabilities, not on which profile it is.
fn first_source_chart() -> Profile {
    let mut profile = chart();
    profile.name = "first-source".into();
    profile.sources_dialect = SourcesDialect::Koku;
    profile.tenants.made_by = TenantMaker::FirstSource;
    profile.tenants.schema_rule = SchemaRule::OrgPrefix;
    profile.tenants.default_org_id = "1234567".into();
    profile.tenants.domain = None;
    profile.bootstrap.job = None;
    profile.bootstrap.hook_on.clear();
    profile
}

fn story() -> Scenario {
    Scenario::new("story")
        .tenant("acme")
        .then(Install::default())
        .then(Bootstrap::default())
        .then(VerifyTables::default())
        .then(CreateProvider::ocp("cluster-a"))
        .then(ProcessData::payload("one-pod"))
}

fn fault(name: &str) -> Fault {
    Fault::named(name).expect("a fault of this name")
}

fn planned(scenario: &Scenario, profile: &Profile, target: &PlanTarget) -> Result<Plan, Problems> {
    plan(scenario, profile, target.clone(), &run(), &checks())
}

fn order(plan: &Plan) -> Vec<PhaseName> {
    plan.steps.iter().map(|step| step.phase.name()).collect()
}

#[test]
fn reads_as_text() {
    let local = PlanTarget::own(TargetKind::Local);
    let three = story().tenant("globex").tenant_with_org_id("quoted", "AB-c.1");
    let mut three = Scenario { phases: Vec::new(), ..three }.then(Install::default()).then(Bootstrap::default());
    three = three
        .then(fault("drop-table").of_tenant("quoted").with(Setting::Table, "reporting_ocp_pvcs"))
        .expect_finding("schema-missing");
    three = three.then(CreateProvider::aws("account-a", "arn:aws:iam::1:role/r", "reports").of_tenant("globex"));
    let resent = story()
        .then(ProcessData::payload("one-pod").again(Resend::SameUpload))
        .then(ProcessData::payload("small-cluster").in_form(Form::Chart).again(Resend::NewUuid));
    let no_extension =
        Scenario::new("no-extension").tenant("acme").then(fault("no-extension")).then(Install::default());
    let shown = [
        ("story-local", &story(), chart(), local.clone()),
        ("story-cluster", &story(), chart(), PlanTarget::own(TargetKind::Cluster)),
        ("story-first-source", &story(), first_source_chart(), local.clone()),
        ("story-resent", &resent, chart(), local.clone()),
        ("three-shared", &three, chart(), PlanTarget::shared(TargetKind::Cluster)),
        ("no-extension", &no_extension, chart(), local.clone()),
    ];
    for (name, scenario, profile, target) in shown {
        let plan = planned(scenario, &profile, &target).unwrap_or_else(|problems| panic!("{name}: {problems}"));
        snapshots().bind(|| insta::assert_snapshot!(format!("plan-{name}"), plan.to_string()));
    }
}

#[test]
fn reads_as_json() {
    let plan = planned(&story(), &chart(), &PlanTarget::own(TargetKind::Local)).expect("a plan");
    snapshots().bind(|| insta::assert_json_snapshot!("plan-story-json", plan));
}

#[test]
fn is_the_same_each_time_and_another_in_another_run() {
    let local = PlanTarget::own(TargetKind::Local);
    let first = planned(&story(), &chart(), &local).expect("a plan");
    assert_eq!(first, planned(&story(), &chart(), &local).expect("a plan"));
    let other_run = serde_json::from_str("\"261124-101501-abcd\"").expect("a run id");
    let other = plan(&story(), &chart(), local.clone(), &other_run, &checks()).expect("a plan");
    assert_ne!(first.tenants[0].account_number, other.tenants[0].account_number);
    assert_eq!(first.tenants[0].org_id, other.tenants[0].org_id);
}

#[test]
fn a_file_and_its_rust_form_are_the_same_scenario() {
    let file = load_file(&root().join("scenarios/faults/domain-forgotten.yaml"), &vocabulary()).expect("loads");
    let mut written = Scenario::new("domain-forgotten")
        .profile("cost-mgmt")
        .tenant("acme")
        .tenant("globex")
        .then(Install::default())
        .then(Bootstrap::default())
        .then(fault("drop-domain").of_tenant("globex"))
        .then(VerifyTables::default())
        .expect_finding("domain-missing");
    written.summary.clone_from(&file.scenario.summary);
    written.labels.clone_from(&file.scenario.labels);
    assert_eq!(file.scenario, written);
}

#[test]
fn what_needs_a_tenant_stands_behind_the_source_that_makes_it() {
    use PhaseName::{
        Bootstrap as Boot, CreateProvider as Provider, Fault as Struck, Install as Inst, VerifyTables as Verify,
    };
    let scenario = Scenario::new("two")
        .tenant("acme")
        .tenant("globex")
        .then(Install::default())
        .then(Bootstrap::default())
        .then(fault("drop-schema").of_tenant("acme"))
        .then(VerifyTables::default())
        .then(CreateProvider::ocp("a").of_tenant("acme"))
        .then(CreateProvider::ocp("b").of_tenant("globex"));
    let local = PlanTarget::own(TargetKind::Local);
    let plan = planned(&scenario, &first_source_chart(), &local).expect("a plan");
    assert_eq!(order(&plan), [Inst, Boot, Provider, Struck, Provider, Verify]);
    let moved: Vec<usize> = plan.steps.iter().filter(|step| step.reason.is_some()).map(|step| step.number).collect();
    assert_eq!(moved, [2, 4, 6], "what is done otherwise than written says why");
    let unmoved = planned(&Scenario { phases: scenario.phases[..2].to_vec(), ..scenario.clone() }, &chart(), &local);
    assert_eq!(order(&unmoved.expect("a plan")), [Inst, Boot]);
}

#[test]
fn bootstrap_acts_only_where_the_harness_has_it_made() {
    let mode = |profile: &Profile, kind| {
        let plan = planned(&story(), profile, &PlanTarget::usual(kind)).expect("a plan");
        plan.steps.into_iter().find_map(|step| match step.phase {
            PlannedPhase::Bootstrap(mode) => Some(mode),
            _ => None,
        })
    };
    let modes = TargetKind::ALL.map(|kind| mode(&chart(), kind));
    let expected = [BootstrapMode::MakeTenants, BootstrapMode::JudgeTenants, BootstrapMode::JudgeTenants];
    assert_eq!(modes, expected.map(Some));
    assert_eq!(mode(&first_source_chart(), TargetKind::Local), Some(BootstrapMode::JudgeNoTenantYet));
}

#[test]
fn refuses_what_the_profile_cannot_do() {
    let local = PlanTarget::own(TargetKind::Local);
    let aws = Scenario::new("aws").tenant("acme").then(Install::default()).then(CreateProvider::aws(
        "a",
        "arn:aws:iam::1:role/r",
        "b",
    ));
    let never = Scenario::new("never").tenant("acme").then(Install::default()).then(VerifyTables::default());
    let late = Scenario::new("late")
        .tenant("acme")
        .then(Install::default())
        .then(CreateProvider::ocp("a"))
        .then(Bootstrap::default());
    let same = Scenario::new("same").tenant("acme").tenant("1234567").then(Install::default());
    let too_long = Scenario::new("long").tenant("a").tenant("thirteen-long").then(Install::default());
    let domain = Scenario::new("domain")
        .tenant("acme")
        .then(Install::default())
        .then(Bootstrap::default())
        .expect_finding("domain-missing");
    let refused = [
        planned(&aws, &first_source_chart(), &local),
        planned(&never, &first_source_chart(), &local),
        planned(&late, &first_source_chart(), &local),
        planned(&same, &first_source_chart(), &local),
        planned(&too_long, &chart(), &PlanTarget::shared(TargetKind::Cluster)),
        planned(&domain, &first_source_chart(), &local),
    ];
    let texts: Vec<String> = refused.into_iter().map(|plan| plan.expect_err("refused").to_string()).collect();
    snapshots().bind(|| insta::assert_snapshot!("plan-refused", texts.join("\n\n")));
}
