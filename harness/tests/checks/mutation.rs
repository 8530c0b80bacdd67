//! Facts of a healthy system, changed in memory in every way: each change is found, and by the check that is meant for it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use harness::check::{Expectation, Facts, Finding, Group, Observed, judge_all, registry};
use harness::fact::database::DatabaseFacts;
use harness::fact::structure::{Column, TableDefinition, TableKind};
use proptest::prelude::*;
use proptest::sample::Index;

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

/// What one change to a table is, and which check must find it.
type Change = (&'static str, fn(&mut TableDefinition, Index) -> bool);

fn pick<T>(items: &mut [T], index: Index) -> Option<&mut T> {
    if items.is_empty() { None } else { Some(index.get_mut(items)) }
}

fn take(items: &mut Vec<String>, index: Index) -> bool {
    if items.is_empty() {
        return false;
    }
    items.remove(index.index(items.len()));
    true
}

fn new_column() -> Column {
    Column { name: "intruder".into(), data_type: "text".into(), not_null: false, default: None, identity: None }
}

const CHANGES: &[Change] = &[
    ("columns-differ", |table, index| {
        pick(&mut table.columns, index).is_some_and(|column| {
            column.data_type.push_str("[]");
            true
        })
    }),
    ("columns-differ", |table, index| {
        pick(&mut table.columns, index).is_some_and(|column| {
            column.not_null = !column.not_null;
            true
        })
    }),
    ("columns-differ", |table, index| {
        pick(&mut table.columns, index).is_some_and(|column| {
            column.default = if column.default.is_some() { None } else { Some("now()".into()) };
            true
        })
    }),
    ("columns-differ", |table, index| {
        pick(&mut table.columns, index).is_some_and(|column| {
            column.identity = if column.identity.is_some() { None } else { Some("a".into()) };
            true
        })
    }),
    ("columns-differ", |table, index| {
        table.columns.remove(index.index(table.columns.len()));
        true
    }),
    ("columns-differ", |table, _| {
        table.columns.push(new_column());
        true
    }),
    ("keys-differ", |table, _| {
        let had = !table.primary_key.is_empty();
        table.primary_key.clear();
        had
    }),
    ("keys-differ", |table, index| take(&mut table.foreign_keys, index)),
    // A unique constraint takes its index with it.
    ("keys-differ", |table, index| {
        let Some(key) = pick(&mut table.unique, index).map(|key| key.clone()) else { return false };
        let own = key.replace("UNIQUE ", "UNIQUE USING btree ");
        let at = table.indexes.iter().position(|index| *index == own).expect("the constraint's index");
        table.indexes.remove(at);
        table.unique.retain(|other| *other != key);
        true
    }),
    ("keys-differ", |table, index| take(&mut table.checks, index)),
    ("keys-differ", |table, _| {
        table.foreign_keys.push("FOREIGN KEY (id) REFERENCES {schema}.cost_model(uuid)".into());
        true
    }),
    ("indexes-differ", |table, index| take(&mut table.indexes, index)),
    ("indexes-differ", |table, _| {
        table.indexes.push("USING btree (intruder)".into());
        true
    }),
    ("triggers-differ", |table, index| take(&mut table.triggers, index)),
    ("triggers-differ", |table, index| {
        pick(&mut table.triggers, index).is_some_and(|trigger| {
            trigger.push_str(" DISABLED");
            true
        })
    }),
    ("triggers-differ", |table, _| {
        table
            .triggers
            .push("CREATE TRIGGER intruder AFTER INSERT ON x FOR EACH ROW EXECUTE FUNCTION public.f()".into());
        true
    }),
    // The second of two equal indexes is a real one too.
    ("indexes-differ", |table, index| {
        let twin = pick(&mut table.indexes, index).map(|text| text.clone());
        table.indexes.extend(twin.clone());
        twin.is_some()
    }),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_change_to_a_table_is_found_in_this_table_and_nowhere_else(
        table in any::<Index>(), place in any::<Index>(), change in 0..CHANGES.len(),
    ) {
        let facts = healthy_facts();
        let names: Vec<&str> = facts.structure.tables_of(BROKEN).map(|(name, _)| name).collect();
        let name = names[table.index(names.len())].to_owned();
        let mut definition = facts.structure.table(BROKEN, &name).expect("is there").clone();
        let (check, alter) = CHANGES[change];
        prop_assume!(alter(&mut definition, place));
        let mut changed = facts.clone();
        changed.structure.insert(BROKEN, &name, definition);
        let findings = found(&changed, &HEALTHY.1);
        prop_assert_eq!(ids(&findings), vec![check], "{}: {:#?}", name, findings);
        prop_assert_eq!(findings[0].scope.schema(), Some(BROKEN));
        prop_assert!(findings[0].place.as_deref().is_some_and(|place| place.ends_with(&name)), "{}", findings[0]);
    }

    #[test]
    fn every_change_to_a_shared_table_is_found_in_this_table_and_nowhere_else(
        table in any::<Index>(), place in any::<Index>(), change in 0..CHANGES.len(),
    ) {
        let mut changed = healthy_facts();
        let names: Vec<&str> = HEALTHY.0.structure.tables_of("public").map(|(name, _)| name).collect();
        let name = names[table.index(names.len())];
        let mut definition = HEALTHY.0.structure.table("public", name).expect("is there").clone();
        prop_assume!(CHANGES[change].1(&mut definition, place));
        // Of a tenant's schema, which public has not.
        prop_assume!(!definition.foreign_keys.iter().any(|key| key.contains("{schema}")));
        changed.structure.insert("public", name, definition);
        let findings = found(&changed, &HEALTHY.1);
        prop_assert_eq!(ids(&findings), vec!["public-differs"], "{}: {:#?}", name, findings);
        prop_assert!(findings[0].drift.is_some());
        prop_assert!(findings[0].place.as_deref().is_some_and(|place| place.ends_with(name)), "{}", findings[0]);
    }

    #[test]
    fn the_order_of_checks_and_facts_does_not_matter(seed in any::<u64>(), column in any::<Index>()) {
        let mut facts = healthy_facts();
        let mut definition = facts.structure.table(BROKEN, "cost_model").expect("is there").clone();
        definition.columns.remove(column.index(definition.columns.len()));
        facts.structure.insert(BROKEN, "cost_model", definition);
        facts.domains = Some(vec![]);
        let expected = judge_all(registry::all(), &of_database(facts.clone()), &HEALTHY.1);

        let mut shuffled = facts;
        shuffled.tenants.as_mut().expect("rows").reverse();
        shuffled.customers.as_mut().expect("rows").reverse();
        let mut checks: Vec<_> = registry::all().collect();
        let mut state = seed | 1;
        for last in (1..checks.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            checks.swap(last, usize::try_from(state >> 33).expect("fits") % (last + 1));
        }
        prop_assert_eq!(judge_all(checks, &of_database(shuffled), &HEALTHY.1), expected);
    }
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    assert_eq!(found(&healthy_facts(), &HEALTHY.1), []);
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
    let mut facts = healthy_facts();
    facts.row_counts.clear();
    let results = judge_all(registry::of(&[Group::Tables]), &of_database(facts), &HEALTHY.1);
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
    for result in
        results.iter().filter(|result| registry::find(result.check).is_some_and(|check| check.group == Group::Tables))
    {
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
