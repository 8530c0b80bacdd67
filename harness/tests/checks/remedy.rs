//! Remedies that are statements are carried out as they are printed, and mend what they are for.

use harness::check::{Expectation, Finding, Group, judge_all, registry};
use harness::fault::{self, Fault, Strike};
use harness::target::local::{Database, Server};

use crate::healthy::{self, of_database, pool, server};
use crate::proof::put_in;
use crate::world::World;

/// Faults whose findings say with which statements they are mended.
const MENDED: [&str; 24] = [
    "forget-tenant",
    "drop-domain",
    "rename-domain",
    "give-domain-away",
    "demote-domain",
    "prefer-another-domain",
    "second-primary-domain",
    "forget-customer",
    "misname-customer-schema",
    "misname-customer-org",
    "misname-customer-account",
    "swap-tenants",
    "revoke-schema",
    "revoke-create",
    "give-tables-away",
    "give-table-away",
    "revoke-public",
    "revoke-create-in-public",
    "drop-extension",
    "move-extension",
    "drop-partition",
    "detach-partition",
    "leave-schema-without-tenant",
    "forget-provider-in-schema",
];

/// How statements begin.
const STATEMENTS: [&str; 9] = [
    "INSERT INTO ",
    "UPDATE ",
    "DELETE FROM ",
    "ALTER ",
    "GRANT ",
    "DO $$",
    "CREATE TABLE ",
    "CREATE EXTENSION ",
    "DROP SCHEMA ",
];

/// How many remedies one fault may take, where what is mended brings to light what could not be judged before.
const ROUNDS: usize = 3;

#[tokio::test]
async fn remedies_mend_as_they_are_printed() {
    let (server, world) = (server().await, World::bootstrapped());
    for name in MENDED {
        let fault = fault::registry::find(name).unwrap_or_else(|| panic!("no fault {name}"));
        mend(&server, &world, fault).await;
    }
}

async fn mend(server: &Server, world: &World, fault: &Fault) {
    let test = format!("mend-{}", fault.name);
    let database = match fault.strike {
        Strike::Provider(_) => world.providers(server, &test).await,
        _ => world.tenants(server, &test).await,
    };
    put_in(fault, &database, &world.subject()).await;
    let expectation = Expectation { providers: vec![], ..healthy::expectation_of(world, &database).await };
    let mut found = findings(world, &database, &expectation).await;
    assert!(!found.is_empty(), "{}: nothing to mend", fault.name);
    for _ in 0..ROUNDS {
        carry_out(&database, fault, &found).await;
        let left = findings(world, &database, &expectation).await;
        for finding in &left {
            assert!(
                found.iter().all(|other| other.check != finding.check || other.scope != finding.scope),
                "{}: not mended: {finding}",
                fault.name
            );
        }
        found = left;
        if found.is_empty() {
            break;
        }
    }
    assert_eq!(found, [], "{}: something is left", fault.name);
    database.discard().await.expect("dropped");
}

/// Carries out the remedies of findings as a superuser would paste them.
async fn carry_out(database: &Database, fault: &Fault, found: &[Finding]) {
    let administrator = pool(database.superuser_url()).await;
    for finding in found {
        let remedy = statements(&finding.remedy);
        let remedy = remedy.unwrap_or_else(|| panic!("{}: no statement in {:?}", fault.name, finding.remedy));
        let done = sqlx::raw_sql(sqlx::AssertSqlSafe(remedy.to_owned())).execute(&administrator).await;
        done.unwrap_or_else(|error| panic!("{}: {remedy}: {error}", fault.name));
    }
    administrator.close().await;
}

/// The statements of a remedy: from the first on, up to what is to be done then.
fn statements(remedy: &str) -> Option<&str> {
    let start = STATEMENTS.iter().filter_map(|word| remedy.find(word)).min()?;
    let rest = &remedy[start..];
    Some(rest.split_once("; then ").map_or(rest, |(statements, _)| statements))
}

async fn findings(world: &World, database: &Database, expectation: &Expectation) -> Vec<Finding> {
    let facts = of_database(healthy::observe_by(&world.catalog, database).await);
    let checks = registry::all().filter(|check| check.group != Group::NoTenantYet);
    let results = judge_all(checks, &facts, expectation);
    results.iter().flat_map(|result| result.outcome.findings()).cloned().collect()
}
