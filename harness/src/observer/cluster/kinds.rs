//! The watched kinds of one namespace, each held as the API server last told it.

use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use futures::StreamExt as _;
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{Event, PersistentVolumeClaim, Pod, Secret};
use kube::api::Api;
use kube::runtime::reflector::{self, Lookup, Store};
use kube::runtime::watcher::{self, Config};
use kube::runtime::{WatchStreamExt as _, watcher as watched};
use kube::{Client, Resource, ResourceExt as _};
use serde::de::DeserializeOwned;
use tokio::sync::{mpsc, watch};
use tokio_util::task::AbortOnDropHandle;

/// How many pods of jobs are kept in mind after they are gone.
const REMEMBERED: usize = 64;

/// What a watch reports beside its objects: which kind cannot be watched, and why.
pub(super) type Trouble = (String, watcher::Error);

/// The watched kinds.
pub(super) struct Kinds {
    pub(super) pods: Store<Pod>,
    pub(super) jobs: Store<Job>,
    pub(super) deployments: Store<Deployment>,
    pub(super) stateful_sets: Store<StatefulSet>,
    pub(super) claims: Store<PersistentVolumeClaim>,
    pub(super) events: Store<Event>,
    /// Helm's own, of this release.
    pub(super) releases: Store<Secret>,
    /// Pods that are gone: a job that fails takes its pod with it, and the pod is what tells why.
    gone: Arc<Mutex<Vec<Pod>>>,
    _tasks: Vec<AbortOnDropHandle<()>>,
}

impl Kinds {
    /// Begins to watch; each change is told to `changed`, each trouble to `troubles`.
    pub(super) fn watch(
        client: &Client,
        namespace: &str,
        release: &str,
        changed: &Arc<watch::Sender<u64>>,
        troubles: &mpsc::UnboundedSender<Trouble>,
    ) -> Self {
        let gone = Arc::new(Mutex::new(Vec::new()));
        let mut watching = Watching { client, namespace, changed, troubles, tasks: Vec::new() };
        let all = Config::default();
        let of_release = Config::default().labels(&format!("owner=helm,name={release}"));
        let graveyard = Arc::clone(&gone);
        let remember = move |pod: &Pod| {
            let mut gone = graveyard.lock().unwrap_or_else(PoisonError::into_inner);
            gone.push(pod.clone());
            let surplus = gone.len().saturating_sub(REMEMBERED);
            gone.drain(..surplus);
        };
        Self {
            pods: watching.kind(all.clone(), remember),
            jobs: watching.kind(all.clone(), |_| {}),
            deployments: watching.kind(all.clone(), |_| {}),
            stateful_sets: watching.kind(all.clone(), |_| {}),
            claims: watching.kind(all.clone(), |_| {}),
            events: watching.kind(all, |_| {}),
            releases: watching.kind(of_release, |_| {}),
            gone,
            _tasks: watching.tasks,
        }
    }

    /// Ends when every kind was listed once.
    pub(super) async fn listed(&self) {
        // A store's writer lives as long as its task, which lives as long as `self`.
        let _ = tokio::join!(
            self.pods.wait_until_ready(),
            self.jobs.wait_until_ready(),
            self.deployments.wait_until_ready(),
            self.stateful_sets.wait_until_ready(),
            self.claims.wait_until_ready(),
            self.events.wait_until_ready(),
            self.releases.wait_until_ready(),
        );
    }

    /// The pods that are there, then those that are gone.
    pub(super) fn pods(&self) -> Vec<Arc<Pod>> {
        let mut pods = self.pods.state();
        pods.sort_by_key(|pod| pod.name_any());
        let gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        pods.extend(gone.iter().cloned().map(Arc::new));
        pods
    }
}

struct Watching<'a> {
    client: &'a Client,
    namespace: &'a str,
    changed: &'a Arc<watch::Sender<u64>>,
    troubles: &'a mpsc::UnboundedSender<Trouble>,
    tasks: Vec<AbortOnDropHandle<()>>,
}

impl Watching<'_> {
    fn kind<K>(&mut self, config: Config, gone: impl Fn(&K) + Send + 'static) -> Store<K>
    where
        K: Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()> + Lookup<DynamicType = ()>,
        K: Clone + std::fmt::Debug + DeserializeOwned + Send + Sync + 'static,
        <K as Resource>::DynamicType: Eq + Hash + Clone + Default,
    {
        let api: Api<K> = Api::namespaced(self.client.clone(), self.namespace);
        let (store, writer) = reflector::store();
        let (changed, troubles) = (Arc::clone(self.changed), self.troubles.clone());
        let stream = reflector::reflector(writer, watched(api, config).default_backoff());
        let plural = <K as Resource>::plural(&()).into_owned();
        let task = async move {
            let mut stream = std::pin::pin!(stream);
            while let Some(told) = stream.next().await {
                match told {
                    Ok(event) => {
                        if let watcher::Event::Delete(object) = &event {
                            gone(object);
                        }
                        changed.send_modify(|count| *count += 1);
                    }
                    // Nobody listens any more once the watch has begun; it is tried again by itself.
                    Err(error) => drop(troubles.send((plural.clone(), error))),
                }
            }
        };
        self.tasks.push(AbortOnDropHandle::new(tokio::spawn(task)));
        store
    }
}
