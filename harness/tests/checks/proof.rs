//! The proof over the registry: every check has a fault that it finds, a page, and is silent on a healthy system.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use harness::check::{CheckResult, Expectation, Facts, Finding, Observed, judge_all, registry};
use harness::fact::usage::PayloadFacts;
use harness::fault::{self, Fault, Strike, Subject};
use harness::observer::database::observe_slate;
use harness::target::local::{Database, Server};

use crate::healthy::{self, BROKEN, expectation, observe, of_database, pool, server};
use crate::payloads;
use crate::providers::{Live, Sources};

/// What a fault came to.
struct Struck {
    fault: &'static Fault,
    findings: Vec<Finding>,
}

#[tokio::test]
async fn every_check_is_proven() {
    let server = server().await;
    let live_database = healthy::database(&server, "live").await;
    let live = Live::start(live_database.urls()).await;
    let made = live.make_providers().await;
    let sources = live.observe(&made).await;
    let mut struck = Vec::new();
    for fault in fault::registry::all() {
        let (facts, expectation) = match fault.strike {
            Strike::Sources(strike) => {
                let mut struck = sources.clone();
                struck.insert(made[0].scope.clone(), Observed::Seen(live.strike(strike, &made[0]).await));
                let facts = Facts { sources: struck, ..of_database(observe(&live_database).await) };
                (facts, healthy::expectation_of(&live_database).await)
            }
            _ => strike(&server, fault, &sources).await,
        };
        struck.push(Struck { fault, findings: findings(&judge(&facts, &expectation)) });
    }
    live.stop().await;
    live_database.discard().await.expect("dropped");
    let alarms = false_alarms(&server, &sources).await;
    let proven: BTreeSet<&str> =
        struck.iter().flat_map(|one| &one.findings).map(|found| found.check.as_str()).collect();
    let silent: Vec<&str> = registry::all().map(|check| check.id).filter(|id| !proven.contains(id)).collect();
    let (checks, faults) = (registry::all().count(), struck.len());
    println!(
        "{checks} checks, {} proven, {faults} faults, {} silent, {} false alarms",
        checks - silent.len(),
        silent.len(),
        alarms.len()
    );
    assert_eq!(silent, Vec::<&str>::new(), "checks that no fault makes speak");
    assert_eq!(alarms, Vec::<String>::new(), "findings on a healthy system");
    for one in &struck {
        assert_eq!(ids(&one.findings), sorted(one.fault.findings), "{}: {:#?}", one.fault.name, one.findings);
        for found in &one.findings {
            assert!(found.scope.schema().is_none_or(|schema| schema == BROKEN), "a bystander: {found}");
        }
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.add_filter(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", "<time>");
    settings.add_filter(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "<uuid>");
    settings.add_filter(r"127\.0\.0\.1:\d+", "<host>");
    settings.add_filter(r"\d+(\.\d+)? (s|ms)\b", "<elapsed>");
    settings.add_filter(r"e2e_[a-z0-9_]+", "<database>");
    settings.bind(|| {
        insta::assert_snapshot!("checks_faults_and_findings", matrix(&struck));
        insta::assert_snapshot!("checks_findings_in_words", words(&struck));
    });
}

#[test]
fn every_check_has_a_page_that_explains_it() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/checks");
    let mut known = BTreeSet::new();
    for check in registry::all() {
        let page = std::fs::read_to_string(pages.join(format!("{}.md", check.id)))
            .unwrap_or_else(|error| panic!("docs/checks/{}.md: {error}", check.id));
        assert!(page.starts_with(&format!("# {}\n", check.id)), "{}", check.id);
        for heading in ["## What you see", "## Cause", "## Remedy", "## Source"] {
            assert!(page.contains(heading), "{}: {heading}", check.id);
        }
        assert!(known.insert(format!("{}.md", check.id)), "{} stands twice", check.id);
        for presupposed in check.presupposes {
            assert!(registry::find(presupposed).is_some(), "{} presupposes {presupposed}", check.id);
        }
    }
    for entry in std::fs::read_dir(pages).expect("docs/checks") {
        let name = entry.expect("an entry").file_name().into_string().expect("a name");
        assert!(known.contains(&name), "docs/checks/{name} is of no check");
    }
}

/// Puts a fault in and looks through the observers.
async fn strike(server: &Server, fault: &Fault, sources: &Sources) -> (Facts, Expectation) {
    let subject =
        Subject { schema: BROKEN.to_owned(), org_id: BROKEN.to_owned(), owner_role: "koku".to_owned(), table: None };
    let database = match fault.strike {
        Strike::EmptyDatabase(_) | Strike::MigrateWithoutExtension => {
            server.empty(fault.name).await.expect("a database")
        }
        Strike::Database(_) => healthy::database(server, fault.name).await,
        Strike::Processed(_) => healthy::database_with_payload(server, fault.name).await,
        _ => healthy::database_with_providers(server, fault.name).await,
    };
    let expectation = match fault.strike {
        Strike::EmptyDatabase(_) | Strike::MigrateWithoutExtension => expectation(),
        _ => healthy::expectation_of(&database).await,
    };
    // Of a system in which nobody was to make providers yet, none are expected.
    let none = Expectation { providers: vec![], ..expectation.clone() };
    let judged = match fault.strike {
        Strike::EmptyDatabase(_) => {
            put_in(fault, &database, &subject).await;
            let slate = observe_slate(database.observer_url()).await.expect("a slate");
            (Facts { slate: Observed::Seen(slate), ..Facts::default() }, none)
        }
        Strike::MigrateWithoutExtension => {
            let owner = pool(database.owner_url()).await;
            let catalog = fake_koku::catalog::Catalog::koku_217();
            fake_koku::migrate::migrate(&owner, catalog).await.expect_err("the migration must stop");
            owner.close().await;
            (of_database(observe(&database).await), none)
        }
        Strike::Database(_) => {
            put_in(fault, &database, &subject).await;
            (of_database(observe(&database).await), none)
        }
        Strike::Processed(_) => {
            put_in(fault, &database, &subject).await;
            let seen = payloads::look(database.urls()).await;
            with_payload(of_database(observe(&database).await), sources, seen, expectation)
        }
        Strike::Payload(strike) => {
            let seen = payloads::deliver(database.urls(), Some(strike)).await;
            with_payload(of_database(observe(&database).await), sources, seen, expectation)
        }
        _ => {
            put_in(fault, &database, &subject).await;
            (Facts { sources: sources.clone(), ..of_database(observe(&database).await) }, expectation)
        }
    };
    database.discard().await.expect("dropped");
    judged
}

/// Facts and expectation of a system that was sent a payload.
fn with_payload(facts: Facts, sources: &Sources, seen: PayloadFacts, expectation: Expectation) -> (Facts, Expectation) {
    let payload = payloads::expected();
    let payloads = [(payload.scope(), Observed::Seen(seen))].into();
    (Facts { sources: sources.clone(), payloads, ..facts }, Expectation { payloads: vec![payload], ..expectation })
}

async fn put_in(fault: &Fault, database: &Database, subject: &Subject) {
    let administrator = pool(database.superuser_url()).await;
    fault.put_in(&administrator, subject).await.unwrap_or_else(|error| panic!("{error:?}"));
    administrator.close().await;
}

/// Judges by every check. What was not looked at cannot be judged, and is no finding.
fn judge(facts: &Facts, expectation: &Expectation) -> Vec<CheckResult> {
    judge_all(registry::all(), facts, expectation)
}

fn findings(results: &[CheckResult]) -> Vec<Finding> {
    results.iter().flat_map(|result| result.outcome.findings()).cloned().collect()
}

/// What any check finds on a system where nothing is wrong, or examines nothing.
async fn false_alarms(server: &Server, sources: &Sources) -> Vec<String> {
    let empty = server.empty("healthy-slate").await.expect("a database");
    let slate = observe_slate(empty.observer_url()).await.expect("a slate");
    empty.discard().await.expect("dropped");
    let database = healthy::database_with_payload(server, "healthy-all").await;
    let seen = payloads::look(database.urls()).await;
    let facts = Facts { slate: Observed::Seen(slate), ..of_database(observe(&database).await) };
    let (facts, expectation) = with_payload(facts, sources, seen, healthy::expectation_of(&database).await);
    database.discard().await.expect("dropped");
    let results = judge(&facts, &expectation);
    let alarm = |result: &CheckResult| format!("{} {}: {:?}", result.check, result.scope, result.outcome);
    results.iter().filter(|result| !result.outcome.passed() || result.examined == 0).map(alarm).collect()
}

fn ids(findings: &[Finding]) -> Vec<&str> {
    let mut ids: Vec<&str> = findings.iter().map(|found| found.check.as_str()).collect();
    ids.sort_unstable();
    ids
}

fn sorted(ids: &[&'static str]) -> Vec<&'static str> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids
}

fn matrix(struck: &[Struck]) -> String {
    let mut text = String::new();
    for one in struck {
        writeln!(text, "{:<26} {}", one.fault.name, ids(&one.findings).join(", ")).expect("writes");
    }
    text
}

fn words(struck: &[Struck]) -> String {
    let mut once: BTreeMap<&str, (&str, &Finding)> = BTreeMap::new();
    for one in struck {
        for found in &one.findings {
            once.entry(&found.check).or_insert((one.fault.name, found));
        }
    }
    let mut text = String::new();
    for (fault, found) in once.values() {
        writeln!(text, "{found}\n  cause:  {}\n  remedy: {}\n  (by {fault})\n", found.cause, found.remedy)
            .expect("writes");
    }
    text
}
