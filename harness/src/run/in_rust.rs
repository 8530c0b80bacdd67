//! Scenarios that are written in Rust, run where they stand.

use std::num::NonZeroUsize;
use std::sync::Arc;

use chrono::Utc;
use tokio_util::sync::CancellationToken;

use super::runner::{RunRequest, RunTarget, RunnerError};
use super::trials::run_on;
use crate::event::Journal;
use crate::profile::Profile;
use crate::project::Project;
use crate::report::{Report, SharedFold, results_folder};
use crate::run_id::RunId;
use crate::scenario::Scenario;
use crate::scenario::plan::{plan, registered_checks};
use crate::target::Target;

impl Scenario {
    /// Runs the scenario on each of its profiles on this target, and gives the report: one trial for each profile.
    ///
    /// An error is a scenario that cannot be planned or a profile that cannot be loaded; all else stands in the report. Events are
    /// not written anywhere; evidence of a trial that does not end as expected is left in the folder of the run.
    pub async fn run(&self, target: Arc<dyn Target>) -> Result<Report, RunnerError> {
        let run = RunId::new(Utc::now());
        let (fixtures, checks) = (Project::find().fixtures(), registered_checks());
        let mut plans = Vec::new();
        for name in &self.profiles {
            let profile = Profile::load(&fixtures, name)?;
            plans.push(plan(self, &profile, target.kind(), &run, &checks).map_err(|wrong| wrong.to_string())?);
        }
        let fold = SharedFold::default();
        let folder = results_folder().join(run.as_str());
        let journal = Journal::unwritten(run, vec![Box::new(fold.clone())]);
        let request = RunRequest { plans, folder, keep: false, jobs: NonZeroUsize::MIN, target: RunTarget::default() };
        run_on(target, request, &journal, CancellationToken::new()).await?;
        fold.report().ok_or_else(|| "the scenario names no profile to run on".into())
    }
}
