//! Whether a system is what its profile says, found out before anything is changed.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Deserialize;

use super::difference::{Difference, Door};
use super::system::System;
use super::target::{koku, sources, upload};
use crate::catalog::Catalog;
use crate::driver::sources::source_types;
use crate::error::chain;
use crate::http::{HttpEndpoint, HttpError, HttpProblem};
use crate::identity::Identity;
use crate::observer::database::{DatabaseObserver, ObserveError};
use crate::profile::{Profile, SourcesDialect};
use crate::scenario::plan::{Plan, PlannedTenant};

/// How long each of the questions may take: they are all answered at once by a system that is well.
const ALLOWED: Duration = Duration::from_secs(20);
/// Koku's own word on how it is (source: measured on Koku 768be82, facts koku-http).
const STATUS: &str = "/api/cost-management/v1/status/";
/// Whether a table is there. Without it the database is none of Koku's.
const TENANT_TABLE: &str =
    "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename = 'api_tenant'";
/// What is recorded as migrated.
const MIGRATIONS: &str = "SELECT app || '.' || name FROM public.django_migrations";

/// What is compared with what.
pub(super) struct Preflight<'a> {
    pub(super) system: &'a System,
    pub(super) profile: &'a Profile,
    pub(super) catalog: &'a Catalog,
}

/// What is seen at a door, what was expected, and the way out.
struct AtDoor {
    expected: String,
    seen: String,
    way_out: String,
}

#[derive(Deserialize)]
struct Status {
    status: String,
}

impl Preflight<'_> {
    /// Whether the database answers.
    pub(super) async fn reach_database(&self) -> Result<(), Difference> {
        match DatabaseObserver::connect(&self.system.database).await {
            Ok(observer) => {
                observer.close().await;
                Ok(())
            }
            Err(error) => Err(self.unobserved(&error)),
        }
    }

    /// The first difference of a system that can be reached: in its database, its Koku, its Sources API, its ingress.
    pub(super) async fn first_difference(&self, plan: &Plan) -> Result<(), Difference> {
        let observer = DatabaseObserver::lazily(self.system.database.clone());
        let migrated = self.migrated(&observer).await;
        observer.close().await;
        migrated?;
        let identity = plan.tenants.first().map(PlannedTenant::user).unwrap_or_default();
        self.koku(&identity).await?;
        self.sources(&identity).await?;
        self.upload(&identity).await
    }

    /// Whether the database is one of Koku's, and of the Koku that the profile names.
    async fn migrated(&self, observer: &DatabaseObserver) -> Result<(), Difference> {
        let tables = observer.texts("the tables of public", TENANT_TABLE).await;
        if tables.map_err(|error| self.unobserved(&error))?.is_empty() {
            return Err(self.difference(Door::Database, AtDoor {
                expected: "a database that Koku has migrated, with a table public.api_tenant".to_owned(),
                seen: "no such table".to_owned(),
                way_out: "give the URL of Koku's own database (its name stands at the URL's end), or have Koku migrate it first".to_owned(),
            }));
        }
        let applied = observer.texts("django_migrations", MIGRATIONS).await.map_err(|error| self.unobserved(&error))?;
        self.of_catalog(&applied.into_iter().collect()).map_or(Ok(()), Err)
    }

    /// What the applied migrations have too few or too many.
    fn of_catalog(&self, applied: &BTreeSet<String>) -> Option<Difference> {
        let expected = &self.catalog.public.migrations;
        let missing: Vec<&String> = expected.iter().filter(|name| !applied.contains(*name)).collect();
        let known: BTreeSet<&String> = expected.iter().chain(&self.catalog.tenant.migrations).collect();
        let beyond: Vec<&String> = applied.iter().filter(|name| !known.contains(name)).collect();
        if missing.is_empty() && beyond.is_empty() {
            return None;
        }
        let named = |what: &str, names: &[&String]| {
            names.first().map(|first| format!("{} migrations {what}, such as {first}", names.len()))
        };
        let differs: Vec<String> =
            [named("are missing", &missing), named("are not in it", &beyond)].into_iter().flatten().collect();
        Some(self.difference(Door::Database, AtDoor {
            expected: format!("the {} migrations of catalog {}", expected.len(), self.catalog.name),
            seen: differs.join(" and "),
            way_out: "give the --profile whose Koku this is; if it is this one, have Koku migrate its database to the end".to_owned(),
        }))
    }

    async fn koku(&self, identity: &Identity) -> Result<(), Difference> {
        let koku = koku(self.system, ALLOWED);
        let asked = async {
            let reply = koku.get(STATUS, identity).await?.expect(&[200])?;
            reply.json::<Status>().map(|status| status.status)
        };
        let seen = match asked.await {
            Ok(status) if status == "OK" => return Ok(()),
            Ok(status) => format!("status {status:?}"),
            Err(error) => error.problem.to_string(),
        };
        let way_out = "give the URL of Koku's API, without its path, and see that Koku runs".to_owned();
        Err(self.difference_at(
            Door::Koku,
            &koku,
            STATUS,
            AtDoor { expected: "200 with status \"OK\"".to_owned(), seen, way_out },
        ))
    }

    async fn sources(&self, identity: &Identity) -> Result<(), Difference> {
        let dialect = self.profile.sources_dialect;
        let endpoint = sources(self.system, ALLOWED);
        let Err(error) = speaks(&endpoint, dialect, identity).await else { return Ok(()) };
        let other = other(dialect);
        let speaks_other = match error.problem {
            HttpProblem::Unreachable(_) | HttpProblem::CutOff { .. } | HttpProblem::TimedOut(_) => false,
            _ => speaks(&endpoint, other, identity).await.is_ok(),
        };
        let seen = if speaks_other {
            format!(
                "{}, while it answers {} as the dialect `{}` does",
                error.problem,
                source_types(other),
                other.as_str()
            )
        } else {
            error.problem.to_string()
        };
        let way_out = if speaks_other {
            "give the URL of the other Sources API, or the --profile whose dialect this one speaks"
        } else {
            "give the URL of the Sources API, without its path, and see that it runs"
        };
        let expected = format!("a list of source types, as the dialect `{}` gives it", dialect.as_str());
        let seen = AtDoor { expected, seen, way_out: way_out.to_owned() };
        Err(self.difference_at(Door::Sources, &endpoint, source_types(dialect), seen))
    }

    /// That something answers is all that can be asked of the ingress without sending it anything.
    async fn upload(&self, identity: &Identity) -> Result<(), Difference> {
        let endpoint = upload(self.system, ALLOWED);
        let Err(error) = endpoint.get("/", identity).await else { return Ok(()) };
        let seen = AtDoor {
            expected: "an answer, whatever its status".to_owned(),
            seen: error.problem.to_string(),
            way_out: "give the URL of the ingress, without its path, and see that it runs".to_owned(),
        };
        Err(self.difference_at(Door::Upload, &endpoint, "/", seen))
    }

    fn unobserved(&self, error: &ObserveError) -> Difference {
        self.difference(Door::Database, AtDoor {
            expected: "a session that can read".to_owned(),
            seen: chain(error),
            way_out: "give postgres://user:password@host:port/name of Koku's database, with a role that may read all of it".to_owned(),
        })
    }

    fn difference(&self, door: Door, seen: AtDoor) -> Difference {
        let AtDoor { expected, seen, way_out } = seen;
        let (profile, url) = (self.profile.name.clone(), self.system.database.to_string());
        Difference { profile, door, url, expected, seen, way_out }
    }

    fn difference_at(&self, door: Door, endpoint: &HttpEndpoint, path: &str, seen: AtDoor) -> Difference {
        Difference { url: endpoint.url(path).to_string(), ..self.difference(door, seen) }
    }
}

/// Whether a Sources API answers as this dialect does.
async fn speaks(endpoint: &HttpEndpoint, dialect: SourcesDialect, identity: &Identity) -> Result<(), HttpError> {
    #[derive(Deserialize)]
    struct List {
        #[serde(rename = "data")]
        _data: Vec<serde_json::Value>,
    }
    endpoint.get(source_types(dialect), identity).await?.expect(&[200])?.json::<List>().map(drop)
}

const fn other(dialect: SourcesDialect) -> SourcesDialect {
    match dialect {
        SourcesDialect::Platform => SourcesDialect::Koku,
        SourcesDialect::Koku => SourcesDialect::Platform,
    }
}
