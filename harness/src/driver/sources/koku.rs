//! The dialect that an on-prem Koku serves itself: synchronous, without events (source: measured on Koku 768be82, facts `koku.md` §6).

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, PoisonError};

use serde_json::{Value, json};
use tokio::sync::Mutex;
use url::Url;

use super::dialect::milliseconds;
use super::making::{Made, Maker, Wanted, Which};
use super::removal::{named, source_types};
use super::{CreatedSource, NewSource, ProviderKind, SourcesError};
use crate::http::HttpEndpoint;
use crate::identity::Identity;
use crate::profile::SourcesDialect;

/// The path under which the API stands.
pub const KOKU_BASE: &str = "/api/cost-management/v1";

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

impl<'a> KokuSources<'a> {
    /// A client at this endpoint.
    #[must_use]
    pub const fn new(endpoint: &'a HttpEndpoint, identity: &'a Identity) -> Self {
        Self { endpoint, identity }
    }

    /// Makes a source when no other one is being made by this process.
    pub async fn create(
        &self,
        source: &NewSource,
        acted: impl Fn(String) + Send + Sync,
    ) -> Result<CreatedSource, SourcesError> {
        let turn = turn_at(self.endpoint.url(KOKU_BASE));
        let _turn = turn.lock().await;
        self.create_at_once(source, acted).await
    }

    /// Makes a source now, in the form in which the chart's operator asks for one: the type by its id, the cluster as `source_ref`.
    /// Only 201 with an id is taken for success; a source without a reply is looked for by its name.
    pub async fn create_at_once(
        &self,
        source: &NewSource,
        acted: impl Fn(String) + Send + Sync,
    ) -> Result<CreatedSource, SourcesError> {
        let maker = Maker { endpoint: self.endpoint, identity: self.identity, acted: &acted };
        let body = Self::body(&maker, source).await?;
        let list = named(SourcesDialect::Koku, &source.name);
        let wanted = Wanted { list, which: Which::Named(&source.name) };
        let Made { id, request, elapsed, unreported } =
            maker.post(&format!("{KOKU_BASE}/sources/"), &body, &wanted).await?;
        let elapsed_ms = milliseconds(elapsed);
        Ok(CreatedSource { source_id: id, application_id: None, request, elapsed_ms, unreported })
    }

    async fn body(maker: &Maker<'_>, source: &NewSource) -> Result<Value, SourcesError> {
        Ok(match &source.kind {
            ProviderKind::Ocp { cluster_id } => {
                // The list of types stands without a slash only (measured).
                let types = source_types(SourcesDialect::Koku);
                let openshift = maker.type_id(types, "source type", OPENSHIFT).await?;
                json!({ "name": source.name, "source_type_id": openshift, "source_ref": cluster_id })
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
}
