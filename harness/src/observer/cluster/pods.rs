//! Pods and their containers, as facts.

use k8s_openapi::api::core::v1::{ContainerState as Stated, ContainerStateTerminated, ContainerStatus, Pod};
use kube::ResourceExt as _;

use super::objects::{component, moment};
use crate::fact::release::{ContainerFact, ContainerState, PodFact, Termination};

/// A pod. The logs of its containers are added by whoever has them.
pub(super) fn pod(pod: &Pod, label: &str) -> PodFact {
    let status = pod.status.as_ref();
    let condition = |kind: &str| {
        let conditions = status.and_then(|status| status.conditions.as_deref()).unwrap_or_default();
        conditions.iter().find(|condition| condition.type_ == kind)
    };
    let unschedulable = condition("PodScheduled")
        .filter(|condition| condition.status == "False" && condition.reason.as_deref() == Some("Unschedulable"))
        .map(|condition| condition.message.clone().unwrap_or_default());
    let init = status.and_then(|status| status.init_container_statuses.as_deref()).unwrap_or_default();
    let main = status.and_then(|status| status.container_statuses.as_deref()).unwrap_or_default();
    let init = init.iter().map(|status| container(status, true));
    PodFact {
        name: pod.name_any(),
        component: component(&pod.metadata, label),
        owner: owner(pod),
        phase: status.and_then(|status| status.phase.clone()).unwrap_or_default(),
        created: moment(pod.metadata.creation_timestamp.as_ref()),
        ready: condition("Ready").is_some_and(|condition| condition.status == "True"),
        unschedulable,
        containers: init.chain(main.iter().map(|status| container(status, false))).collect(),
    }
}

/// What made it: for a pod of a replica set the deployment, whose name the set's is, and a hash that the pod bears as a label.
pub(super) fn owner(pod: &Pod) -> Option<String> {
    let owner = pod.metadata.owner_references.as_ref()?.iter().find(|owner| owner.controller == Some(true))?;
    let hash = pod.metadata.labels.as_ref().and_then(|labels| labels.get("pod-template-hash"));
    let deployment = hash.and_then(|hash| owner.name.strip_suffix(hash)?.strip_suffix('-'));
    Some(match deployment {
        Some(name) if owner.kind == "ReplicaSet" => format!("Deployment/{name}"),
        _ => format!("{}/{}", owner.kind, owner.name),
    })
}

fn container(status: &ContainerStatus, is_init: bool) -> ContainerFact {
    let last = status.last_state.as_ref().and_then(|state| state.terminated.as_ref());
    ContainerFact {
        name: status.name.clone(),
        is_init,
        image: status.image.clone(),
        ready: status.ready,
        restarts: status.restart_count,
        state: state(status.state.as_ref()),
        last_ended: last.map(termination),
        log: Vec::new(),
    }
}

fn state(stated: Option<&Stated>) -> ContainerState {
    let waiting = stated.and_then(|stated| stated.waiting.as_ref());
    let running = stated.and_then(|stated| stated.running.as_ref());
    let terminated = stated.and_then(|stated| stated.terminated.as_ref());
    match (terminated, running) {
        (Some(terminated), _) => ContainerState::Ended(termination(terminated)),
        (None, Some(running)) => ContainerState::Running { since: moment(running.started_at.as_ref()) },
        (None, None) => ContainerState::Waiting {
            reason: waiting.and_then(|waiting| waiting.reason.clone()).unwrap_or_default(),
            message: waiting.and_then(|waiting| waiting.message.clone()).unwrap_or_default(),
        },
    }
}

fn termination(terminated: &ContainerStateTerminated) -> Termination {
    Termination {
        exit_code: terminated.exit_code,
        reason: terminated.reason.clone().unwrap_or_default(),
        at: moment(terminated.finished_at.as_ref()),
    }
}
