//! Carries trials out on real targets.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use futures::{StreamExt, stream};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::runner::{RunRequest, Runner, RunnerError};
use super::trial::{Trial, trial_id};
use crate::event::{Happening, Journal};
use crate::log::trial_span;
use crate::profile::Profile;
use crate::project::Project;
use crate::scenario::plan::{CheckDescriptor, registered_checks};
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
        let fixtures = Project::find().fixtures();
        let mut options = Options::from_environment(journal.run().clone())?;
        options.keep |= request.keep;
        let target = LocalTarget::acquire(&options).await?;
        journal.record(Happening::TargetReady { summary: target.summary() });

        let mut profiles: BTreeMap<String, Arc<Profile>> = BTreeMap::new();
        let mut trials = Vec::new();
        for plan in request.plans {
            if !profiles.contains_key(&plan.profile) {
                profiles.insert(plan.profile.clone(), Arc::new(Profile::load(&fixtures, &plan.profile)?));
            }
            let profile = Arc::clone(&profiles[&plan.profile]);
            let journal = journal.of_trial(trial_id(&plan));
            trials.push(Trial {
                plan,
                profile,
                fixtures: fixtures.clone(),
                target: target.clone(),
                journal,
                folder: request.folder.clone(),
            });
        }
        stream::iter(trials)
            .take_while(|_| std::future::ready(!interrupt.is_cancelled()))
            .for_each_concurrent(request.jobs.get(), |trial| {
                let (span, interrupt) = (trial_span(&trial_id(&trial.plan)), interrupt.clone());
                // A task of its own, so that trials use all processors.
                let task = tokio::spawn(async move { trial.run(&interrupt).await }.instrument(span));
                async move {
                    // A trial catches its own panics and is never aborted.
                    let _ = task.await;
                }
            })
            .await;
        Ok(())
    }
}
