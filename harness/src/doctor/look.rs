//! Looking at a system that is there: its database, and its API where that is given.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::StreamExt;
use url::Url;

use super::facts_file::Seen;
use super::knowledge::Knowledge;
use super::{recognise, tenants};
use crate::check::{Observed, TenantExpectation};
use crate::error::chain;
use crate::fact::api::{ApiAnswer, ApiFacts};
use crate::fact::database::DatabaseFacts;
use crate::http::{HttpEndpoint, HttpError, Reply};
use crate::identity::Identity;
use crate::observer::database::{DatabaseObserver, ObserveError};
use crate::profile::{Profile, SourcesDialect};
use crate::redact::redact;
use crate::secret::SecretUrl;

/// How long one answer of Koku's API may take: a report of a month takes less than a second.
const ALLOWED: Duration = Duration::from_secs(20);
/// How many tenants are asked for at once.
const AT_ONCE: usize = 4;
/// Koku's own word on how it is; it looks at nothing (source: measured on Koku 768be82, facts `koku-http.md`).
const STATUS: &str = "/api/cost-management/v1/status/";
/// A report that every tenant has, with or without data.
const REPORT: &str = "/api/cost-management/v1/reports/openshift/compute/";
/// The sources of a tenant, where Koku keeps them.
const SOURCES: &str = "/api/cost-management/v1/sources/";

/// Where a system is looked at.
#[derive(Debug)]
pub struct Place<'a> {
    /// Its database, as a role that can read all of it.
    pub database: &'a SecretUrl,
    /// Koku's API, where it is to be asked too.
    pub koku: Option<&'a Url>,
}

/// Looks at a system and changes nothing. `profile` and `tenant` are those that a person named: they decide whom Koku's API is asked for.
pub async fn look(knowledge: &Knowledge, place: &Place<'_>, profile: Option<&str>, tenant: Option<&str>) -> Seen {
    let (database, owner_role) = match look_at_database(knowledge, place.database).await {
        Ok((facts, owner)) => (Observed::Seen(facts), owner),
        Err(error) => (Observed::Failed { why: chain(&error) }, None),
    };
    let koku = match place.koku {
        None => Observed::NotLookedAt,
        Some(url) => look_at_koku(knowledge, url, &database, profile, tenant).await,
    };
    Seen { database, owner_role, koku, release: Observed::NotLookedAt }
}

async fn look_at_database(
    knowledge: &Knowledge,
    url: &SecretUrl,
) -> Result<(DatabaseFacts, Option<String>), ObserveError> {
    let observer = DatabaseObserver::connect(url).await?;
    let looked = async {
        let facts = observer.observe(&knowledge.counted()).await?;
        let query = "SELECT tableowner::text FROM pg_tables WHERE schemaname = 'public' AND tablename = 'api_tenant'";
        let owner = observer.texts("the owner of api_tenant", query).await?.pop();
        Ok((facts, owner))
    };
    let looked = looked.await;
    observer.close().await;
    looked
}

/// Asks Koku's API in the name of each tenant that has its row: for an org without one, Koku would answer an empty list, and note the org.
async fn look_at_koku(
    knowledge: &Knowledge,
    url: &Url,
    database: &Observed<DatabaseFacts>,
    profile: Option<&str>,
    tenant: Option<&str>,
) -> Observed<BTreeMap<String, Observed<ApiFacts>>> {
    let failed = |why: &str| Observed::Failed { why: format!("Koku's API was not asked: {why}") };
    let Observed::Seen(facts) = database else { return failed("the database tells which tenants there are") };
    let chosen = match recognise::choose(knowledge, profile, facts) {
        Ok(chosen) => chosen,
        Err(error) => return failed(&error.to_string()),
    };
    let Some((profile, _)) = knowledge.chart(chosen.profile()) else { return failed("its profile is gone") };
    let koku = HttpEndpoint::new("Koku API", url.clone(), ALLOWED);
    if let Err(error) = koku.get(STATUS, &Identity::default()).await {
        return Observed::Failed { why: chain(&error) };
    }
    let expected = tenants::expected(profile, facts, tenant);
    let there = expected.iter().filter(|tenant| facts.tenant(&tenant.schema).is_some());
    let asked = futures::stream::iter(there).map(async |tenant| {
        let answers = ask(&koku, profile, tenant).await;
        (tenant.schema.clone(), Observed::of(answers.map(|answers| ApiFacts { answers })))
    });
    Observed::Seen(asked.buffered(AT_ONCE).collect::<Vec<_>>().await.into_iter().collect())
}

async fn ask(koku: &HttpEndpoint, profile: &Profile, tenant: &TenantExpectation) -> Result<Vec<ApiAnswer>, HttpError> {
    // One user name in two orgs would be answered with the other's lists (source: measured on Koku 768be82, facts `koku-http.md`).
    let user_name = format!("e2e-validate-{}", tenant.schema);
    let identity = Identity { org_id: tenant.org_id.clone(), account_number: String::new(), user_name };
    let sources = (profile.sources_dialect == SourcesDialect::Koku).then_some(SOURCES);
    let mut answers = Vec::new();
    for path in std::iter::once(REPORT).chain(sources) {
        answers.push(answer(path, &koku.get(path, &identity).await?));
    }
    Ok(answers)
}

fn answer(path: &str, reply: &Reply) -> ApiAnswer {
    let is_json = reply.json::<serde_json::Map<String, serde_json::Value>>().is_ok();
    ApiAnswer { path: path.to_owned(), status: reply.status(), is_json, body: redact(&reply.start()).into_owned() }
}
