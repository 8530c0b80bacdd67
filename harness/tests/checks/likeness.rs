//! Structure that no catalog describes, on facts made in memory: what differs is found whoever it is compared with, and what cannot be
//! compared is no pass.

use harness::check::{Drift, Expectation, Facts, Group, Outcome, judge_all, registry};
use harness::fact::database::{DatabaseFacts, TenantRow};
use harness::profile::TenantMaker;

use crate::healthy::{BROKEN, BYSTANDER, NEIGHBOUR, expectation, of_database};
use crate::model::{self, TEMPLATE};

const TABLE: &str = "cost_model";

/// Tenants that are alike, made in this way; the version is not known.
fn alike(maker: TenantMaker, schemas: &[&str]) -> (DatabaseFacts, Expectation) {
    let mut expected = expectation();
    let tenant = expected.tenants[0].clone();
    let named = |schema: &&str| harness::check::TenantExpectation { schema: (*schema).to_owned(), ..tenant.clone() };
    let with_template = (maker == TenantMaker::FirstSource).then_some(TEMPLATE);
    expected.tenants = schemas.iter().copied().chain(with_template).map(|schema| named(&schema)).collect();
    let mut facts = model::empty_facts();
    model::fill(&mut facts, &expected);
    expected.tenants.retain(|tenant| tenant.schema != TEMPLATE);
    expected.capabilities.tenant_maker = maker;
    expected.capabilities.catalog_known = false;
    expected.system.tenant_maker = maker;
    expected.system.catalog = None;
    (facts, expected)
}

fn drop_column(facts: &mut DatabaseFacts, schema: &str) {
    let mut table = facts.structure.table(schema, TABLE).expect("is there").clone();
    table.columns.retain(|column| column.name != "distribution");
    facts.structure.insert(schema, TABLE, table);
}

/// How the checks that compare ended, where they apply: id, subject, and how.
fn outcomes(facts: &DatabaseFacts, expected: &Expectation) -> Vec<(String, Outcome)> {
    let facts: Facts = of_database(facts.clone());
    let results = judge_all(registry::of(&[Group::Tables]), &facts, expected);
    let compared = results.into_iter().filter(|result| result.check.contains("differs"));
    compared
        .filter(|result| result.check != "version-differs" && !matches!(result.outcome, Outcome::Skipped { .. }))
        .map(|result| (format!("{} {}", result.check, result.scope), result.outcome))
        .collect()
}

fn words(facts: &DatabaseFacts, expected: &Expectation) -> Vec<String> {
    outcomes(facts, expected).iter().map(|(check, outcome)| format!("{check}: {outcome}")).collect()
}

#[test]
fn tenants_that_are_alike_pass_in_both_ways() {
    for maker in [TenantMaker::BootstrapJob, TenantMaker::FirstSource] {
        let (facts, expected) = alike(maker, &[BROKEN, BYSTANDER]);
        let outcomes = outcomes(&facts, &expected);
        assert!(!outcomes.is_empty() && outcomes.iter().all(|(_, outcome)| outcome.passed()), "{outcomes:?}");
    }
}

#[test]
fn the_one_of_three_that_differs_is_found_with_its_drift() {
    let (mut facts, expected) = alike(TenantMaker::BootstrapJob, &[BROKEN, BYSTANDER, NEIGHBOUR]);
    drop_column(&mut facts, BYSTANDER);
    let outcomes = outcomes(&facts, &expected);
    let failed: Vec<_> = outcomes.iter().filter(|(_, outcome)| !outcome.passed()).collect();
    let [(check, outcome)] = failed.as_slice() else { panic!("{failed:?}") };
    assert_eq!(check, &format!("tenant-differs-from-others tenant {BYSTANDER}"));
    let [finding] = outcome.findings() else { panic!("{outcome:?}") };
    assert!(finding.expected.ends_with("as most of 3 tenants have it"), "{finding}");
    assert!(finding.cause.starts_with("the version of Koku is not known"), "{finding:?}");
    assert!(matches!(finding.drift, None | Some(Drift::LostColumn)), "{finding:?}");
}

#[test]
fn of_two_that_differ_each_is_told_that_no_majority_agrees() {
    let (mut facts, expected) = alike(TenantMaker::BootstrapJob, &[BROKEN, BYSTANDER]);
    drop_column(&mut facts, BROKEN);
    for (check, outcome) in outcomes(&facts, &expected) {
        let [finding] = outcome.findings() else { panic!("{check}: {outcome:?}") };
        assert!(finding.expected.ends_with("as others of 2 tenants have it, of which no majority agrees"), "{finding}");
    }
}

#[test]
fn a_tenant_alone_cannot_be_judged_without_a_template_and_can_with_one() {
    let (facts, expected) = alike(TenantMaker::BootstrapJob, &[BROKEN]);
    assert_eq!(
        words(&facts, &expected),
        [format!(
            "tenant-differs-from-others tenant {BROKEN}: errored: nothing to compare tenant {BROKEN} with: the version of Koku is not known, \
         and there is no other tenant that is migrated"
        )]
    );
    let (mut facts, expected) = alike(TenantMaker::FirstSource, &[BROKEN]);
    assert!(outcomes(&facts, &expected).iter().all(|(_, outcome)| outcome.passed()));
    drop_column(&mut facts, BROKEN);
    assert_eq!(
        words(&facts, &expected),
        [
            "template-differs system: passed".to_owned(),
            format!("tenant-differs-from-template tenant {BROKEN}: failed: 1 finding(s)"),
        ]
    );
}

#[test]
fn a_template_that_the_tenants_outvote_is_one_finding_and_no_tenants() {
    let (mut facts, expected) = alike(TenantMaker::FirstSource, &[BROKEN, BYSTANDER]);
    drop_column(&mut facts, TEMPLATE);
    assert_eq!(
        words(&facts, &expected),
        [
            "template-differs system: failed: 1 finding(s)".to_owned(),
            format!("tenant-differs-from-template tenant {BROKEN}: not run because of template-differs"),
            format!("tenant-differs-from-template tenant {BYSTANDER}: not run because of template-differs"),
        ]
    );
}

#[test]
fn without_a_template_clones_cannot_be_judged() {
    let (mut facts, expected) = alike(TenantMaker::FirstSource, &[BROKEN]);
    facts.schemas.remove(TEMPLATE);
    facts.migrations.remove(TEMPLATE);
    let words = words(&facts, &expected);
    assert_eq!(words[0], "template-differs system: passed");
    assert!(words[1].contains("errored: nothing to compare tenant"), "{words:?}");
}

#[test]
fn a_tenant_that_is_migrated_otherwise_is_one_finding() {
    let (mut facts, expected) = alike(TenantMaker::BootstrapJob, &[BROKEN, BYSTANDER, NEIGHBOUR]);
    facts.migrations.get_mut(BROKEN).expect("recorded").pop_last();
    facts.structure.tables.remove(BROKEN);
    let failed: Vec<String> = words(&facts, &expected).into_iter().filter(|text| !text.ends_with("passed")).collect();
    assert_eq!(failed, [format!("tenant-differs-from-others tenant {BROKEN}: failed: 1 finding(s)")]);
}

#[test]
fn rows_of_public_and_template0_are_no_tenants_to_compare_with() {
    let (mut facts, expected) = alike(TenantMaker::BootstrapJob, &[BROKEN]);
    let rows = facts.tenants.as_mut().expect("rows");
    rows.extend([(90, "public"), (91, TEMPLATE)].map(|(id, name)| TenantRow { id, schema_name: name.into() }));
    assert!(words(&facts, &expected)[0].contains("errored: nothing to compare"), "{:?}", words(&facts, &expected));
}
