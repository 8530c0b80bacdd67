use std::collections::BTreeSet;

use super::{before_database, turned_round};
use crate::fact::release::{ChartFacts, HookFact};

fn hook(kind: &str, component: &str, event: &str, weight: i32) -> HookFact {
    HookFact {
        kind: kind.to_owned(),
        name: format!("the-{component}"),
        component: Some(component.to_owned()),
        events: BTreeSet::from([event.to_owned()]),
        weight,
        delete_policies: BTreeSet::new(),
    }
}

fn is_early(database: Option<i32>, job: &HookFact) -> bool {
    let database = database.map(|weight| hook("StatefulSet", "database", "pre-install", weight));
    let facts = ChartFacts { hooks: database.into_iter().collect(), ..ChartFacts::default() };
    before_database(&facts, "database", [Some(job), None]).is_some()
}

#[test]
fn a_job_at_pre_install_needs_a_database_that_is_a_hook_before_it() {
    let job = hook("Job", "migrate", "pre-install", 0);
    assert!(is_early(None, &job), "an ordinary database comes after all of pre-install");
    assert!(is_early(Some(0), &job), "the order of equal weights is that of names");
    assert!(!is_early(Some(-10), &job), "as in the public chart");
    assert!(!is_early(None, &hook("Job", "migrate", "post-install", -10)));
    assert!(!is_early(None, &hook("Job", "migrate", "pre-upgrade", 0)), "the database is there at an upgrade");
}

#[test]
fn tenants_come_after_the_migration_of_the_same_action() {
    let turned = |migrate: (&str, i32), bootstrap: (&str, i32)| {
        turned_round(
            &hook("Job", "b-migrate", migrate.0, migrate.1),
            &hook("Job", "c-bootstrap", bootstrap.0, bootstrap.1),
        )
        .is_some()
    };
    assert!(!turned(("post-install", 0), ("post-install", 5)));
    assert!(turned(("post-install", 0), ("post-install", -5)));
    assert!(!turned(("post-install", 0), ("post-install", 0)), "by their names");
    assert!(turned(("post-install", 0), ("pre-install", 5)));
    assert!(!turned(("pre-install", 9), ("post-install", -5)));
    assert!(!turned(("post-install", 0), ("post-upgrade", -5)), "they never run in one action");
}
