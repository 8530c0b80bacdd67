//! Particular facts, and what must be found in them.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use harness::check::{CheckResult, Expectation, Facts, Finding, Group, Observed, Outcome, judge_all, registry};
use harness::fact::database::DatabaseFacts;
use harness::fact::structure::{TableDefinition, TableKind};

use crate::healthy::{self, BROKEN, BYSTANDER, expectation, of_database};

/// Facts that say exactly what the catalog and the expectation demand, made without a database.
pub(crate) static HEALTHY: LazyLock<(DatabaseFacts, Expectation)> = LazyLock::new(|| {
    let expectation = expectation();
    let mut facts = crate::model::empty_facts();
    crate::model::fill(&mut facts, &expectation);
    (facts, expectation)
});

pub(crate) fn healthy_facts() -> DatabaseFacts {
    HEALTHY.0.clone()
}

pub(crate) fn found(facts: &DatabaseFacts, expectation: &Expectation) -> Vec<Finding> {
    let facts = of_database(facts.clone());
    let checks = registry::of(&[Group::Install, Group::Tenant, Group::Tables]);
    judge_all(checks, &facts, expectation).iter().flat_map(|result| result.outcome.findings()).cloned().collect()
}

pub(crate) fn ids(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|found| found.check.as_str()).collect()
}

#[test]
fn every_table_that_is_taken_away_is_found_once() {
    let facts = healthy_facts();
    let catalog = healthy::catalog();
    for (name, table) in &catalog.tenant.tables {
        let mut changed = facts.clone();
        changed.structure.remove(BROKEN, name);
        if table.kind == TableKind::Partitioned {
            let partitions =
                catalog.tenant.tables.iter().filter(|(_, other)| other.partition_of.as_ref() == Some(name));
            partitions.for_each(|(partition, _)| changed.structure.remove(BROKEN, partition));
        }
        changed.row_counts.get_mut(BROKEN).expect("counted").remove(name);
        let expected = if table.kind == TableKind::Partition { "partition-missing" } else { "tables-missing" };
        assert_eq!(ids(&found(&changed, &HEALTHY.1)), [expected], "{name}");
    }
}

#[test]
fn what_a_partition_inherits_is_one_finding_of_its_parent() {
    let mut facts = healthy_facts();
    for name in ["reporting_ocp_pod_summary_p", "reporting_ocp_pod_summary_p_default"] {
        let mut definition = facts.structure.table(BROKEN, name).expect("is there").clone();
        definition.columns.retain(|column| column.name != "cluster_alias");
        facts.structure.insert(BROKEN, name, definition);
    }
    let findings = found(&facts, &HEALTHY.1);
    assert_eq!(ids(&findings), ["columns-differ"]);
    assert!(findings[0].place.as_deref().is_some_and(|place| place.ends_with("_p")), "{findings:?}");
}

#[test]
fn month_partitions_are_data_unless_their_parent_is_strange() {
    let mut facts = healthy_facts();
    let month = |parent: &str| (format!("{parent}_2026_11"), parent.to_owned());
    let ours = BTreeMap::from([month("reporting_ocp_pod_summary_p")]);
    facts.structure.month_partitions.insert(BROKEN.to_owned(), ours);
    assert_eq!(found(&facts, &HEALTHY.1), []);
    let strange = BTreeMap::from([month("reporting_of_another_version")]);
    facts.structure.month_partitions.insert(BROKEN.to_owned(), strange);
    assert_eq!(ids(&found(&facts, &HEALTHY.1)), ["tables-unexpected"]);
}

#[test]
fn identity_of_partitions_is_left_out_where_the_server_keeps_it_there() {
    let mut facts = healthy_facts();
    let identity = |table: &TableDefinition| table.partition_of.is_some();
    let name = facts.structure.tables_of(BROKEN).find(|(_, table)| identity(table)).map(|(name, _)| name.to_owned());
    let name = name.expect("a partition");
    let mut definition = facts.structure.table(BROKEN, &name).expect("is there").clone();
    definition.columns[0].identity = Some("d".into());
    facts.structure.insert(BROKEN, &name, definition);
    assert_eq!(ids(&found(&facts, &HEALTHY.1)), ["columns-differ"]);
    facts.server.version_number = 170_000;
    assert_eq!(found(&facts, &HEALTHY.1), []);
}

#[test]
fn public_and_template0_are_no_tenants() {
    let mut facts = healthy_facts();
    let rows = facts.tenants.as_mut().expect("rows");
    for (id, name) in [(90, "public"), (91, "template0")] {
        rows.push(harness::fact::database::TenantRow { id, schema_name: name.into() });
    }
    assert_eq!(facts.real_tenants().count(), 2);
    assert_eq!(found(&facts, &HEALTHY.1), []);
}

#[test]
fn what_was_not_seen_or_has_nothing_to_search_has_not_passed() {
    let unseen = Facts { database: Observed::Failed { why: "connection refused".into() }, ..Facts::default() };
    let results = judge_all(registry::of(&[Group::Install]), &unseen, &HEALTHY.1);
    assert_eq!(results[0].outcome.word(), "errored");
    assert!(results[0].outcome.to_string().contains("connection refused"));
    assert!(results[1..].iter().all(|result| result.outcome.word() == "not run"), "{results:?}");

    // A catalog without seed rows leaves nothing to search.
    let mut expectation = HEALTHY.1.clone();
    let catalog = expectation.system.catalog.as_mut().expect("a known version");
    Arc::make_mut(catalog).tenant.seed_rows.clear();
    let results = judge_all(registry::of(&[Group::Tables]), &of_database(healthy_facts()), &expectation);
    let seed = results.iter().find(|result| result.check == "seed-rows-missing").expect("a result");
    assert_eq!(seed.outcome.to_string(), "errored: examined nothing");
}

#[test]
fn a_dropped_schema_is_one_finding_and_its_neighbours_go_on() {
    let mut facts = healthy_facts();
    facts.schemas.remove(BROKEN);
    facts.structure.tables.remove(BROKEN);
    facts.migrations.remove(BROKEN);
    facts.row_counts.remove(BROKEN);
    let results = judge_all(registry::of(&[Group::Tables]), &of_database(facts), &HEALTHY.1);
    let findings: Vec<_> = results.iter().flat_map(|result| result.outcome.findings()).collect();
    assert_eq!(findings.iter().map(|found| found.check.as_str()).collect::<Vec<_>>(), ["schema-missing"]);
    let of_tables =
        |result: &&CheckResult| registry::find(result.check).is_some_and(|check| check.group == Group::Tables);
    let applies = |result: &&CheckResult| !matches!(result.outcome, Outcome::Skipped { .. });
    for result in results.iter().filter(of_tables).filter(applies) {
        let expected =
            if result.scope.schema() == Some(BYSTANDER) { "passed" } else { "not run because of schema-missing" };
        assert_eq!(result.outcome.to_string(), expected, "{} {}", result.check, result.scope);
    }
}

#[test]
fn a_check_that_does_not_apply_says_why_and_stands_in_nobodys_way() {
    let mut expectation = HEALTHY.1.clone();
    expectation.capabilities.domain_required = false;
    let mut facts = healthy_facts();
    facts.domains = Some(vec![]);
    assert_eq!(found(&facts, &expectation), []);
    let results = judge_all(registry::of(&[Group::Tenant]), &of_database(facts), &expectation);
    let domain = results.iter().find(|result| result.check == "domain-missing").expect("a result");
    assert_eq!(domain.outcome.to_string(), "skipped: does not apply: this chart's Koku keeps no domains");
}
