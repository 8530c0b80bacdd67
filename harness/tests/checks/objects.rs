//! Sequences and functions of a healthy system, changed in memory: each change is found once, in its own schema.

use harness::check::{Drift, Finding};
use harness::fact::database::DatabaseFacts;
use harness::fact::object::{FunctionDefinition, SequenceDefinition};

use crate::healthy::BROKEN;
use crate::mutation::particular::{HEALTHY, found, healthy_facts, ids};

/// What is found after a change.
fn after(change: impl FnOnce(&mut DatabaseFacts)) -> Vec<Finding> {
    let mut facts = healthy_facts();
    change(&mut facts);
    found(&facts, &HEALTHY.1)
}

fn one(findings: &[Finding], check: &str, drift: Drift, what: &str) {
    assert_eq!(ids(findings), [check], "{what}: {findings:#?}");
    assert_eq!(findings[0].drift, Some(drift), "{what}: {}", findings[0]);
}

type Alter<T> = (&'static str, fn(&mut T));

const OF_SEQUENCES: &[Alter<SequenceDefinition>] = &[
    ("start", |sequence| sequence.start += 1),
    ("minimum", |sequence| sequence.minimum -= 1),
    ("maximum", |sequence| sequence.maximum -= 1),
    ("increment", |sequence| sequence.increment += 1),
    ("cycle", |sequence| sequence.cycle = true),
    ("owner kind", |sequence| sequence.owner_kind = None),
];

const OF_FUNCTIONS: &[Alter<FunctionDefinition>] = &[
    ("kind", |function| function.kind = "aggregate".into()),
    ("returns", |function| function.returns = Some("box".into())),
    ("language", |function| function.language = "c".into()),
    ("volatility", |function| function.volatility = "stable".into()),
    ("strict", |function| function.strict = !function.strict),
];

#[test]
fn every_change_to_a_sequence_is_found_once() {
    for (schema, check) in [(BROKEN, "sequences-differ"), ("public", "public-differs")] {
        for (name, sequence) in HEALTHY.0.structure.sequences.of(schema) {
            let lost = after(|facts| facts.structure.sequences.remove(schema, name));
            one(&lost, check, Drift::LostSequence, name);
            for (what, alter) in OF_SEQUENCES {
                let mut altered = sequence.clone();
                alter(&mut altered);
                let findings = after(|facts| facts.structure.sequences.insert(schema, name, altered));
                one(&findings, check, Drift::Altered, what);
            }
            let renamed = after(|facts| {
                facts.structure.sequences.remove(schema, name);
                facts.structure.sequences.insert(schema, "renamed", sequence.clone());
            });
            one(&renamed, check, Drift::Altered, name);
        }
    }
}

#[test]
fn the_sequences_of_a_clone_are_no_drift() {
    let findings = after(|facts| {
        let cloned =
            |sequence: &SequenceDefinition| SequenceDefinition { data_type: "bigint".into(), ..sequence.clone() };
        for (name, sequence) in HEALTHY.0.structure.sequences.of(BROKEN) {
            facts.structure.sequences.insert(BROKEN, name, cloned(sequence));
        }
    });
    assert_eq!(findings, []);
}

#[test]
fn every_change_to_a_function_is_found_once() {
    for (schema, check) in [(BROKEN, "functions-differ"), ("public", "public-differs")] {
        for (signature, function) in HEALTHY.0.structure.functions.of(schema) {
            let lost = after(|facts| facts.structure.functions.remove(schema, signature));
            one(&lost, check, Drift::LostFunction, signature);
            for (what, alter) in OF_FUNCTIONS {
                let mut altered = function.clone();
                alter(&mut altered);
                let findings = after(|facts| facts.structure.functions.insert(schema, signature, altered));
                one(&findings, check, Drift::Altered, what);
            }
            let arguments = after(|facts| {
                let altered = FunctionDefinition { arguments: "a box".into(), ..function.clone() };
                facts.structure.functions.remove(schema, signature);
                facts.structure.functions.insert(schema, &altered.signature(), altered);
            });
            one(&arguments, check, Drift::Altered, signature);
        }
    }
}

#[test]
fn what_others_keep_in_public_is_no_finding_and_in_a_tenant_it_is() {
    let sequence = SequenceDefinition::usual("bigint", None, None);
    let function = FunctionDefinition {
        name: "of_somebody".into(),
        kind: "function".into(),
        arguments: String::new(),
        returns: Some("integer".into()),
        language: "sql".into(),
        volatility: "stable".into(),
        strict: false,
    };
    let with = |schema: &str| {
        after(|facts| {
            facts.structure.sequences.insert(schema, "of_somebody", sequence.clone());
            facts.structure.functions.insert(schema, &function.signature(), function.clone());
        })
    };
    assert_eq!(with("public"), []);
    assert_eq!(ids(&with(BROKEN)), ["sequences-differ", "functions-differ"]);
}

#[test]
fn a_sequence_comes_and_goes_with_its_column() {
    let column = after(|facts| {
        let mut table = facts.structure.table(BROKEN, "cost_model_map").expect("is there").clone();
        for column in &mut table.columns {
            column.identity = None;
        }
        facts.structure.insert(BROKEN, "cost_model_map", table);
        facts.structure.sequences.remove(BROKEN, "cost_model_map_id_seq");
    });
    one(&column, "columns-differ", Drift::LostSequence, "identity");
    let table = after(|facts| {
        facts.structure.remove(BROKEN, "cost_model_map");
        facts.structure.sequences.remove(BROKEN, "cost_model_map_id_seq");
    });
    one(&table, "tables-missing", Drift::LostTable, "table");
}

#[test]
fn a_trigger_goes_with_the_function_that_it_calls() {
    let lose_triggers = |facts: &mut DatabaseFacts, table: &str| {
        let mut definition = facts.structure.table(BROKEN, table).expect("is there").clone();
        definition.triggers.clear();
        facts.structure.insert(BROKEN, table, definition);
    };
    let own = after(|facts| {
        lose_triggers(facts, "cost_model");
        facts.structure.functions.by_schema.get_mut(BROKEN).expect("functions").clear();
    });
    one(&own, "functions-differ", Drift::LostFunction, "the tenant's");
    let shared = after(|facts| {
        lose_triggers(facts, "partitioned_tables");
        facts.structure.functions.remove("public", "trfn_partition_manager()");
    });
    one(&shared, "public-differs", Drift::LostFunction, "the shared one");
}
