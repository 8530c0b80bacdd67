//! What can still come of a release. Pure: facts, grace and the time go in.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::cause::{Cause, ended};
use super::grace::Grace;
use crate::fact::release::{
    ClaimFact, ContainerFact, ContainerState, EventFact, JobFact, JobState, PodFact, ReleaseFacts, WorkloadFact,
};

/// What can still come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outlook {
    /// All workloads are ready, and no job runs.
    Done,
    /// Not yet, and what is still awaited.
    NotYet(String),
    /// It can never come, and why.
    Never(Cause),
}

/// What can still come of a release.
#[must_use]
pub fn outlook(facts: &ReleaseFacts, grace: &Grace, now: DateTime<Utc>) -> Outlook {
    if let Some(cause) = causes(facts, grace, now).into_iter().next() {
        return Outlook::Never(cause);
    }
    let workloads = facts.workloads.iter().filter(|workload| !workload.is_ready());
    let workloads =
        workloads.map(|workload| format!("{} ({}/{} ready)", workload.name, workload.ready, workload.desired));
    let jobs = facts.jobs.iter().filter(|job| job.state == JobState::Running).map(|job| format!("job {}", job.name));
    let awaited: Vec<String> = workloads.chain(jobs).collect();
    if facts.workloads.is_empty() {
        Outlook::NotYet(format!("no workload of release {} is there", facts.release))
    } else if awaited.is_empty() {
        Outlook::Done
    } else {
        Outlook::NotYet(format!("not ready: {}", awaited.join(", ")))
    }
}

/// Why it can never come, the first cause first; empty while it still can.
#[must_use]
pub fn causes(facts: &ReleaseFacts, grace: &Grace, now: DateTime<Utc>) -> Vec<Cause> {
    signs(facts, grace, now).into_iter().filter(|sign| sign.is_end).map(|sign| sign.cause).collect()
}

/// What keeps it from coming now, whether it can still come or not, the first cause first: what there is to say when the time is up.
#[must_use]
pub fn hindrances(facts: &ReleaseFacts, grace: &Grace, now: DateTime<Utc>) -> Vec<Cause> {
    signs(facts, grace, now).into_iter().map(|sign| sign.cause).collect()
}

/// Whether a hook job has not ended since its own pod cannot run: whatever it was to do is not done because of that.
#[must_use]
pub fn holds_hooks_up(facts: &ReleaseFacts, grace: &Grace, now: DateTime<Utc>) -> bool {
    let running = facts.jobs.iter().filter(|job| job.is_hook && job.state == JobState::Running);
    let running: Vec<String> = running.map(|job| format!("Job/{}", job.name)).collect();
    hindrances(facts, grace, now).iter().any(|cause| running.contains(&cause.of))
}

/// A bad sign, and whether it is the end.
struct Sign {
    is_end: bool,
    /// Causes come before what follows from them.
    rank: u8,
    cause: Cause,
}

fn signs(facts: &ReleaseFacts, grace: &Grace, now: DateTime<Utc>) -> Vec<Sign> {
    let look = Look { facts, grace, now };
    let mut signs = Vec::new();
    signs.extend(facts.claims.iter().filter_map(|claim| look.claim(claim)));
    signs.extend(facts.events.iter().filter_map(|event| look.no_pods(event)));
    signs.extend(facts.pods.iter().filter_map(|pod| look.pod(pod)));
    signs.extend(facts.jobs.iter().filter_map(|job| look.job(job)));
    signs.sort_by_key(|sign| (!sign.is_end, sign.rank));
    signs
}

const STORAGE: u8 = 0;
const ROOM: u8 = 1;
const DATABASE: u8 = 2;
const JOB: u8 = 3;
const CONTAINER: u8 = 4;
const PROBE: u8 = 5;

struct Look<'a> {
    facts: &'a ReleaseFacts,
    grace: &'a Grace,
    now: DateTime<Utc>,
}

impl Look<'_> {
    fn claim(&self, claim: &ClaimFact) -> Option<Sign> {
        if claim.phase != "Pending" {
            return None;
        }
        let end = |cause| Some(Sign { is_end: true, rank: STORAGE, cause });
        if !claim.class_exists {
            return end(Cause::claim_without_class(&claim.name, claim.storage_class.as_deref()));
        }
        // A claim that waits for its first consumer has no such event.
        let object = format!("PersistentVolumeClaim/{}", claim.name);
        let event = self.last_event(&object, |event| event.reason == "ProvisioningFailed")?;
        end(Cause::not_provisioned(&claim.name, &event.message))
    }

    /// Pods that are refused, such as by a quota.
    fn no_pods(&self, event: &EventFact) -> Option<Sign> {
        if event.reason != "FailedCreate" {
            return None;
        }
        let of = self.made_by(&event.object)?;
        let lasts = event.count >= self.grace.pulls && self.is_past(event.first, self.grace.scheduling);
        Some(Sign { is_end: lasts, rank: ROOM, cause: Cause::no_pods(&of, event) })
    }

    /// The workload or job that still lacks pods and by or for which an object makes them.
    fn made_by(&self, object: &str) -> Option<String> {
        let lacks = |workload: &&WorkloadFact| !workload.is_ready();
        let is_it = |workload: &WorkloadFact| {
            object.strip_prefix("ReplicaSet/").is_some_and(|set| {
                workload.kind == "Deployment" && set.rsplit_once('-').is_some_and(|(name, _)| name == workload.name)
            }) || object == format!("{}/{}", workload.kind, workload.name)
        };
        let has_pod = |of: &str| self.facts.pods.iter().any(|pod| pod.owner.as_deref() == Some(of));
        let workload = self.facts.workloads.iter().filter(lacks).find(|workload| is_it(workload));
        let job = self.facts.jobs.iter().filter(|job| job.state == JobState::Running);
        let mut job = job.map(|job| format!("Job/{}", job.name)).filter(|job| job == object && !has_pod(job));
        workload.map(|workload| format!("{}/{}", workload.kind, workload.name)).or_else(|| job.next())
    }

    fn pod(&self, pod: &PodFact) -> Option<Sign> {
        if let Some(why) = &pod.unschedulable {
            let is_end = self.is_past(pod.created, self.grace.scheduling);
            return Some(Sign { is_end, rank: ROOM, cause: Cause::unschedulable(pod, why) });
        }
        let rank = if self.is_before_hooks(pod) { DATABASE } else { CONTAINER };
        let sign = |(is_end, cause)| Sign { is_end, rank, cause };
        pod.containers.iter().find_map(|container| self.container(pod, container)).map(sign).or_else(|| self.probe(pod))
    }

    fn container(&self, pod: &PodFact, container: &ContainerFact) -> Option<(bool, Cause)> {
        match &container.state {
            ContainerState::Waiting { reason, message } => match reason.as_str() {
                "InvalidImageName" => Some((true, Cause::image_name(pod, container))),
                "ErrImageNeverPull" => Some((true, Cause::image_absent(pod, container))),
                "ErrImagePull" | "ImagePullBackOff" | "RegistryUnavailable" | "ImageInspectError" => {
                    let (is_end, why) = self.pulling(pod, container, message);
                    Some((is_end, Cause::image(pod, container, &why)))
                }
                "CreateContainerConfigError" | "CreateContainerError" | "RunContainerError" => {
                    let is_end = self.is_past(pod.created, self.grace.scheduling) && !self.may_wait_for_hooks(pod);
                    Some((is_end, Cause::configuration(pod, container, reason, message)))
                }
                "CrashLoopBackOff" => Some(self.crashing(pod, container)),
                _ => None,
            },
            ContainerState::Ended(end) if end.exit_code != 0 && !is_of_job(pod) => Some(self.crashing(pod, container)),
            ContainerState::Running { .. } | ContainerState::Ended(_) => None,
        }
    }

    /// Whether an image was tried long enough, and why it does not come.
    fn pulling(&self, pod: &PodFact, container: &ContainerFact, message: &str) -> (bool, String) {
        let object = format!("Pod/{}", pod.name);
        let failed = |event: &EventFact| event.reason == "Failed" && event.message.contains(&container.image);
        let event = self.last_event(&object, failed);
        let tries = event.map_or(0, |event| event.count);
        let first = event.map_or(pod.created, |event| event.first);
        let is_end = tries >= self.grace.pulls || self.is_past(first, self.grace.pulling);
        // While the kubelet waits to try again, the state tells only that; the event tells why.
        let why = event.map_or(message, |event| event.message.as_str());
        (is_end, shortened(why, &container.image))
    }

    fn crashing(&self, pod: &PodFact, container: &ContainerFact) -> (bool, Cause) {
        // Of a job, Kubernetes counts the tries.
        let is_end = container.restarts >= self.grace.restarts && !is_of_job(pod) && !self.may_wait_for_hooks(pod);
        (is_end, Cause::crash(pod, container))
    }

    /// A pod that runs and is not ready; it may become so at any time.
    fn probe(&self, pod: &PodFact) -> Option<Sign> {
        let runs = |container: &ContainerFact| matches!(container.state, ContainerState::Running { .. });
        if pod.ready || is_of_job(pod) || !pod.containers.iter().any(|container| runs(container) && !container.ready) {
            return None;
        }
        let event = self.last_event(&format!("Pod/{}", pod.name), |event| event.reason == "Unhealthy");
        Some(Sign { is_end: false, rank: PROBE, cause: Cause::probe(pod, event) })
    }

    fn job(&self, job: &JobFact) -> Option<Sign> {
        let JobState::Failed { reason, message } = &job.state else { return None };
        let of = format!("Job/{}", job.name);
        let pods = self.facts.pods.iter().filter(|pod| pod.owner.as_deref() == Some(&of));
        let failed = |pod: &&PodFact| {
            pod.containers
                .iter()
                .any(|container| ended(container).is_some_and(|termination| termination.exit_code != 0))
        };
        let last = pods.filter(failed).max_by_key(|pod| pod.created);
        Some(Sign { is_end: true, rank: JOB, cause: Cause::job(job, reason, message, last) })
    }

    /// Whether its containers may fail because a hook has not done its work yet.
    fn may_wait_for_hooks(&self, pod: &PodFact) -> bool {
        !self.is_before_hooks(pod) && self.hooks_run()
    }

    fn is_before_hooks(&self, pod: &PodFact) -> bool {
        pod.component.as_ref().is_some_and(|component| self.grace.before_hooks.contains(component))
    }

    /// Whether a hook runs, or one is still to run since Helm is at work.
    fn hooks_run(&self) -> bool {
        let runs = |job: &JobFact| job.is_hook && job.state == JobState::Running;
        let helm_works = self.facts.status.as_ref().is_some_and(|status| status.starts_with("pending-"));
        let is_done =
            |name: &str| self.facts.jobs.iter().any(|job| job.name == name && job.state == JobState::Complete);
        let is_post = |event: &String| event == "post-install" || event == "post-upgrade";
        let mut later = self.facts.chart.hooks.iter().filter(|hook| hook.events.iter().any(is_post));
        self.facts.jobs.iter().any(runs) || helm_works && later.any(|hook| hook.kind == "Job" && !is_done(&hook.name))
    }

    fn last_event(&self, object: &str, is_it: impl Fn(&EventFact) -> bool) -> Option<&EventFact> {
        self.facts.events.iter().rev().find(|event| event.object == object && is_it(event))
    }

    fn is_past(&self, since: Option<DateTime<Utc>>, grace: Duration) -> bool {
        since.is_some_and(|since| (self.now - since).to_std().is_ok_and(|elapsed| elapsed >= grace))
    }
}

fn is_of_job(pod: &PodFact) -> bool {
    pod.owner.as_ref().is_some_and(|owner| owner.starts_with("Job/"))
}

/// What the runtime says, without what the sentence says already.
fn shortened(message: &str, image: &str) -> String {
    let prefix = format!("Failed to pull image \"{image}\": ");
    message.strip_prefix(&prefix).unwrap_or(message).trim().to_owned()
}
