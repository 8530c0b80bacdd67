//! The proof over the registry: every check has a fault that it finds, a page, and is silent on a healthy system.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::io::Write as _;
use std::panic::resume_unwind;
use std::path::Path;

use futures::future::join_all;
use harness::check::{
    Check, CheckResult, Expectation, Facts, Finding, Group, Judge, Observed, Outcome, judge_all, registry,
};
use harness::fact::usage::PayloadFacts;
use harness::fault::{self, Aim, Fault, SourcesStrike, Strike, Subject};
use harness::observer::database::observe_slate;
use harness::profile::TenantMaker;
use harness::target::local::{Database, Server};

use crate::api::Answered;
use crate::healthy::{self, BROKEN, of_database, pool, server};
use crate::payloads;
use crate::providers::{Live, Told};
use crate::unknown;
use crate::world::World;

/// How many faults are put in at once, each into a database of its own.
const AT_ONCE: usize = 6;

/// What a fault came to.
#[derive(Debug)]
pub(crate) struct Struck {
    pub(crate) fault: &'static Fault,
    pub(crate) findings: Vec<Finding>,
    /// What is found of what was processed by who does not know what was sent; `None` where nothing was processed.
    pub(crate) unaware: Option<Vec<Finding>>,
    /// Why nothing could be known of what was struck.
    pub(crate) error: Option<String>,
}

impl Struck {
    pub(crate) fn found(fault: &'static Fault, results: &[CheckResult]) -> Self {
        Self { fault, findings: findings(results), error: None, unaware: None }
    }
}

/// What was shown in one world.
pub(crate) struct Proof {
    proven: BTreeSet<String>,
    faults: usize,
    alarms: usize,
}

/// A thread a world, since each mostly waits for the server.
#[test]
fn every_check_is_proven_in_every_world() {
    let proofs: Vec<Proof> = std::thread::scope(|threads| {
        let worlds = World::all().into_iter().chain(World::all_of_unknown_versions());
        let proving: Vec<_> = worlds.map(|world| threads.spawn(move || prove_alone(&world))).collect();
        proving.into_iter().map(|proof| proof.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    all_are_proven(&proofs);
}

/// Proves one world, on a thread of its own.
fn prove_alone(world: &World) -> Proof {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let server = server().await;
        if world.is_known() { prove(&server, world).await } else { unknown::prove(&server, world).await }
    })
}

/// That every check of the registry is proven in one world or another.
fn all_are_proven(proofs: &[Proof]) {
    let (of_cluster, others): (Vec<&Check>, Vec<&Check>) = registry::all().partition(|check| is_of_cluster(check));
    let silent: Vec<&str> = others
        .iter()
        .map(|check| check.id)
        .filter(|id| proofs.iter().all(|proof| !proof.proven.contains(*id)))
        .collect();
    let checks = others.len();
    tell(format_args!(
        "not run here: {}; a cluster runs them by scenarios/cluster",
        of_cluster.iter().map(|check| check.id).collect::<Vec<_>>().join(", ")
    ));
    tell(format_args!(
        "all worlds: {checks} checks, {} proven, {} faults, {} silent, {} false alarms",
        checks - silent.len(),
        proofs.iter().map(|proof| proof.faults).sum::<usize>(),
        silent.len(),
        proofs.iter().map(|proof| proof.alarms).sum::<usize>()
    ));
    assert_eq!(silent, Vec::<&str>::new(), "checks that are proven in no world");
}

fn is_of_cluster(check: &Check) -> bool {
    matches!(check.judge, Judge::Chart(_) | Judge::Release { .. })
}

/// What judges a release is proven where there is one: by a fault of the chart, in a scenario that expects its finding.
#[test]
fn every_check_of_a_cluster_has_its_fault_and_its_scenario() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/cluster");
    let files = std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    let scenarios: Vec<String> = files.map(|path| std::fs::read_to_string(path).expect("is read")).collect();
    let checks: Vec<&Check> = registry::all().filter(|check| is_of_cluster(check)).collect();
    assert_eq!(checks.len(), 4);
    for check in checks {
        let strikes = |fault: &&Fault| matches!(fault.strike, Strike::Chart(_)) && fault.findings == [check.id];
        let shown = |fault: &Fault| {
            let (fault, finding) = (format!("fault: {{ {}: {{}} }}", fault.name), format!("findings: [{}]", check.id));
            scenarios.iter().any(|scenario| scenario.contains(&fault) && scenario.contains(&finding))
        };
        let faults: Vec<&Fault> = fault::registry::all().filter(strikes).collect();
        assert!(!faults.is_empty() && faults.into_iter().all(shown), "{}", check.id);
    }
}

/// Proves the checks that apply in a world.
async fn prove(server: &Server, world: &World) -> Proof {
    let mut struck = Vec::new();
    let (sources, answers) = strike_at_services(server, world, &mut struck).await;
    let of_sources = |fault: &Fault| matches!(fault.strike, Strike::Sources(_) | Strike::Answers(_));
    let others: Vec<&Fault> = fault::registry::all().filter(|fault| world.knows(fault) && !of_sources(fault)).collect();
    for at_once in others.chunks(AT_ONCE) {
        let striking = at_once.iter().map(async |fault| {
            let (facts, expectation) = strike(server, world, fault, &sources).await;
            let unaware =
                matches!(fault.strike, Strike::Processed(_)).then(|| findings(&unaware(&facts, &expectation)));
            Struck { unaware, ..Struck::found(fault, &judge(fault.strike, &facts, &expectation)) }
        });
        struck.extend(join_all(striking).await);
    }
    let alarms = false_alarms(server, world, &sources, answers).await;
    let applying: Vec<&str> = registry::all().map(|check| check.id).filter(|id| world.judges(id)).collect();
    show(world, &applying, &struck, &alarms, |fault| fault.findings.to_vec())
}

/// Says it on the terminal, also of a test that passes: what is written by the macro is shown of a failed one alone.
fn tell(line: std::fmt::Arguments<'_>) {
    writeln!(std::io::stdout().lock(), "{line}").expect("standard output");
}

/// Shows what faults came to in a world, and that it is what must come of them.
pub(crate) fn show(
    world: &World,
    applying: &[&str],
    struck: &[Struck],
    alarms: &[String],
    expected: impl Fn(&Fault) -> Vec<&'static str>,
) -> Proof {
    let proven: BTreeSet<&str> =
        struck.iter().flat_map(|one| &one.findings).map(|found| found.check.as_str()).collect();
    let silent: Vec<&str> = applying.iter().copied().filter(|id| !proven.contains(id)).collect();
    tell(format_args!(
        "{}: {} checks, {} proven, {} faults, {} silent, {} false alarms",
        world.name(),
        applying.len(),
        applying.len() - silent.len(),
        struck.len(),
        silent.len(),
        alarms.len()
    ));
    assert_eq!(silent, Vec::<&str>::new(), "checks that no fault makes speak");
    assert_eq!(alarms, Vec::<String>::new(), "findings on a healthy system");
    let differs = |one: &&Struck| ids(&one.findings) != sorted(&expected(one.fault));
    let other: Vec<&Struck> = struck.iter().filter(differs).collect();
    assert!(other.is_empty(), "faults with other findings than theirs: {other:#?}");
    for one in struck {
        let (name, error) = (one.fault.name, one.error.as_deref());
        match one.fault.error() {
            None => assert_eq!(error, None, "{name} left something unknown"),
            Some(text) => assert!(error.is_some_and(|error| error.contains(text)), "{name}: {error:?}"),
        }
        for found in &one.findings {
            let may_be = |schema| schema == BROKEN || one.fault.aim == Aim::TwoTenants;
            assert!(found.scope.schema().is_none_or(may_be), "a bystander: {found}");
        }
    }
    let of_all = struck.iter().filter_map(|one| Some((one, one.unaware.as_ref()?)));
    let mut without_payload = BTreeSet::new();
    for (one, unaware) in of_all.clone() {
        for found in unaware {
            assert!(one.fault.findings.contains(&found.check.as_str()), "{}: {found}", one.fault.name);
            without_payload.insert(found.check.as_str());
        }
    }
    let judging_tenants = registry::all().filter(|check| matches!(check.judge, Judge::PayloadOrTenant { .. }));
    let judging_tenants: BTreeSet<&str> = judging_tenants.map(|check| check.id).collect();
    if world.is_known() {
        assert_eq!(without_payload, judging_tenants, "checks that speak where nobody knows what was sent");
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.add_filter(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", "<time>");
    settings.add_filter(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "<time>");
    settings.add_filter(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "<uuid>");
    settings.add_filter(r"127\.0\.0\.1:\d+", "<host>");
    settings.add_filter(r"\d+(\.\d+)? (s|ms)\b", "<elapsed>");
    settings.add_filter(r"e2e_[a-z0-9_]+", "<database>");
    let way = world.way();
    settings.bind(|| {
        insta::assert_snapshot!(format!("checks_faults_and_findings{way}"), matrix(struck));
        insta::assert_snapshot!(format!("checks_findings_in_words{way}"), words(struck, world.is_known()));
        if world.is_known() {
            let unaware = of_all.flat_map(|(one, unaware)| unaware.iter().map(|found| (one.fault.name, found)));
            insta::assert_snapshot!(format!("checks_findings_without_a_payload{way}"), told(unaware));
        }
    });
    let proven = proven.into_iter().map(str::to_owned).collect();
    Proof { proven, faults: struck.len(), alarms: alarms.len() }
}

/// Does at the Sources API what faults do wrong there. Gives what it says of the providers while nothing is wrong.
async fn strike_at_services(server: &Server, world: &World, struck: &mut Vec<Struck>) -> (Told, Answered) {
    let database = match world.maker() {
        TenantMaker::BootstrapJob => world.tenants(server, "live").await,
        TenantMaker::FirstSource => world.migrated(server, "live").await,
    };
    let live = Live::start(world, database.urls()).await;
    let made = live.make_providers().await;
    let (sources, answers) = (live.observe(&made).await, live.ask_koku(None).await);
    for fault in fault::registry::all().filter(|fault| world.knows(fault)) {
        match fault.strike {
            Strike::Answers(wrong) if wrong.at_koku => {
                struck.push(refuse_reports(world, &database, &live, fault).await);
            }
            Strike::Answers(_) => struck.push(answer_wrongly(world, &database, &live, &sources, fault).await),
            _ => {}
        }
    }
    let known = fault::registry::all().filter(|fault| world.knows(fault));
    let mut strikes: Vec<(SourcesStrike, &Fault)> = known
        .filter_map(|fault| match fault.strike {
            Strike::Sources(strike) => Some((strike, fault)),
            _ => None,
        })
        .collect();
    // It comes last: some time after its application, Koku takes the provider away too.
    strikes.sort_by_key(|(strike, _)| *strike == SourcesStrike::ForgetApplication);
    for (strike, fault) in strikes {
        let mut told = sources.clone();
        told.insert(made[0].scope.clone(), Observed::Seen(live.strike(strike, &made[0]).await));
        let facts = Facts { sources: told, ..of_database(healthy::observe_by(&world.catalog, &database).await) };
        let expectation = healthy::expectation_of(world, &database).await;
        struck.push(Struck::found(fault, &judge(fault.strike, &facts, &expectation)));
    }
    struck.sort_by_key(|one| fault::registry::all().position(|fault| fault.name == one.fault.name));
    live.stop().await;
    database.discard().await.expect("dropped");
    (sources, answers)
}

/// Asks Koku's API while it does wrong what a fault has it do.
async fn refuse_reports(world: &World, database: &Database, live: &Live, fault: &'static Fault) -> Struck {
    let answers = live.ask_koku_in_trouble(fault).await;
    let facts = Facts { answers, ..of_database(healthy::observe_by(&world.catalog, database).await) };
    let expectation = healthy::expectation_of(world, database).await;
    Struck::found(fault, &judge(fault.strike, &facts, &expectation))
}

/// Makes one more provider while services do wrong what a fault has them do.
async fn answer_wrongly(
    world: &World,
    database: &Database,
    live: &Live,
    healthy: &Told,
    fault: &'static Fault,
) -> Struck {
    let (seen, expected) = live.make_in_trouble(fault).await;
    let mut sources = healthy.clone();
    let scope = expected.scope();
    sources.insert(scope.clone(), seen);
    let facts = Facts { sources, ..of_database(healthy::observe_by(&world.catalog, database).await) };
    let mut expectation = healthy::expectation_of(world, database).await;
    expectation.providers.push(expected);
    let results = judge(fault.strike, &facts, &expectation);
    let error = results.iter().filter(|result| result.scope == scope).find_map(|result| match &result.outcome {
        Outcome::Errored { why } => Some(why.clone()),
        _ => None,
    });
    Struck { error, ..Struck::found(fault, &results) }
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
async fn strike(server: &Server, world: &World, fault: &Fault, sources: &Told) -> (Facts, Expectation) {
    let subject = world.subject();
    let database = match fault.strike {
        Strike::EmptyDatabase(_) | Strike::MigrateWithoutExtension | Strike::StopMigration => {
            server.empty(fault.name).await.expect("a database")
        }
        Strike::Migrated(_) => world.migrated(server, fault.name).await,
        Strike::Database(_) => world.tenants(server, fault.name).await,
        Strike::Processed(_) => world.payload(server, fault.name).await,
        _ => world.providers(server, fault.name).await,
    };
    let expectation = match fault.strike {
        Strike::EmptyDatabase(_) | Strike::MigrateWithoutExtension | Strike::StopMigration | Strike::Migrated(_) => {
            world.expectation()
        }
        _ => healthy::expectation_of(world, &database).await,
    };
    // Of a system in which nobody was to make providers yet, none are expected.
    let none = Expectation { providers: vec![], ..expectation.clone() };
    let observe = async || of_database(healthy::observe_by(&world.catalog, &database).await);
    let judged = match fault.strike {
        Strike::EmptyDatabase(_) => {
            put_in(fault, &database, &subject).await;
            let slate = observe_slate(database.observer_url()).await.expect("a slate");
            (Facts { slate: Observed::Seen(slate), ..Facts::default() }, none)
        }
        Strike::MigrateWithoutExtension | Strike::StopMigration => {
            let owner = pool(database.owner_url()).await;
            fake_koku::migrate::migrate(&owner, world.fake_catalog()).await.expect_err("the migration must stop");
            owner.close().await;
            if matches!(fault.strike, Strike::StopMigration) {
                make_extensions(&database).await;
            }
            (observe().await, none)
        }
        Strike::Migrated(_) | Strike::Database(_) => {
            put_in(fault, &database, &subject).await;
            (observe().await, none)
        }
        Strike::Processed(_) => {
            put_in(fault, &database, &subject).await;
            let seen = payloads::look(world, database.urls()).await;
            with_payload(observe().await, sources, seen, expectation)
        }
        Strike::Payload(strike) => {
            let seen = payloads::deliver(world, database.urls(), Some(strike)).await;
            with_payload(observe().await, sources, seen, expectation)
        }
        _ => {
            put_in(fault, &database, &subject).await;
            (Facts { sources: sources.clone(), ..observe().await }, expectation)
        }
    };
    database.discard().await.expect("dropped");
    judged
}

/// Facts and expectation of a system that was sent a payload.
fn with_payload(facts: Facts, sources: &Told, seen: PayloadFacts, expectation: Expectation) -> (Facts, Expectation) {
    let payload = payloads::expected();
    let payloads = [(payload.scope(), Observed::Seen(seen))].into();
    (Facts { sources: sources.clone(), payloads, ..facts }, Expectation { payloads: vec![payload], ..expectation })
}

/// Makes what the migration had no right to make, too late for it.
async fn make_extensions(database: &Database) {
    let administrator = pool(database.superuser_url()).await;
    let extension = "CREATE EXTENSION pg_stat_statements SCHEMA public";
    sqlx::query(extension).execute(&administrator).await.expect("a superuser may");
    administrator.close().await;
}

pub(crate) async fn put_in(fault: &Fault, database: &Database, subject: &Subject) {
    let administrator = pool(database.superuser_url()).await;
    fault.put_in(&administrator, subject).await.unwrap_or_else(|error| panic!("{error:?}"));
    administrator.close().await;
}

/// Judges by every check that a phase at this point would ask: before tenants are made, that none is there; later all others.
/// What was not looked at cannot be judged, and is no finding.
fn judge(strike: Strike, facts: &Facts, expectation: &Expectation) -> Vec<CheckResult> {
    match strike {
        Strike::Migrated(_) => before_tenants(facts, expectation),
        _ => judge_all(with_tenants(), facts, expectation),
    }
}

/// Judges as who does not know what was sent.
fn unaware(facts: &Facts, expectation: &Expectation) -> Vec<CheckResult> {
    judge_all(with_tenants(), facts, &Expectation { payloads: vec![], ..expectation.clone() })
}

fn before_tenants(facts: &Facts, expectation: &Expectation) -> Vec<CheckResult> {
    judge_all(registry::of(&[Group::NoTenantYet]), facts, expectation)
}

fn with_tenants() -> impl Iterator<Item = &'static Check> {
    registry::all().filter(|check| check.group != Group::NoTenantYet)
}

pub(crate) fn findings(results: &[CheckResult]) -> Vec<Finding> {
    results.iter().flat_map(|result| result.outcome.findings()).cloned().collect()
}

/// What any check finds on a system where nothing is wrong, or examines nothing.
async fn false_alarms(server: &Server, world: &World, sources: &Told, answers: Answered) -> Vec<String> {
    let empty = server.empty("healthy-slate").await.expect("a database");
    let slate = observe_slate(empty.observer_url()).await.expect("a slate");
    empty.discard().await.expect("dropped");
    let database = world.payload(server, "healthy-all").await;
    let seen = payloads::look(world, database.urls()).await;
    let observed = of_database(healthy::observe_by(&world.catalog, &database).await);
    let facts = Facts { slate: Observed::Seen(slate), answers, ..observed };
    let expectation = healthy::expectation_of(world, &database).await;
    let (facts, expectation) = with_payload(facts, sources, seen, expectation);
    database.discard().await.expect("dropped");
    let mut results = judge_all(with_tenants(), &facts, &expectation);
    results.extend(unaware(&facts, &expectation));
    if world.maker() == TenantMaker::FirstSource {
        let database = world.migrated(server, "healthy-before").await;
        let facts = of_database(healthy::observe_by(&world.catalog, &database).await);
        database.discard().await.expect("dropped");
        results.extend(before_tenants(&facts, &expectation));
    }
    let alarm = |result: &CheckResult| format!("{} {}: {:?}", result.check, result.scope, result.outcome);
    let applying = results.iter().filter(|result| world.judges(result.check));
    applying.filter(|result| !result.outcome.passed() || result.examined == 0).map(alarm).collect()
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
        let came = match (&one.error, ids(&one.findings)) {
            (Some(_), _) => "(could not be observed)".to_owned(),
            (None, none) if none.is_empty() => "(nothing: it is coped with)".to_owned(),
            (None, ids) => ids.join(", "),
        };
        writeln!(text, "{:<26} {came}", one.fault.name).expect("writes");
    }
    text
}

/// Each check's first finding; where few checks find everything, each fault's.
fn words(struck: &[Struck], once_a_check: bool) -> String {
    let mut once: BTreeMap<(&str, &str), (&str, &Finding)> = BTreeMap::new();
    for one in struck {
        for found in &one.findings {
            let of_fault = if once_a_check { "" } else { one.fault.name };
            once.entry((&found.check, of_fault)).or_insert((one.fault.name, found));
        }
    }
    told(once.into_values())
}

fn told<'a>(findings: impl Iterator<Item = (&'a str, &'a Finding)>) -> String {
    let mut text = String::new();
    for (fault, found) in findings {
        writeln!(text, "{found}\n  cause:  {}\n  remedy: {}\n  (by {fault})\n", found.cause, found.remedy)
            .expect("writes");
    }
    text
}
