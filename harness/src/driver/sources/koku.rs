//! The dialect that an on-prem Koku serves itself: synchronous, without events (source: measured on Koku 768be82, facts `koku.md` §6).

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, PoisonError};
use std::time::Instant;

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use url::Url;

use super::dialect::milliseconds;
use super::list::{List, type_id};
use super::removal::source_types;
use super::{CreatedSource, NewSource, ProviderKind, SourcesError};
use crate::http::{HttpEndpoint, HttpError, HttpProblem, Reply};
use crate::identity::Identity;
use crate::profile::SourcesDialect;

/// The path under which the API stands.
pub const KOKU_BASE: &str = "/api/cost-management/v1";

/// The only status with which a source is made.
const CREATED: u16 = 201;
/// The status of a request that Koku answers as if it had asked for the list.
const LISTED: u16 = 200;
/// What Koku calls the type of an OpenShift cluster in its list of source types.
const OPENSHIFT: &str = "openshift";

/// By address, whose turn it is to make a source: all trials of a process may act on one shared Koku.
static TURNS: LazyLock<std::sync::Mutex<BTreeMap<Url, Arc<Mutex<()>>>>> = LazyLock::new(Default::default);

/// The turn at this address.
fn turn_at(address: Url) -> Arc<Mutex<()>> {
    // What a panicking thread left is whole: each change is one insertion or removal.
    let mut turns = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
    turns.retain(|_, turn| Arc::strong_count(turn) > 1);
    Arc::clone(turns.entry(address).or_default())
}

/// A client of Koku's own Sources API that acts as one identity.
#[derive(Debug, Clone)]
pub struct KokuSources<'a> {
    endpoint: &'a HttpEndpoint,
    identity: &'a Identity,
}

#[derive(Deserialize)]
struct Created {
    id: String,
}

impl<'a> KokuSources<'a> {
    /// A client at this endpoint.
    #[must_use]
    pub const fn new(endpoint: &'a HttpEndpoint, identity: &'a Identity) -> Self {
        Self { endpoint, identity }
    }

    /// Makes a source when no other one is being made by this process.
    pub async fn create(&self, source: &NewSource, acted: impl Fn(String)) -> Result<CreatedSource, SourcesError> {
        let turn = turn_at(self.endpoint.url(KOKU_BASE));
        let _turn = turn.lock().await;
        self.create_at_once(source, acted).await
    }

    /// Makes a source now, in the form in which the chart's operator asks for one: the type by its id, the cluster as `source_ref`.
    /// Only 201 with an id is taken for success.
    pub async fn create_at_once(
        &self,
        source: &NewSource,
        acted: impl Fn(String),
    ) -> Result<CreatedSource, SourcesError> {
        let body = self.body(source).await?;
        let path = format!("{KOKU_BASE}/sources/");
        acted(format!("POST {} {body}", self.endpoint.url(&path)));
        let sent = Instant::now();
        let reply = self.endpoint.send(Method::POST, &path, self.identity, |request| request.json(&body)).await;
        let elapsed_ms = milliseconds(sent.elapsed());
        let source_id = made(reply.map_err(SourcesError::NotMade)?)?;
        Ok(CreatedSource { source_id, application_id: None, request: format!("POST {path}"), elapsed_ms })
    }

    async fn body(&self, source: &NewSource) -> Result<Value, SourcesError> {
        Ok(match &source.kind {
            ProviderKind::Ocp { cluster_id } => {
                json!({ "name": source.name, "source_type_id": self.openshift().await?, "source_ref": cluster_id })
            }
            // On-premise Koku refuses it, in its own words.
            ProviderKind::Aws { role_arn, bucket } => json!({
                "name": source.name,
                "source_type": "AWS",
                "authentication": { "credentials": { "role_arn": role_arn } },
                "billing_source": { "data_source": { "bucket": bucket } },
            }),
        })
    }

    /// The id of the type of OpenShift clusters. The list stands without a slash only (measured).
    async fn openshift(&self) -> Result<String, SourcesError> {
        type_id(self.endpoint, self.identity, source_types(SourcesDialect::Koku), "source type", OPENSHIFT).await
    }
}

/// The id of the source that a reply tells of.
fn made(reply: Reply) -> Result<String, SourcesError> {
    let is_list = reply.status() == LISTED && reply.json::<List<Value>>().is_ok_and(|list| list.data.is_empty());
    match reply.expect(&[CREATED]).and_then(|reply| reply.json::<Created>()) {
        Ok(created) => Ok(created.id),
        Err(error @ HttpError { problem: HttpProblem::Refused { .. }, .. }) if is_list => {
            Err(SourcesError::Misreported(error))
        }
        Err(error) => Err(SourcesError::NotMade(error)),
    }
}
