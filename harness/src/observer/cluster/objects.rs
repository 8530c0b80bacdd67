//! Jobs, workloads and claims, as facts.

use chrono::{DateTime, Utc};
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, Time};
use kube::{Resource, ResourceExt as _};

use crate::fact::release::{ClaimFact, JobFact, JobState, WorkloadFact};

/// A moment, as facts tell it.
pub(super) fn moment(time: Option<&Time>) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(time?.0.as_second(), u32::try_from(time?.0.subsec_nanosecond()).ok()?)
}

/// An object, as `Kind/name`.
pub(super) fn named<K: Resource<DynamicType = ()>>(object: &K) -> String {
    format!("{}/{}", K::kind(&()), object.name_any())
}

/// The value of the component label.
pub(super) fn component(metadata: &ObjectMeta, label: &str) -> Option<String> {
    metadata.labels.as_ref()?.get(label).cloned()
}

/// Whether it is a hook.
fn is_hook(metadata: &ObjectMeta) -> bool {
    annotation(metadata, "helm.sh/hook").is_some()
}

/// Whether Helm made it for this release. Helm marks so all but hooks.
pub(super) fn is_of(metadata: &ObjectMeta, release: &str) -> bool {
    annotation(metadata, "meta.helm.sh/release-name").is_some_and(|name| name == release)
}

fn annotation<'a>(metadata: &'a ObjectMeta, key: &str) -> Option<&'a String> {
    metadata.annotations.as_ref()?.get(key)
}

/// A job.
pub(super) fn job(job: &Job, label: &str) -> JobFact {
    let status = job.status.as_ref();
    let conditions = status.and_then(|status| status.conditions.as_deref()).unwrap_or_default();
    let holds = |kinds: &[&str]| {
        conditions.iter().find(|condition| condition.status == "True" && kinds.contains(&condition.type_.as_str()))
    };
    // `FailureTarget` comes a moment before `Failed`, while the pods of the job are ended.
    let failed = holds(&["Failed", "FailureTarget"]);
    let complete = holds(&["Complete", "SuccessCriteriaMet"]);
    let state = match (failed, complete) {
        (Some(condition), _) => JobState::Failed {
            reason: condition.reason.clone().unwrap_or_default(),
            message: condition.message.clone().unwrap_or_default(),
        },
        (None, Some(_)) => JobState::Complete,
        (None, None) => JobState::Running,
    };
    let ended = failed.or(complete).and_then(|condition| moment(condition.last_transition_time.as_ref()));
    JobFact {
        name: job.name_any(),
        component: component(&job.metadata, label),
        is_hook: is_hook(&job.metadata),
        state,
        started: moment(status.and_then(|status| status.start_time.as_ref())),
        ended,
    }
}

/// A deployment. Only pods of its newest revision count.
pub(super) fn deployment(deployment: &Deployment, label: &str) -> WorkloadFact {
    let status = deployment.status.as_ref();
    let is_seen = status.and_then(|status| status.observed_generation) == deployment.metadata.generation;
    let ready = status.and_then(|status| status.ready_replicas).unwrap_or(0);
    let updated = status.and_then(|status| status.updated_replicas).unwrap_or(0);
    let all = status.and_then(|status| status.replicas).unwrap_or(0);
    // A pod that is ready may be one of the revision before: as many as there are too many do not count.
    let newest = ready.min(updated).saturating_sub(all.saturating_sub(updated)).max(0);
    WorkloadFact {
        kind: "Deployment".to_owned(),
        name: deployment.name_any(),
        component: component(&deployment.metadata, label),
        desired: deployment.spec.as_ref().and_then(|spec| spec.replicas).unwrap_or(1),
        ready: if is_seen { newest } else { 0 },
    }
}

/// A stateful set.
pub(super) fn stateful_set(set: &StatefulSet, label: &str) -> WorkloadFact {
    let status = set.status.as_ref();
    let is_seen = status.and_then(|status| status.observed_generation) == set.metadata.generation;
    let ready = status.and_then(|status| status.ready_replicas).unwrap_or(0);
    let updated = status.and_then(|status| status.updated_replicas).unwrap_or(0);
    WorkloadFact {
        kind: "StatefulSet".to_owned(),
        name: set.name_any(),
        component: component(&set.metadata, label),
        desired: set.spec.as_ref().and_then(|spec| spec.replicas).unwrap_or(1),
        ready: if is_seen { ready.min(updated) } else { 0 },
    }
}

/// The storage classes of a cluster.
#[derive(Debug, Clone, Default)]
pub(super) struct StorageClasses {
    /// Their names; `None` where we may not read them.
    pub(super) names: Option<Vec<String>>,
    /// The one that is taken where a claim names none.
    pub(super) default: Option<String>,
}

/// A claim.
pub(super) fn claim(claim: &PersistentVolumeClaim, classes: &StorageClasses) -> ClaimFact {
    let of_its_own = claim.spec.as_ref().and_then(|spec| spec.storage_class_name.clone());
    let storage_class = of_its_own.or_else(|| classes.default.clone());
    let class_exists = match (&storage_class, &classes.names) {
        // By an empty name a claim asks for a volume that somebody makes by hand.
        (Some(name), Some(names)) => name.is_empty() || names.contains(name),
        (None, Some(_)) => false,
        (_, None) => true,
    };
    let phase = claim.status.as_ref().and_then(|status| status.phase.clone()).unwrap_or_else(|| "Pending".to_owned());
    ClaimFact { name: claim.name_any(), phase, storage_class, class_exists }
}
