//! The watch, as phases know it.

use std::time::Duration;

use async_trait::async_trait;
use k8s_openapi::api::core::v1::{Namespace, Secret, Service};
use kube::api::{Api, ListParams};
use kube::{Client, Resource, ResourceExt as _};
use serde::de::DeserializeOwned;

use super::objects::named;
use super::watch::ReleaseWatch;
use crate::error::chain;
use crate::fact::release::{NamespaceContents, ReleaseEvidence, ReleaseFacts};
use crate::outlook::Outlook;
use crate::target::{ActError, ReleaseObserver};

/// How long the API server may take for one answer.
const ALLOWED: Duration = Duration::from_secs(10);

#[async_trait]
impl ReleaseObserver for ReleaseWatch {
    async fn contents(&self) -> Result<NamespaceContents, ActError> {
        let namespace = &self.inner.subject.namespace;
        let client = &self.inner.client;
        let namespaces: Api<Namespace> = Api::all(client.clone());
        let found = answered(namespaces.get_opt(namespace)).await?;
        let mut contents = NamespaceContents { namespace: namespace.clone(), ..NamespaceContents::default() };
        if found.is_none() {
            return Ok(contents);
        }
        let kinds = &self.inner.kinds;
        contents.objects.extend(kinds.jobs.state().iter().map(|job| named(&**job)));
        contents.objects.extend(kinds.deployments.state().iter().map(|deployment| named(&**deployment)));
        contents.objects.extend(kinds.stateful_sets.state().iter().map(|set| named(&**set)));
        contents.objects.extend(kinds.claims.state().iter().map(|claim| named(&**claim)));
        let services = list::<Service>(client, namespace, &ListParams::default()).await?;
        contents.objects.extend(services.iter().map(named));
        let kept = ListParams::default().labels("owner=helm");
        let releases = list::<Secret>(client, namespace, &kept).await?;
        contents.releases.extend(releases.iter().filter_map(|secret| secret.labels().get("name").cloned()));
        Ok(contents)
    }

    async fn observe(&self) -> Result<ReleaseFacts, ActError> {
        // A watch does not tell that it hears nothing any more.
        answered(self.inner.client.apiserver_version()).await?;
        Ok(self.explained().await)
    }

    async fn settled(&self, allowed: Duration) -> Result<ReleaseFacts, ActError> {
        let _ = tokio::time::timeout(allowed, self.until(|outlook| !matches!(outlook, Outlook::NotYet(_)))).await;
        self.observe().await
    }

    async fn evidence(&self, allowed: Duration) -> ReleaseEvidence {
        super::evidence::gather(self, allowed).await
    }
}

async fn list<K>(client: &Client, namespace: &str, which: &ListParams) -> Result<Vec<K>, ActError>
where
    K: Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()>,
    K: Clone + std::fmt::Debug + DeserializeOwned,
{
    let api: Api<K> = Api::namespaced(client.clone(), namespace);
    Ok(answered(api.list(which)).await?.items)
}

async fn answered<T>(question: impl Future<Output = Result<T, kube::Error>>) -> Result<T, ActError> {
    match tokio::time::timeout(ALLOWED, question).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(ActError(format!("the cluster's API server refuses: {}", chain(&error)))),
        Err(_) => Err(ActError(format!("the cluster's API server did not answer within {} s", ALLOWED.as_secs()))),
    }
}
