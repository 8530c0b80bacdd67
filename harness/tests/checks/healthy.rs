//! A healthy system: a migrated database with two tenants, and what is expected of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use harness::catalog::Catalog;
use harness::check::{Expectation, Facts, Observed};
use harness::fact::database::DatabaseFacts;
use harness::observer::database::DatabaseObserver;
use harness::profile::TenantMaker;
use harness::run_id::RunId;
use harness::secret::SecretUrl;
use harness::target::local::{Database, Options, Server};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use crate::world::World;

/// The tenant to which faults happen; the name needs quoting in SQL.
pub(crate) const BROKEN: &str = "orgAB-c.1";
/// The tenant of whom nothing may ever be found.
pub(crate) const BYSTANDER: &str = "org1234567";
/// Another one, where it takes three to have a majority.
pub(crate) const NEIGHBOUR: &str = "org7654321";

pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

pub(crate) fn catalog() -> Arc<Catalog> {
    World::bootstrapped().catalog
}

pub(crate) async fn server() -> Server {
    let options = Options::from_environment(RunId::new(chrono::Utc::now())).expect("readable options");
    Server::acquire(&options).await.expect("a PostgreSQL server")
}

pub(crate) async fn pool(url: &SecretUrl) -> PgPool {
    PgPoolOptions::new().max_connections(4).connect(url.reveal()).await.expect("a pool")
}

/// A database of the test's own with both tenants, made by a bootstrap job.
pub(crate) async fn database(server: &Server, test: &str) -> Database {
    World::bootstrapped().tenants(server, test).await
}

/// What is expected of the database of [`database`], with its providers.
pub(crate) fn expectation() -> Expectation {
    World::bootstrapped().expectation()
}

/// The same, when the bootstrap ended as the database has it noted.
pub(crate) async fn expectation_of(world: &World, database: &Database) -> Expectation {
    let mut expectation = world.expectation();
    if world.maker() == TenantMaker::FirstSource {
        return expectation;
    }
    let observer = DatabaseObserver::connect(database.observer_url()).await.expect("a session");
    let query = "SELECT obj_description('public'::regnamespace, 'pg_namespace')::timestamptz";
    let rows = observer.read("the end of the bootstrap", query).await.expect("a note");
    observer.close().await;
    expectation.system.bootstrap_ended = Some(sqlx::Row::get(&rows[0], 0));
    expectation
}

/// What the observer sees of a database.
pub(crate) async fn observe(database: &Database) -> DatabaseFacts {
    observe_by(&catalog(), database).await
}

/// What the observer sees of a database that this catalog describes.
pub(crate) async fn observe_by(catalog: &Catalog, database: &Database) -> DatabaseFacts {
    let observer = DatabaseObserver::connect(database.observer_url()).await.expect("a session");
    let facts = observer.observe(&catalog.seeded_tables()).await.expect("facts");
    observer.close().await;
    facts
}

/// Facts of which only the database was looked at.
pub(crate) fn of_database(facts: DatabaseFacts) -> Facts {
    Facts { slate: Observed::NotLookedAt, database: Observed::Seen(facts), ..Facts::default() }
}
