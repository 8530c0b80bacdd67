//! What holds of every kind of change, wherever it happens.

use std::collections::BTreeSet;

use harness::check::{Finding, registry};
use harness::fact::database::DatabaseFacts;
use harness::fact::structure::StructureFacts;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::change::{Change, all};
use super::pick::Pick;
use super::system::{HEALTHY, Healthy, findings, judged};
use crate::healthy::{BROKEN, BYSTANDER};

/// How many choices a change may take.
const CHOICES: usize = 4;

/// How often each kind is tried in each world, if `PROPTEST_CASES` says nothing else.
const CASES: u32 = 4;

/// How often, where the kind of change hardly matters.
const FEW: u32 = 1;

/// Tries every kind of change in every world in which its checks apply. `holds` gets the changed facts and what they must name.
fn for_every_change(
    cases: u32,
    holds: fn(&Healthy, &Change, DatabaseFacts, &str, Shuffle) -> Result<(), TestCaseError>,
) {
    let mut made = BTreeSet::new();
    for healthy in HEALTHY.iter() {
        for change in all().filter(|change| change.found_by.iter().all(|check| healthy.world.judges(check))) {
            let mut config = Config { failure_persistence: None, ..Config::default() };
            if std::env::var_os("PROPTEST_CASES").is_none() {
                config.cases = cases;
            }
            let choices = (vec(any::<Index>(), CHOICES), any::<u64>().prop_map(Shuffle));
            let outcome = TestRunner::new(config).run(&choices, |(choices, shuffle)| {
                let mut facts = healthy.facts.clone();
                let place = (change.make)(&mut facts, &mut Pick(choices.iter()), &healthy.expectation);
                let place = place.expect("a place for the change");
                prop_assert_ne!(&facts, &healthy.facts, "{} changes nothing", change.what);
                holds(healthy, change, facts, &place, shuffle)
            });
            outcome.unwrap_or_else(|why| panic!("{}, {}: {why}", healthy.world.profile.name, change.what));
            made.insert(change.what);
        }
    }
    let kinds: Vec<&str> = all().map(|change| change.what).collect();
    assert_eq!(made.len(), kinds.len(), "each kind is made, and each has a name of its own: {kinds:?}");
}

#[test]
fn any_single_change_is_found_by_the_checks_that_are_meant_for_it_and_nowhere_else() {
    for_every_change(CASES, |healthy, change, facts, place, _| {
        let results = judged(facts, &healthy.expectation);
        let found = findings(&results);
        let mut ids: Vec<&str> = found.iter().map(|found| found.check.as_str()).collect();
        ids.sort_unstable();
        prop_assert_eq!(&ids, change.found_by, "{}: {:#?}", place, found);
        let bystander = |found: &&Finding| found.scope.schema() == Some(BYSTANDER);
        prop_assert!(!found.iter().copied().any(|found| bystander(&found)), "{:#?}", found);
        let names = |found: &&Finding| format!("{found} {}", found.remedy).contains(place);
        prop_assert!(found.iter().copied().any(|found| names(&found)), "{} is not named: {:#?}", place, found);
        Ok(())
    });
}

#[test]
fn facts_that_were_saved_and_read_are_judged_alike() {
    for_every_change(FEW, |healthy, _, facts, _, _| {
        let text = serde_json::to_string(&facts).expect("facts can be saved");
        let read: DatabaseFacts = serde_json::from_str(&text).expect("facts can be read");
        prop_assert_eq!(&read, &facts);
        prop_assert_eq!(judged(read, &healthy.expectation), judged(facts, &healthy.expectation));
        Ok(())
    });
}

#[test]
fn the_order_of_facts_does_not_matter() {
    for_every_change(FEW, |healthy, _, facts, _, mut shuffle| {
        let expected = judged(facts.clone(), &healthy.expectation);
        prop_assert_eq!(judged(shuffle.facts(facts), &healthy.expectation), expected);
        Ok(())
    });
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    for healthy in HEALTHY.iter() {
        let results = judged(healthy.facts.clone(), &healthy.expectation);
        assert_eq!(findings(&results), Vec::<&Finding>::new());
        for result in results.iter().filter(|result| healthy.world.judges(result.check)) {
            assert!(result.outcome.passed() && result.examined > 0, "{} {}", result.check, result.outcome);
        }
    }
}

#[test]
fn every_check_of_a_database_finds_some_change() {
    let found: BTreeSet<&str> = all().flat_map(|change| change.found_by).copied().collect();
    let judged = HEALTHY.iter().flat_map(|healthy| {
        let results = judged(healthy.facts.clone(), &healthy.expectation);
        results.into_iter().map(|result| result.check).filter(|check| healthy.world.judges(check))
    });
    let judged: BTreeSet<&str> = judged.collect();
    assert_eq!(judged.difference(&found).collect::<Vec<_>>(), Vec::<&&str>::new(), "checks that find no change");
    assert!(found.iter().all(|id| registry::find(id).is_some()));
    assert!(HEALTHY.iter().all(|healthy| healthy.facts.structure.count(BROKEN) > 200));
}

/// Puts what stands in lists in another order.
#[derive(Debug, Clone, Copy)]
struct Shuffle(u64);

impl Shuffle {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % below
    }

    /// A new place for each of so many things.
    fn places(&mut self, count: usize) -> Vec<usize> {
        let mut places: Vec<usize> = (0..count).collect();
        for last in (1..count).rev() {
            places.swap(last, self.next(last + 1));
        }
        places
    }

    fn list<T: Clone>(&mut self, list: &mut [T]) {
        let old = list.to_vec();
        for (one, place) in old.into_iter().zip(self.places(list.len())) {
            list[place] = one;
        }
    }

    fn facts(&mut self, mut facts: DatabaseFacts) -> DatabaseFacts {
        let DatabaseFacts { tenants, domains, customers, providers, structure, .. } = &mut facts;
        for rows in tenants.iter_mut() {
            self.list(rows);
        }
        for rows in domains.iter_mut() {
            self.list(rows);
        }
        for rows in customers.iter_mut() {
            self.list(rows);
        }
        for rows in providers.iter_mut() {
            self.list(rows);
        }
        self.definitions(structure);
        facts
    }

    /// Which definition stands first is chance: whichever schema is looked at first has it.
    fn definitions(&mut self, structure: &mut StructureFacts) {
        let places = self.places(structure.definitions.len());
        let mut moved = structure.definitions.clone();
        for (old, place) in places.iter().enumerate() {
            moved[*place].clone_from(&structure.definitions[old]);
        }
        structure.definitions = moved;
        for index in structure.tables.values_mut().flat_map(|tables| tables.values_mut()) {
            *index = places[*index];
        }
    }
}
