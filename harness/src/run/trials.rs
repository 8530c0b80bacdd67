//! Carries trials out on real targets.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_trait::async_trait;
use futures::{FutureExt, StreamExt, stream};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::runner::{RunRequest, RunTarget, Runner, RunnerError};
use super::trial::{Trial, trial_id};
use super::unmake::{FINALIZER_ALLOWED, unmake};
use crate::catalog::{Catalog, Shelf};
use crate::cleanup::Cleanup;
use crate::event::{Happening, Journal};
use crate::log::trial_span;
use crate::profile::{Profile, ProfileError};
use crate::project::Project;
use crate::scenario::plan::{CheckDescriptor, Plan, registered_checks};
use crate::target::Target;
use crate::target::cluster::{self, ClusterTarget, InstalledTarget};
use crate::target::external::ExternalTarget;
use crate::target::local::{LocalTarget, Options};

/// Carries trials out on real targets.
#[derive(Debug, Clone, Copy, Default)]
pub struct Trials;

#[async_trait]
impl Runner for Trials {
    fn checks(&self) -> Vec<CheckDescriptor> {
        registered_checks()
    }

    async fn run(
        &self,
        request: RunRequest,
        journal: &Journal,
        interrupt: CancellationToken,
    ) -> Result<(), RunnerError> {
        if request.plans.is_empty() {
            return Ok(());
        }
        let cleanup = Cleanup::new(FINALIZER_ALLOWED);
        let ran = AssertUnwindSafe(acquire_and_run(request, journal, interrupt, &cleanup)).catch_unwind().await;
        unmake(&cleanup, journal).await;
        ran.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

async fn acquire_and_run(
    request: RunRequest,
    journal: &Journal,
    interrupt: CancellationToken,
    cleanup: &Cleanup,
) -> Result<(), RunnerError> {
    let target = tokio::select! {
        target = acquire(&request, journal, cleanup) => target?,
        // What the local target began is unmade by the reaper, which is there before anything else; what the cluster's began, by `cleanup`;
        // the external one begins nothing.
        () = interrupt.cancelled() => return Ok(()),
    };
    run_on(target, request, journal, interrupt).await
}

/// The target of a run, ready to be asked for systems.
async fn acquire(request: &RunRequest, journal: &Journal, cleanup: &Cleanup) -> Result<Arc<dyn Target>, RunnerError> {
    match &request.target {
        RunTarget::Local => {
            let mut options = Options::from_environment(journal.run().clone())?;
            options.keep |= request.keep;
            Ok(Arc::new(LocalTarget::acquire(&options).await?))
        }
        RunTarget::Cluster(options) => {
            let options = cluster::Options { keep: options.keep || request.keep, ..(**options).clone() };
            Ok(Arc::new(ClusterTarget::acquire(options, &request.plans, cleanup).await?))
        }
        RunTarget::Installed(at) => {
            let Some(Plan { profile, .. }) = request.plans.first() else { return Err("no plans".into()) };
            let fixtures = Project::find().fixtures();
            let profile = Profile::load(&fixtures, profile)?;
            let catalog = Catalog::load(&fixtures, &profile.database.catalog)?;
            let installed = at.find().await?;
            let target = InstalledTarget::acquire(installed, &profile, &catalog, &request.plans, cleanup);
            Ok(Arc::new(target.await?))
        }
        RunTarget::External(system) => {
            let fixtures = Project::find().fixtures();
            let profile = Profile::load(&fixtures, &system.profile)?;
            let catalog = Catalog::load(&fixtures, &profile.database.catalog)?;
            let target = ExternalTarget::acquire((**system).clone(), &profile, &catalog, &request.plans);
            Ok(Arc::new(target.await?))
        }
    }
}

/// Carries trials out on this target, each in a task of its own.
pub async fn run_on(
    target: Arc<dyn Target>,
    request: RunRequest,
    journal: &Journal,
    interrupt: CancellationToken,
) -> Result<(), RunnerError> {
    journal.record(Happening::TargetReady { summary: target.summary() });
    let jobs = request.jobs.get();
    stream::iter(trials(&target, request, journal)?)
        .take_while(|_| std::future::ready(!interrupt.is_cancelled()))
        .for_each_concurrent(jobs, |trial| {
            let (span, interrupt) = (trial_span(&trial_id(&trial.plan)), interrupt.clone());
            let task = tokio::spawn(async move { trial.run(&interrupt).await }.instrument(span));
            async move {
                // A trial catches its own panics, also those between its steps, and is never aborted.
                let _ = task.await;
            }
        })
        .await;
    Ok(())
}

fn trials(target: &Arc<dyn Target>, request: RunRequest, journal: &Journal) -> Result<Vec<Trial>, ProfileError> {
    let fixtures = Project::find().fixtures();
    let mut profiles: BTreeMap<String, Arc<Profile>> = BTreeMap::new();
    let catalogs = Arc::new(Shelf::new(fixtures.clone()));
    let mut trials = Vec::new();
    // What takes longest comes first: started last, it would be waited for alone.
    let mut plans = request.plans;
    plans.sort_by_key(|plan| Reverse(plan.tenants.len()));
    for plan in plans {
        let profile = match profiles.get(&plan.profile) {
            Some(known) => Arc::clone(known),
            None => Arc::new(Profile::load(&fixtures, &plan.profile)?),
        };
        profiles.insert(plan.profile.clone(), Arc::clone(&profile));
        let profile = Arc::new(plan.budgeted(&profile));
        let catalogs = Arc::clone(&catalogs);
        let (fixtures, target, folder) = (fixtures.clone(), Arc::clone(target), request.folder.clone());
        let journal = journal.of_trial(trial_id(&plan));
        trials.push(Trial { plan, profile, catalogs, fixtures, target, journal, folder });
    }
    Ok(trials)
}
