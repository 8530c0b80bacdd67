//! The proof where no catalog knows the version of Koku: a newer one has migrated what is there, and structure is judged by the template
//! and by the tenants.

use futures::StreamExt;
use harness::catalog::{Recognised, Shelf, recognise};
use harness::check::{Check, Facts, Group, Judge, judge_all, registry};
use harness::fault::{self, Fault, Strike};
use harness::profile::TenantMaker;
use harness::target::local::Server;

use crate::healthy::{self, fixtures, of_database};
use crate::proof::{Proof, Struck, put_in, show};
use crate::world::World;

/// How many faults are struck at once, each in a database of its own.
const AT_ONCE: usize = 3;

/// Proves the checks that judge structure without a catalog.
pub(crate) async fn prove(server: &Server, world: &World) -> Proof {
    let faults = fault::registry::all().filter(|fault| !expected(world, fault).is_empty());
    let struck = futures::stream::iter(faults).map(async |fault| {
        let facts = struck(server, world, Some(fault)).await;
        Struck::found(fault, &judge_all(judged(), &facts, &world.expectation()))
    });
    let struck: Vec<Struck> = struck.buffered(AT_ONCE).collect().await;
    let applying: Vec<&str> =
        registry::of(&[Group::Tables]).map(|check| check.id).filter(|id| world.judges(id)).collect();
    show(world, &applying, &struck, &false_alarms(server, world).await, |fault| expected(world, fault))
}

/// The checks of what is in the database.
fn judged() -> impl Iterator<Item = &'static Check> {
    registry::of(&[Group::Install, Group::Tenant, Group::Tables])
}

/// What must come of a fault that strikes structure: where a catalog finds something in a tenant, one finding of what it was compared with.
/// Of other faults, nothing is asked here.
fn expected(world: &World, fault: &Fault) -> Vec<&'static str> {
    let compared = match world.maker() {
        TenantMaker::BootstrapJob => "tenant-differs-from-others",
        TenantMaker::FirstSource => "tenant-differs-from-template",
    };
    let of_template = |id: &str| id == "template-differs";
    // The rows that a migration leaves are known from a catalog alone: people add to them.
    let of_structure = |id: &str| {
        let check = registry::find(id).expect("a check");
        check.group == Group::Tables && matches!(check.judge, Judge::Tenant(_)) && id != "seed-rows-missing"
    };
    match (fault.strike, fault.findings) {
        (Strike::Database(_), [id]) if of_template(id) && world.judges(id) => vec!["template-differs"],
        (Strike::Database(_), [id]) if of_structure(id) => vec![compared],
        _ => vec![],
    }
}

/// What is seen of a system of an unknown version, struck or not.
async fn struck(server: &Server, world: &World, fault: Option<&Fault>) -> Facts {
    let database = world.of_unknown_version(server, fault.map_or("unknown", |fault| fault.name)).await;
    if let Some(fault) = fault {
        put_in(fault, &database, &world.subject()).await;
    }
    let facts = healthy::observe_by(&world.catalog, &database).await;
    database.discard().await.expect("dropped");
    let catalogs = Shelf::new(fixtures()).all().expect("catalogs");
    assert!(matches!(recognise(&facts, &catalogs), Recognised::Unknown(_)), "{}", recognise(&facts, &catalogs));
    of_database(facts)
}

/// What any check finds on a system where nothing is wrong, or examines nothing.
async fn false_alarms(server: &Server, world: &World) -> Vec<String> {
    let facts = struck(server, world, None).await;
    let results = judge_all(judged(), &facts, &world.expectation());
    let applying = results.iter().filter(|result| world.judges(result.check));
    let alarms = applying.filter(|result| !result.outcome.passed() || result.examined == 0);
    alarms.map(|result| format!("{} {}: {:?}", result.check, result.scope, result.outcome)).collect()
}
