//! The border between whoever asks for trials and whoever carries them out.

use std::error::Error;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::event::Journal;
use crate::scenario::plan::{CheckDescriptor, Plan};
use crate::target::cluster;
use crate::target::external::System;

/// What kept the trials as a whole from being carried out. What goes wrong within one trial is an event of that trial.
pub type RunnerError = Box<dyn Error + Send + Sync>;

/// What is to be run.
#[derive(Debug)]
pub struct RunRequest {
    /// One for each trial.
    pub plans: Vec<Plan>,
    /// The run's folder, for evidence.
    pub folder: PathBuf,
    /// Whether what a failed trial made is kept.
    pub keep: bool,
    /// How many trials run at the same time.
    pub jobs: NonZeroUsize,
    /// Where they run.
    pub target: RunTarget,
}

/// Where trials run.
#[derive(Debug, Clone, Default)]
pub enum RunTarget {
    /// On this machine, as the environment says.
    #[default]
    Local,
    /// In a cluster.
    Cluster(Box<cluster::Options>),
    /// On a release that others installed into a cluster.
    Installed(Box<cluster::InstalledAt>),
    /// On a system that runs already.
    External(Box<System>),
}

/// Carries trials out.
#[async_trait]
pub trait Runner: Sync {
    /// The checks that it applies: what a plan tells of, and what a scenario may expect to find something.
    fn checks(&self) -> Vec<CheckDescriptor>;

    /// Carries out each planned trial within its [`trial_span`](crate::log::trial_span), records what happens in the journal of
    /// the trial, and unmakes what was made before it returns. When `interrupt` is cancelled, it stops early and unmakes too.
    async fn run(
        &self,
        request: RunRequest,
        journal: &Journal,
        interrupt: CancellationToken,
    ) -> Result<(), RunnerError>;
}
