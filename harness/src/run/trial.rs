//! One trial: a scenario on a profile and a target, from its system's making to its unmaking.

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use futures::FutureExt;
use tokio_util::sync::CancellationToken;

use super::evidence;
use super::unmake::{FINALIZER_ALLOWED, unmake};
use super::verdict::Verdict;
use crate::catalog::{Catalog, CatalogError, Shelf};
use crate::check::Outcome;
use crate::cleanup::Cleanup;
use crate::error::chain;
use crate::event::{Happening, Journal, TrialId};
use crate::phase::{Context, panic_message, run_steps};
use crate::profile::Profile;
use crate::scenario::plan::{Applies, Plan};
use crate::target::{Endpoints, Target, TargetError};

/// One scenario on one profile and one target.
pub(super) struct Trial {
    pub(super) plan: Plan,
    pub(super) profile: Arc<Profile>,
    pub(super) catalogs: Arc<Shelf>,
    pub(super) fixtures: PathBuf,
    pub(super) target: Arc<dyn Target>,
    pub(super) journal: Journal,
    /// The run's folder.
    pub(super) folder: PathBuf,
}

/// What a trial runs against.
struct System {
    catalog: Arc<Catalog>,
    endpoints: Endpoints,
}

/// Why no step of a trial could run.
#[derive(Debug, thiserror::Error)]
enum ReadyError {
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Target(#[from] TargetError),
}

/// How events and reports name the trial of a plan.
pub(super) fn trial_id(plan: &Plan) -> TrialId {
    TrialId { scenario: plan.scenario.clone(), profile: plan.profile.clone(), target: plan.target.kind.to_string() }
}

impl Trial {
    /// Runs the trial, and unmakes what it made, however it ends.
    pub(super) async fn run(&self, interrupt: &CancellationToken) {
        let started = Instant::now();
        self.tell_the_plan();
        let cleanup = Cleanup::new(FINALIZER_ALLOWED);
        let judged = AssertUnwindSafe(self.until_judged(&cleanup, interrupt)).catch_unwind().await;
        let (outcome, verdict) = judged.unwrap_or_else(|panic| {
            cleanup.mark_failed();
            self.judged(Outcome::Errored { why: format!("panicked: {}", panic_message(&*panic)) })
        });
        unmake(&cleanup, &self.journal).await;
        self.journal.record(Happening::TrialFinished {
            as_expected: verdict.as_expected,
            outcome,
            missing: verdict.missing,
            unexpected: verdict.unexpected,
            elapsed_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        });
    }

    /// Makes the target ready and runs the steps; keeps the evidence where they did not end as expected.
    async fn until_judged(&self, cleanup: &Cleanup, interrupt: &CancellationToken) -> (Outcome, Verdict) {
        let system = self.ready(cleanup).await;
        let (outcome, verdict) = self.judged(match &system {
            Ok(system) => tokio::select! {
                outcome = self.phases(system) => outcome,
                () = interrupt.cancelled() => Outcome::NotRun { because: "the run was interrupted".to_owned() },
            },
            Err(error) => Outcome::Errored { why: format!("the target could not be made ready: {}", chain(error)) },
        });
        if !verdict.as_expected {
            cleanup.mark_failed();
            if let Ok(system) = &system {
                self.collect_evidence(system).await;
            }
        }
        (outcome, verdict)
    }

    fn judged(&self, outcome: Outcome) -> (Outcome, Verdict) {
        let verdict = Verdict::of(&outcome, &self.plan.expected_findings);
        (outcome, verdict)
    }

    fn tell_the_plan(&self) {
        let plan = &self.plan;
        self.journal.record(Happening::TrialStarted { summary: plan.summary.clone(), steps: plan.steps.len() });
        for check in &plan.checks {
            if let Applies::No(why) = &check.applies {
                self.journal.record(Happening::DoesNotApply { check: check.id.clone(), why: why.clone() });
            }
        }
    }

    async fn ready(&self, cleanup: &Cleanup) -> Result<System, ReadyError> {
        let catalog = self.catalogs.catalog(&self.profile.database.catalog)?;
        let endpoints = self.target.ready(&self.plan, &self.profile, &catalog, cleanup).await?;
        Ok(System { catalog, endpoints })
    }

    /// Runs the steps. A panic in one is its outcome.
    async fn phases(&self, system: &System) -> Outcome {
        let (plan, profile, catalog) = (&self.plan, &self.profile, Arc::clone(&system.catalog));
        let mut context = Context::new(plan, profile, catalog, &self.fixtures, &system.endpoints, &self.journal);
        run_steps(&mut context).await
    }

    async fn collect_evidence(&self, system: &System) {
        let trial = trial_id(&self.plan);
        match evidence::collect(&self.folder, &trial, &system.endpoints, &system.catalog).await {
            Ok(file) => self.journal.record(Happening::EvidenceCollected { path: file.display().to_string() }),
            Err(why) => tracing::warn!(%why, "no facts of the database were kept"),
        }
        match evidence::collect_release(&self.folder, &trial, &system.endpoints, &self.profile).await {
            Ok(files) => {
                for file in files {
                    self.journal.record(Happening::EvidenceCollected { path: file.display().to_string() });
                }
            }
            Err(why) => tracing::warn!(%why, "nothing of the release was kept"),
        }
    }
}
