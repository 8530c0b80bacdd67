//! The watch of one release: what there is of it at any moment, and when that changes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::Utc;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::api::storage::v1::StorageClass;
use kube::api::{Api, ListParams};
use kube::{Client, ResourceExt};
use tokio::sync::{mpsc, watch};
use tokio_util::task::AbortOnDropHandle;

use super::error::WatchError;
use super::kinds::{Kinds, Trouble};
use super::logs::Logs;
use super::objects::StorageClasses;
use super::release::{Newest, Subject, facts};
use crate::fact::release::ReleaseFacts;
use crate::outlook::{Cause, Grace, Outlook, outlook};
use crate::profile::Profile;

/// How long the API server may take to list what is there.
const ALLOWED: Duration = Duration::from_secs(15);
/// How long logs are waited for before a cause is told without them.
const LOGS_ALLOWED: Duration = Duration::from_secs(2);
/// A grace runs out without a change.
const TICK: Duration = Duration::from_millis(200);

/// The watch of one release. It ends when it is dropped.
pub struct ReleaseWatch {
    pub(super) inner: Arc<Inner>,
    _logs: AbortOnDropHandle<()>,
}

pub(super) struct Inner {
    pub(super) client: Client,
    pub(super) subject: Subject,
    pub(super) grace: Grace,
    pub(super) kinds: Kinds,
    changed: Arc<watch::Sender<u64>>,
    logs: Logs,
    newest: Mutex<Option<Arc<Newest>>>,
}

impl ReleaseWatch {
    /// Begins to watch; neither the namespace nor the release need be there yet. Ends when everything was listed once.
    ///
    /// # Errors
    /// Where the API server refuses or does not answer.
    pub async fn start(client: Client, namespace: &str, release: &str, profile: &Profile) -> Result<Self, WatchError> {
        let changed = Arc::new(watch::Sender::new(0));
        let (sender, mut troubles) = mpsc::unbounded_channel();
        let kinds = Kinds::watch(&client, namespace, release, &changed, &sender);
        listed(&kinds, &mut troubles, namespace).await?;
        let subject = Subject {
            namespace: namespace.to_owned(),
            release: release.to_owned(),
            component_label: profile.chart.component_label.clone(),
            classes: storage_classes(&client).await,
        };
        let (grace, newest) = (Grace::of(profile), Mutex::default());
        let inner = Arc::new(Inner { client, subject, grace, kinds, changed, logs: Logs::default(), newest });
        let logs = AbortOnDropHandle::new(tokio::spawn(keep_logs(Arc::clone(&inner))));
        Ok(Self { inner, _logs: logs })
    }

    /// What there is of the release now, with the logs of all that failed or is not ready, where these come in time.
    pub async fn explained(&self) -> ReleaseFacts {
        let facts = self.inner.facts();
        let _ = tokio::time::timeout(LOGS_ALLOWED, self.inner.logs.fetch(&self.inner.pods(), &facts.pods, true)).await;
        self.inner.facts()
    }

    /// Ends when the release can never be done, with the first cause; as long as it can, this does not end.
    pub async fn doomed(&self) -> (Cause, ReleaseFacts) {
        loop {
            let told = self.until(|outlook| matches!(outlook, Outlook::Never(_))).await;
            let Outlook::Never(cause) = told else { continue };
            let facts = self.explained().await;
            // Logs make the sentence fuller; what was the end stays the end.
            let cause = match outlook(&facts, &self.inner.grace, Utc::now()) {
                Outlook::Never(explained) => explained,
                _ => cause,
            };
            return (cause, facts);
        }
    }

    /// Ends when the outlook is such a one.
    pub(super) async fn until(&self, is_it: impl Fn(&Outlook) -> bool) -> Outlook {
        let mut changes = self.inner.changed.subscribe();
        loop {
            let outlook = outlook(&self.inner.facts(), &self.inner.grace, Utc::now());
            if is_it(&outlook) {
                return outlook;
            }
            let _ = tokio::time::timeout(TICK, changes.changed()).await;
        }
    }
}

impl Inner {
    fn facts(&self) -> ReleaseFacts {
        let mut facts = facts(&self.kinds, &self.subject, self.newest().as_deref());
        self.logs.add_to(&mut facts.pods);
        facts
    }

    pub(super) fn pods(&self) -> Api<Pod> {
        Api::namespaced(self.client.clone(), &self.subject.namespace)
    }

    /// The newest revision; unpacked once, since that takes longer than all else.
    pub(super) fn newest(&self) -> Option<Arc<Newest>> {
        let secrets = self.kinds.releases.state();
        let mut kept = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let is_current = kept.as_ref().is_some_and(|kept| {
            let is_it = |secret: &Arc<k8s_openapi::api::core::v1::Secret>| Arc::ptr_eq(secret, &kept.secret);
            secrets.iter().any(is_it) && secrets.len() == kept.of
        });
        if !is_current {
            *kept = Newest::of(secrets, &self.subject.component_label).map(Arc::new);
        }
        kept.clone()
    }
}

async fn listed(
    kinds: &Kinds,
    troubles: &mut mpsc::UnboundedReceiver<Trouble>,
    namespace: &str,
) -> Result<(), WatchError> {
    let mut last = None;
    let refused = async {
        while let Some((kind, error)) = troubles.recv().await {
            let is_refused = is_refused(&error);
            last = Some(refusal(kind, namespace, error));
            if is_refused {
                return;
            }
        }
    };
    let listing = async {
        tokio::select! {
            () = kinds.listed() => true,
            () = refused => false,
        }
    };
    let is_listed = tokio::time::timeout(ALLOWED, listing).await.unwrap_or(false);
    let too_late = WatchError::TooLate { namespace: namespace.to_owned(), allowed: ALLOWED };
    if is_listed { Ok(()) } else { Err(last.unwrap_or(too_late)) }
}

fn refusal(kind: String, namespace: &str, source: kube::runtime::watcher::Error) -> WatchError {
    WatchError::Refused { kind, namespace: namespace.to_owned(), source: Box::new(source) }
}

/// Whether the answer will not be another one the next time.
fn is_refused(error: &kube::runtime::watcher::Error) -> bool {
    use kube::runtime::watcher::Error;
    let (Error::InitialListFailed(kube::Error::Api(status)) | Error::WatchStartFailed(kube::Error::Api(status))) =
        error
    else {
        return false;
    };
    matches!(status.code, 401 | 403)
}

/// They belong to the cluster: whoever may only read a namespace does not see them.
async fn storage_classes(client: &Client) -> StorageClasses {
    let api: Api<StorageClass> = Api::all(client.clone());
    let listed = tokio::time::timeout(ALLOWED, api.list(&ListParams::default())).await;
    let Ok(Ok(classes)) = listed else { return StorageClasses::default() };
    let is_default = |class: &&StorageClass| {
        class.annotations().get("storageclass.kubernetes.io/is-default-class").is_some_and(|value| value == "true")
    };
    StorageClasses {
        default: classes.iter().find(is_default).map(ResourceExt::name_any),
        names: Some(classes.iter().map(ResourceExt::name_any).collect()),
    }
}

/// Keeps the logs of what fails, as soon as it does.
async fn keep_logs(inner: Arc<Inner>) {
    let mut changes = inner.changed.subscribe();
    loop {
        let facts = inner.facts();
        if inner.logs.fetch(&inner.pods(), &facts.pods, false).await {
            inner.changed.send_modify(|count| *count += 1);
        } else if changes.changed().await.is_err() {
            return;
        }
    }
}
