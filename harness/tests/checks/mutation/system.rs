//! Healthy systems of each world, made without a database, and what is found in them.

use std::sync::LazyLock;

use harness::check::{CheckResult, Expectation, Finding, Group, judge_all, registry};
use harness::fact::database::DatabaseFacts;

use crate::healthy::of_database;
use crate::model;
use crate::world::World;

/// One healthy system.
pub(super) struct Healthy {
    pub(super) world: World,
    pub(super) facts: DatabaseFacts,
    pub(super) expectation: Expectation,
}

/// One of each world: facts that say exactly what catalog and expectation demand.
pub(super) static HEALTHY: LazyLock<Vec<Healthy>> = LazyLock::new(|| {
    let healthy = |world: World| {
        let expectation = Expectation { providers: vec![], ..world.expectation() };
        let mut facts = model::empty_facts();
        model::fill(&mut facts, &expectation);
        Healthy { world, facts, expectation }
    };
    World::all().into_iter().map(healthy).collect()
});

/// How every check of a database ends that has tenants.
pub(super) fn judged(facts: DatabaseFacts, expectation: &Expectation) -> Vec<CheckResult> {
    let checks = registry::of(&[Group::Install, Group::Tenant, Group::Tables]);
    judge_all(checks, &of_database(facts), expectation)
}

/// What any of them finds.
pub(super) fn findings(results: &[CheckResult]) -> Vec<&Finding> {
    results.iter().flat_map(|result| result.outcome.findings()).collect()
}
