//! What Koku's reports answer. What its tables hold is seen by
//! [`DatabaseObserver::usage`](crate::observer::database::DatabaseObserver::usage).

use serde_json::Value;
use uuid::Uuid;

use crate::fact::usage::{ReportFact, ReportQuery};
use crate::http::{HttpEndpoint, HttpError};
use crate::identity::Identity;

/// Where the API stands at a Koku. Source: facts `koku.md` §6.
const PREFIX: &str = "/api/cost-management/v1/";

/// Asks these reports as this identity, one after the other. A report that is refused, is no JSON or comes after the deadline
/// is an error that names it.
///
/// Koku keeps replies for an hour, and forgets them when it takes in a payload: a question that was asked before the payload
/// was processed may still be answered as it was then (source: facts `koku-http.md`).
pub async fn reports(
    koku: &HttpEndpoint,
    identity: &Identity,
    queries: &[ReportQuery],
) -> Result<Vec<ReportFact>, HttpError> {
    let mut facts = Vec::with_capacity(queries.len());
    for query in queries {
        let reply = koku.get(&format!("{PREFIX}{}", query.path()), identity).await?;
        facts.push(ReportFact { query: *query, body: reply.expect(&[200])?.json()?, past_cache: None });
    }
    Ok(facts)
}

/// Asks the same once more in words that Koku's cache cannot know.
pub async fn past_cache(koku: &HttpEndpoint, identity: &Identity, query: &ReportQuery) -> Result<Value, HttpError> {
    // Greater than the dates of any month, and hardly anybody's but ours.
    let limit = 100 + u16::try_from(Uuid::new_v4().as_u128() % 800).unwrap_or_default();
    koku.get(&format!("{PREFIX}{}", query.path_past_cache(limit)), identity).await?.expect(&[200])?.json()
}
