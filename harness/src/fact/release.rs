//! What the cluster says of one release: its hooks, workloads, jobs, pods, claims and events.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What was seen of a release in its namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseFacts {
    /// The namespace.
    pub namespace: String,
    /// The name of the release.
    pub release: String,
    /// When it was looked at.
    pub observed_at: DateTime<Utc>,
    /// What Helm says of it, such as `deployed` or `failed`; `None` where Helm knows no such release.
    pub status: Option<String>,
    /// What of the release's own manifest is of interest: what the chart meant to be there.
    pub chart: ChartFacts,
    /// Deployments and stateful sets.
    pub workloads: Vec<WorkloadFact>,
    /// Jobs, hooks or not.
    pub jobs: Vec<JobFact>,
    /// Pods of all of these.
    pub pods: Vec<PodFact>,
    /// Claims of storage.
    pub claims: Vec<ClaimFact>,
    /// What happened to them, oldest first.
    pub events: Vec<EventFact>,
}

/// What a chart renders to, before anything is installed, as far as a check asks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartFacts {
    /// Objects that are hooks, in the order in which Helm runs those of one event.
    pub hooks: Vec<HookFact>,
    /// Workloads that are no hooks, with the paths that their readiness probes ask.
    pub probes: Vec<ProbeFact>,
    /// Whether the installation waits for the workloads before post-install hooks run (`--wait`, `--atomic`).
    pub waits: bool,
}

/// An object that is a hook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookFact {
    /// Its kind, such as `Job`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The value of its component label.
    pub component: Option<String>,
    /// The events it runs at, such as `post-install`.
    pub events: BTreeSet<String>,
    /// Its weight among the hooks of one event.
    pub weight: i32,
    /// When it is deleted, such as `before-hook-creation`.
    pub delete_policies: BTreeSet<String>,
}

/// A readiness probe of a workload's template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeFact {
    /// The workload, as `Kind/name`.
    pub workload: String,
    /// The value of its component label.
    pub component: Option<String>,
    /// The path that is asked over HTTP.
    pub path: String,
}

/// A deployment or a stateful set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkloadFact {
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The value of its component label.
    pub component: Option<String>,
    /// How many pods it is to have.
    pub desired: i32,
    /// How many of them are ready, of its newest revision.
    pub ready: i32,
}

impl WorkloadFact {
    /// Whether all of it is ready.
    #[must_use]
    pub const fn is_ready(&self) -> bool {
        self.ready >= self.desired
    }
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFact {
    /// Its name.
    pub name: String,
    /// The value of its component label.
    pub component: Option<String>,
    /// Whether it is a hook of the chart.
    pub is_hook: bool,
    /// How it stands.
    pub state: JobState,
    /// When it began.
    pub started: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended: Option<DateTime<Utc>>,
}

/// How a job stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JobState {
    /// It has not ended.
    Running,
    /// It is complete.
    Complete,
    /// It failed.
    Failed {
        /// The reason of its condition, such as `BackoffLimitExceeded`.
        reason: String,
        /// The condition's message.
        message: String,
    },
}

/// A pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PodFact {
    /// Its name.
    pub name: String,
    /// The value of its component label.
    pub component: Option<String>,
    /// What made it, as `Kind/name`: the job, or the deployment or stateful set.
    pub owner: Option<String>,
    /// Its phase, such as `Pending`.
    pub phase: String,
    /// When it was made.
    pub created: Option<DateTime<Utc>>,
    /// Whether its condition `Ready` is true.
    pub ready: bool,
    /// Why the scheduler has no node for it, in its own words.
    pub unschedulable: Option<String>,
    /// Its containers, init containers first.
    pub containers: Vec<ContainerFact>,
}

/// A container of a pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerFact {
    /// Its name.
    pub name: String,
    /// Whether it is an init container.
    pub is_init: bool,
    /// Its image.
    pub image: String,
    /// Whether it is ready.
    pub ready: bool,
    /// How often it was started again.
    pub restarts: i32,
    /// How it stands.
    pub state: ContainerState,
    /// How it ended the last time before this.
    pub last_ended: Option<Termination>,
    /// The last lines of its log that show why, the previous container's where it was started again; fetched where something is wrong.
    pub log: Vec<String>,
}

/// How a container stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContainerState {
    /// It waits, such as for its image.
    Waiting {
        /// Why, such as `ErrImagePull`.
        reason: String,
        /// What the kubelet says of that.
        message: String,
    },
    /// It runs.
    Running {
        /// Since when.
        since: Option<DateTime<Utc>>,
    },
    /// It has ended.
    Ended(Termination),
}

/// How a container ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Termination {
    /// Its exit code.
    pub exit_code: i32,
    /// Why, such as `Error` or `OOMKilled`.
    pub reason: String,
    /// When.
    pub at: Option<DateTime<Utc>>,
}

/// A claim of storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimFact {
    /// Its name.
    pub name: String,
    /// Its phase, such as `Pending`.
    pub phase: String,
    /// The storage class that it names, or the default one.
    pub storage_class: Option<String>,
    /// Whether the cluster has that storage class.
    pub class_exists: bool,
}

/// What happened to an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventFact {
    /// The object, as `Kind/name`.
    pub object: String,
    /// Whether it is a warning.
    pub is_warning: bool,
    /// In a word, such as `FailedScheduling`.
    pub reason: String,
    /// In a sentence.
    pub message: String,
    /// How often.
    pub count: i32,
    /// When it happened first.
    pub first: Option<DateTime<Utc>>,
    /// When it happened last.
    pub last: Option<DateTime<Utc>>,
}

/// What of an earlier installation is in a namespace before `install`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamespaceContents {
    /// The namespace.
    pub namespace: String,
    /// Releases that Helm knows there.
    pub releases: BTreeSet<String>,
    /// Objects, as `Kind/name`: workloads, jobs, claims, services, and secrets that no one but a chart makes.
    pub objects: BTreeSet<String>,
}

/// What is kept of a release that did not come to be what it must be, before it is unmade.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReleaseEvidence {
    /// What there was of it.
    pub facts: ReleaseFacts,
    /// Its revisions, oldest first.
    pub history: Vec<RevisionFact>,
    /// The values that differ from the chart's own, without secrets.
    pub values: serde_json::Value,
    /// The ends of its containers' logs.
    pub logs: Vec<LogFact>,
    /// What could not be had, and why.
    pub missing: Vec<String>,
}

/// A revision of a release, as Helm keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionFact {
    /// Counted from 1.
    pub revision: i32,
    /// Such as `deployed`.
    pub status: String,
    /// In a sentence.
    pub description: String,
    /// When, as Helm writes it.
    pub deployed: String,
}

/// The end of a container's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogFact {
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// Whether it is that of the container before, which was started again.
    pub is_previous: bool,
    /// Its last lines, without passwords.
    pub lines: Vec<String>,
}
