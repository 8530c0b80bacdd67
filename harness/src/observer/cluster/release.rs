//! The facts of one release, out of all that is in its namespace.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::Utc;
use k8s_openapi::api::core::v1::{Pod, Secret};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::{Resource, ResourceExt as _};

use super::kinds::Kinds;
use super::manifest::chart_facts;
use super::objects::{self, StorageClasses, is_of};
use super::secret::StoredRelease;
use super::{events, pods};
use crate::fact::release::{ChartFacts, JobFact, JobState, PodFact, ReleaseFacts, WorkloadFact};

/// Which release of which namespace.
pub(super) struct Subject {
    pub(super) namespace: String,
    pub(super) release: String,
    pub(super) component_label: String,
    pub(super) classes: StorageClasses,
}

/// The newest revision that Helm keeps, with its secret.
pub(super) struct Newest {
    pub(super) secret: Arc<Secret>,
    pub(super) stored: StoredRelease,
    /// Out of how many revisions.
    pub(super) of: usize,
    pub(super) chart: ChartFacts,
}

impl Newest {
    /// The newest of these secrets.
    pub(super) fn of(secrets: Vec<Arc<Secret>>, component_label: &str) -> Option<Self> {
        let version =
            |secret: &Arc<Secret>| secret.labels().get("version").and_then(|version| version.parse::<i32>().ok());
        let of = secrets.len();
        let secret = secrets.into_iter().max_by_key(version)?;
        let stored = StoredRelease::of(&secret)?;
        // A chart that Helm has rendered and kept is YAML; one that cannot be understood shows no hooks.
        let chart = chart_facts(&stored.rendered(), component_label, false).unwrap_or_default();
        Some(Self { secret, stored, of, chart })
    }

    fn is_pending(&self) -> bool {
        self.stored.info.status.starts_with("pending-")
    }
}

/// The facts of the release, without logs.
pub(super) fn facts(kinds: &Kinds, subject: &Subject, newest: Option<&Newest>) -> ReleaseFacts {
    let workloads = workloads(kinds, subject, newest);
    let jobs = jobs(kinds, subject, newest);
    let (pods, claims) = pods_and_claims(kinds, subject, &workloads, &jobs);
    let claims = kinds.claims.state().into_iter().filter(|claim| claims.contains(&claim.name_any()));
    let mut claims: Vec<_> = claims.map(|claim| objects::claim(&claim, &subject.classes)).collect();
    claims.sort_by(|one, other| one.name.cmp(&other.name));
    let mut facts = ReleaseFacts {
        namespace: subject.namespace.clone(),
        release: subject.release.clone(),
        observed_at: Utc::now(),
        status: newest.map(|newest| newest.stored.info.status.clone()),
        chart: newest.map(|newest| newest.chart.clone()).unwrap_or_default(),
        workloads,
        jobs,
        pods,
        claims,
        events: Vec::new(),
    };
    facts.events = happened(kinds, &facts);
    facts
}

fn workloads(kinds: &Kinds, subject: &Subject, newest: Option<&Newest>) -> Vec<WorkloadFact> {
    let Subject { release, component_label: label, .. } = subject;
    // Some charts have their database as a hook, which Helm does not mark as the release's.
    let is_hook = |kind: &str, name: &str| {
        newest.is_some_and(|newest| newest.chart.hooks.iter().any(|hook| hook.kind == kind && hook.name == name))
    };
    let ours = |kind: &str, metadata: &ObjectMeta| {
        is_of(metadata, release) || metadata.name.as_ref().is_some_and(|name| is_hook(kind, name))
    };
    let deployments = kinds.deployments.state().into_iter().filter(|one| ours("Deployment", &one.metadata));
    let sets = kinds.stateful_sets.state().into_iter().filter(|one| ours("StatefulSet", &one.metadata));
    let mut all: Vec<WorkloadFact> = deployments.map(|deployment| objects::deployment(&deployment, label)).collect();
    all.extend(sets.map(|set| objects::stateful_set(&set, label)));
    all.sort_by(|one, other| (&one.kind, &one.name).cmp(&(&other.kind, &other.name)));
    all
}

fn jobs(kinds: &Kinds, subject: &Subject, newest: Option<&Newest>) -> Vec<JobFact> {
    let is_hook_of_it = |name: &str| {
        newest.is_some_and(|newest| newest.chart.hooks.iter().any(|hook| hook.kind == "Job" && hook.name == name))
    };
    let pending = newest.filter(|newest| newest.is_pending());
    let mut jobs = Vec::new();
    for job in kinds.jobs.state() {
        // Hook jobs outlive their release: while Helm works, one from before it is still to be replaced.
        let is_left_over = pending.is_some_and(|newest| job.creation_timestamp() < newest.secret.creation_timestamp());
        let is_ours = is_of(&job.metadata, &subject.release) || is_hook_of_it(&job.name_any()) && !is_left_over;
        if is_ours && job.metadata.deletion_timestamp.is_none() {
            jobs.push(objects::job(&job, &subject.component_label));
        }
    }
    jobs.sort_by(|one, other| (one.started, &one.name).cmp(&(other.started, &other.name)));
    jobs
}

/// The pods of these workloads and jobs, and the names of the claims that they use.
fn pods_and_claims(
    kinds: &Kinds,
    subject: &Subject,
    workloads: &[WorkloadFact],
    jobs: &[JobFact],
) -> (Vec<PodFact>, BTreeSet<String>) {
    let failed = |job: &&JobFact| matches!(job.state, JobState::Failed { .. });
    let failed: BTreeSet<String> = jobs.iter().filter(failed).map(|job| format!("Job/{}", job.name)).collect();
    let jobs = jobs.iter().map(|job| format!("Job/{}", job.name));
    let owners: BTreeSet<String> =
        workloads.iter().map(|workload| format!("{}/{}", workload.kind, workload.name)).chain(jobs).collect();
    let live: BTreeSet<String> = kinds.pods.state().iter().map(|pod| pod.name_any()).collect();
    let (mut facts, mut claims, mut seen) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for pod in kinds.pods() {
        let Some(owner) = pods::owner(&pod).filter(|owner| owners.contains(owner)) else { continue };
        let is_there = live.contains(&pod.name_any());
        if seen.insert(pod.name_any()) && (is_there || failed.contains(&owner)) {
            claims.extend(claims_of(&pod));
            facts.push(pods::pod(&pod, &subject.component_label));
        }
    }
    (facts, claims)
}

fn claims_of(pod: &Pod) -> Vec<String> {
    let volumes = pod.spec.as_ref().and_then(|spec| spec.volumes.as_deref()).unwrap_or_default();
    volumes.iter().filter_map(|volume| Some(volume.persistent_volume_claim.as_ref()?.claim_name.clone())).collect()
}

/// What happened to the objects of the release that are there, oldest first.
fn happened(kinds: &Kinds, facts: &ReleaseFacts) -> Vec<crate::fact::release::EventFact> {
    let uids = uids(kinds);
    let ours = objects_of(facts);
    let is_ours = |object: &str| {
        let of_deployment = object.strip_prefix("ReplicaSet/").and_then(|set| set.rsplit_once('-'));
        of_deployment.is_some_and(|(name, _)| ours.contains(&format!("Deployment/{name}"))) || ours.contains(object)
    };
    let mut all = Vec::new();
    for event in kinds.events.state() {
        let fact = events::event(&event);
        // An object of the same name may have been there before.
        let is_this_one = match (uids.get(&fact.object), &event.involved_object.uid) {
            (Some(live), Some(uid)) => live == uid,
            _ => true,
        };
        if is_this_one && is_ours(&fact.object) {
            all.push(fact);
        }
    }
    all.sort_by(|one, other| (one.last, one.first, &one.object).cmp(&(other.last, other.first, &other.object)));
    all
}

fn objects_of(facts: &ReleaseFacts) -> BTreeSet<String> {
    let workloads = facts.workloads.iter().map(|workload| format!("{}/{}", workload.kind, workload.name));
    let jobs = facts.jobs.iter().map(|job| format!("Job/{}", job.name));
    let pods = facts.pods.iter().map(|pod| format!("Pod/{}", pod.name));
    let claims = facts.claims.iter().map(|claim| format!("PersistentVolumeClaim/{}", claim.name));
    workloads.chain(jobs).chain(pods).chain(claims).collect()
}

fn uids(kinds: &Kinds) -> BTreeMap<String, String> {
    fn of<K: Resource<DynamicType = ()>>(all: &[Arc<K>]) -> Vec<(String, String)> {
        all.iter().filter_map(|object| Some((objects::named(&**object), object.uid()?))).collect()
    }
    let mut uids = BTreeMap::new();
    uids.extend(of(&kinds.pods.state()));
    uids.extend(of(&kinds.jobs.state()));
    uids.extend(of(&kinds.claims.state()));
    uids.extend(of(&kinds.deployments.state()));
    uids.extend(of(&kinds.stateful_sets.state()));
    uids
}
