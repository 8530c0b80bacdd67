//! `doctor` on every fault: the findings of the matrix, though no plan tells it what must be there; or what it says instead, and why.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use futures::StreamExt;
use harness::check::Finding;
use harness::doctor::{Chosen, Diagnosis, FactsFile, Knowledge, NotRecognised, Place, Request, diagnose, look};
use harness::exit_code::ExitCode;
use harness::fault::{self, Fault, OtherTenant, Strike, Subject};
use harness::target::local::{Database, Server};

use crate::healthy::{BROKEN, BYSTANDER, fixtures, pool, server};
use crate::world::World;

/// What doctor says of a fault instead of the matrix's findings, and why it cannot know better.
struct Otherwise {
    fault: &'static str,
    findings: &'static [&'static str],
    why: &'static str,
}

/// How many faults are struck at once, each in a database of its own.
const AT_ONCE: usize = 4;

/// Stands for an observation that failed.
const NOT_OBSERVED: &str = "(could not be observed)";

const NO_PAYLOAD_IS_KNOWN: &str = "nobody knows what was sent, so that no numbers are expected";
const NO_LONGER_EARLY: &str = "nobody knows whether the org's first source was made";

const OTHERWISE: &[Otherwise] = &[
    Otherwise {
        fault: "old-tenant",
        findings: &["extension-missing", "extension-missing"],
        why: "what was there before install is not to be told from what install made",
    },
    Otherwise {
        fault: "old-tables",
        findings: &[NOT_OBSERVED],
        why: "tables of Koku's names that have not its columns cannot be read",
    },
    Otherwise {
        fault: "old-schema",
        findings: &["extension-missing", "extension-missing"],
        why: "what was there before install is not to be told from what install made",
    },
    Otherwise {
        fault: "newer-koku",
        findings: &[],
        why: "the version is recognised, said to be unknown, and judged without a catalog",
    },
    Otherwise { fault: "misname-customer-account", findings: &[], why: "nobody knows which account an org has" },
    Otherwise {
        fault: "forget-source",
        findings: &[],
        why: "providers are expected by their sources; one without may be somebody's own",
    },
    Otherwise { fault: "early-schema", findings: &["schema-without-tenant"], why: NO_LONGER_EARLY },
    Otherwise { fault: "early-tenant", findings: &["tenant-without-schema"], why: NO_LONGER_EARLY },
    Otherwise {
        fault: "early-provider",
        findings: &[],
        why: "nobody knows when the bootstrap ended, and providers of other people are rightly there",
    },
];

/// What one fault came to.
struct Struck {
    fault: &'static Fault,
    findings: Vec<String>,
}

impl Struck {
    /// What doctor must say of the fault, and why that is not what the matrix says, where it is not.
    fn expected(&self) -> (Vec<String>, Option<&'static str>) {
        let matrix = sorted(self.fault.findings);
        match OTHERWISE.iter().find(|other| other.fault == self.fault.name) {
            Some(other) => (sorted(other.findings), Some(other.why)),
            None if matches!(self.fault.strike, Strike::Processed(_)) && self.findings != matrix => {
                (Vec::new(), Some(NO_PAYLOAD_IS_KNOWN))
            }
            None => (matrix, None),
        }
    }
}

#[tokio::test]
async fn doctor_finds_what_the_matrix_says() {
    let server = server().await;
    let knowledge = Knowledge::load(&fixtures()).expect("profiles and catalogs");
    for world in World::all() {
        let faults = fault::registry::all().filter(|fault| world.knows(fault));
        let struck = futures::stream::iter(faults).map(|fault| strike(&server, &world, &knowledge, fault));
        let struck: Vec<Option<Struck>> = struck.buffered(AT_ONCE).collect().await;
        assert_as_listed(&world, &struck.into_iter().flatten().collect::<Vec<_>>());
    }
}

/// Each fault has the matrix's findings, or those of the list, which differ.
fn assert_as_listed(world: &World, struck: &[Struck]) {
    let mut text = String::new();
    let mut wrong = Vec::new();
    for one in struck {
        let (expected, why) = one.expected();
        if one.findings != expected {
            wrong.push(format!("{}: {:?}, not {expected:?}", one.fault.name, one.findings));
        }
        assert!(why.is_none() || expected != sorted(one.fault.findings), "{} needs no exception", one.fault.name);
        write!(text, "{:<26} {}", one.fault.name, one.findings.join(", ")).expect("writes");
        if let Some(why) = why {
            write!(text, " (not {}: {why})", one.fault.findings.join(", ")).expect("writes");
        }
        text.push('\n');
    }
    assert_eq!(wrong, Vec::<String>::new(), "{}", world.profile.name);
    let beyond =
        fault::registry::all().filter(|fault| world.knows(fault) && struck.iter().all(|one| one.fault != *fault));
    let beyond: Vec<&str> = beyond.map(|fault| fault.name).collect();
    writeln!(text, "\nnothing in a database: {}", beyond.join(", ")).expect("writes");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("doctor__matrix_{}", world.profile.name), text));
}

fn subject(world: &World) -> Subject {
    let org_id = world.org_id(BROKEN).to_owned();
    let other = OtherTenant { schema: BYSTANDER.to_owned(), org_id: world.org_id(BYSTANDER).to_owned() };
    Subject {
        schema: BROKEN.to_owned(),
        org_id,
        other: Some(other),
        provider: None,
        owner_role: "koku".to_owned(),
        choices: BTreeMap::new(),
    }
}

/// Puts a fault in, where it is one of statements, and asks doctor.
async fn strike(server: &Server, world: &World, knowledge: &Knowledge, fault: &'static Fault) -> Option<Struck> {
    let migrates = matches!(fault.strike, Strike::MigrateWithoutExtension);
    if !migrates {
        fault.statements(&subject(world))?;
    }
    let name = format!("doctor-{}", fault.name);
    let database = match fault.strike {
        Strike::EmptyDatabase(_) | Strike::MigrateWithoutExtension => server.empty(&name).await.expect("a database"),
        Strike::Migrated(_) => world.migrated(server, &name).await,
        Strike::Database(_) => world.tenants(server, &name).await,
        Strike::Processed(_) => world.payload(server, &name).await,
        _ => world.providers(server, &name).await,
    };
    if migrates {
        let owner = pool(database.owner_url()).await;
        fake_koku::migrate::migrate(&owner, world.fake_catalog()).await.expect_err("the migration must stop");
        owner.close().await;
    } else {
        let administrator = pool(database.superuser_url()).await;
        fault.put_in(&administrator, &subject(world)).await.unwrap_or_else(|error| panic!("{error:?}"));
        administrator.close().await;
    }
    let file = facts_of(knowledge, &database, None).await;
    database.discard().await.expect("dropped");
    let diagnosis = of_profile(&file, knowledge, &world.profile.name);
    if !diagnosis.unobserved.is_empty() && diagnosis.findings().is_empty() {
        return Some(Struck { fault, findings: vec![NOT_OBSERVED.to_owned()] });
    }
    assert_eq!(diagnosis.unobserved, [], "{}", fault.name);
    assert_judged_later_alike(&file, knowledge, &diagnosis);
    assert_recognised(&file, knowledge, world, fault);
    Some(Struck { fault, findings: ids(&diagnosis.findings()) })
}

async fn facts_of(knowledge: &Knowledge, database: &Database, profile: Option<String>) -> FactsFile {
    let place = Place { database: database.observer_url(), koku: None };
    FactsFile::new(profile, look(knowledge, &place, None, None).await)
}

fn of_profile(file: &FactsFile, knowledge: &Knowledge, profile: &str) -> Diagnosis {
    let request = Request { profile: Some(profile), tenant: None };
    diagnose(file, knowledge, request).expect("a profile that is known")
}

/// What was saved is judged as what was seen.
fn assert_judged_later_alike(file: &FactsFile, knowledge: &Knowledge, diagnosis: &Diagnosis) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("facts.json");
    file.write(&path).expect("written");
    let read = FactsFile::read(&path).expect("read");
    assert_eq!(read, *file);
    let profile = diagnosis.chosen.as_ref().expect("judged").profile();
    assert_eq!(of_profile(&read, knowledge, profile), *diagnosis);
}

/// Where nobody names the profile, the fault must not make it another one; at most nothing tells.
fn assert_recognised(file: &FactsFile, knowledge: &Knowledge, world: &World, fault: &Fault) {
    match diagnose(file, knowledge, Request { profile: None, tenant: None }) {
        Ok(diagnosis) => {
            assert_eq!(
                diagnosis.chosen.as_ref().map(Chosen::profile),
                Some(world.profile.name.as_str()),
                "{}",
                fault.name
            );
        }
        Err(NotRecognised::NothingTells { .. }) => {
            assert!(matches!(fault.strike, Strike::EmptyDatabase(_)), "{}", fault.name);
        }
        // The first migrations of all versions are the same.
        Err(NotRecognised::Ambiguous { .. }) if matches!(fault.strike, Strike::MigrateWithoutExtension) => {}
        Err(error) => panic!("{}: {error}", fault.name),
    }
}

#[tokio::test]
async fn doctor_is_silent_where_nothing_is_wrong() {
    let server = server().await;
    let knowledge = Knowledge::load(&fixtures()).expect("profiles and catalogs");
    for world in World::all() {
        for database in [world.payload(&server, "doctor-healthy").await, world.migrated(&server, "doctor-new").await] {
            let file = facts_of(&knowledge, &database, None).await;
            database.discard().await.expect("dropped");
            let request = Request { profile: None, tenant: None };
            let diagnosis = diagnose(&file, &knowledge, request).expect("recognised");
            assert_eq!(diagnosis.chosen.as_ref().map(Chosen::profile), Some(world.profile.name.as_str()));
            if diagnosis.tenants.len() == 2 {
                assert_eq!(diagnosis.to_text(), "");
                assert_eq!(diagnosis.exit_code(), ExitCode::AsExpected);
                assert_eq!(diagnosis.providers, world.expectation().providers.len());
                assert_every_subject_is_judged(&diagnosis);
            } else {
                assert_no_tenant_yet(&world, &diagnosis);
            }
        }
    }
}

/// Of a system in which no tenant is yet: where a job makes them, its tenant is missing.
fn assert_no_tenant_yet(world: &World, diagnosis: &Diagnosis) {
    let default = world.profile.schema(&world.profile.tenants.default_org_id);
    match world.maker() {
        harness::profile::TenantMaker::BootstrapJob => {
            assert_eq!(diagnosis.tenants, [default]);
            assert_eq!(ids(&diagnosis.findings()), ["customer-missing", "schema-missing", "tenant-missing"]);
        }
        harness::profile::TenantMaker::FirstSource => {
            assert_eq!(diagnosis.tenants, Vec::<String>::new());
            assert_eq!(ids(&diagnosis.findings()), Vec::<&str>::new());
        }
    }
}

/// A check that applies has a result for each of its subjects, and none was passed over.
fn assert_every_subject_is_judged(diagnosis: &Diagnosis) {
    let mut passed: BTreeMap<&str, usize> = BTreeMap::new();
    for result in diagnosis.results.iter().filter(|result| result.outcome.passed()) {
        assert!(result.examined > 0, "{}", result.check);
        *passed.entry(result.check).or_default() += 1;
    }
    let not_applying: BTreeSet<&str> = diagnosis.not_applying().map(|(check, _)| check).collect();
    let judged: BTreeSet<&str> = diagnosis.results.iter().map(|result| result.check).collect();
    assert!(passed.keys().all(|check| !not_applying.contains(check)));
    assert_eq!(passed.len() + not_applying.len(), judged.len(), "{:?}", diagnosis.results);
    assert_eq!(passed["schema-missing"], 2);
}

fn ids(findings: &[&Finding]) -> Vec<String> {
    let mut ids: Vec<String> = findings.iter().map(|found| found.check.clone()).collect();
    ids.sort_unstable();
    ids
}

fn sorted(ids: &[&str]) -> Vec<String> {
    let mut ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    ids.sort_unstable();
    ids
}
