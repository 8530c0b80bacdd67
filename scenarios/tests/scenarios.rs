//! Every scenario file as a cargo test: one for each scenario, profile and target, found at run time.
//!
//! A failed one tells what the command would tell, and the run's folder stays, with events, logs and evidence.

use std::error::Error;
use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use chrono::Utc;
use harness::event::{Happening, Journal};
use harness::log::{self, LogFormat};
use harness::profile::TargetKind;
use harness::project::Project;
use harness::report::{End, Ending, Report, RunFolder, SharedFold, results_folder, summary};
use harness::run::{RunRequest, RunTarget, Runner, Trials};
use harness::run_id::RunId;
use harness::scenario::plan::{Plan, PlanTarget};
use harness::scenario::{Vocabulary, load_folder};
use libtest_mimic::{Arguments, Failed, Trial};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

type AnyError = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    harness::target::local::reaper::run_if_asked();
    let arguments = Arguments::from_args();
    let run = RunId::new(Utc::now());
    let recording = Arc::new(OnceLock::new());
    let plans = match plans(&run) {
        Ok(plans) => plans,
        Err(wrong) => {
            eprintln!("{wrong}");
            return ExitCode::FAILURE;
        }
    };
    let trials = plans.into_iter().map(|plan| trial(plan, run.clone(), Arc::clone(&recording))).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    if let Some(Ok(recording)) = recording.get() {
        recording.close(conclusion.has_failed());
    }
    conclusion.exit_code()
}

/// The plans of every scenario, on each of its profiles, on the local target.
fn plans(run: &RunId) -> Result<Vec<Plan>, AnyError> {
    let (project, target) = (Project::find(), TargetKind::Local);
    let vocabulary = Vocabulary::load(&project.fixtures(), Trials.checks())?;
    let mut plans = Vec::new();
    for file in load_folder(&project.scenarios(), &vocabulary)? {
        let profiles = file.scenario.profiles.iter().filter_map(|name| vocabulary.profile(name));
        for profile in profiles.filter(|_| file.scenario.runs_on(target)) {
            let plan = file.plan(profile, PlanTarget::own(target), run, &vocabulary);
            plans.push(plan.map_err(|wrong| wrong.to_string())?);
        }
    }
    Ok(plans)
}

fn trial(plan: Plan, run: RunId, recording: Arc<OnceLock<Result<Recording, String>>>) -> Trial {
    let name = format!("{}::{}::{}", plan.scenario, plan.profile, plan.target.kind);
    Trial::test(name, move || {
        let begun = recording.get_or_init(|| Recording::begin(run).map_err(|error| error.to_string()));
        begun.as_ref().map_err(Failed::from)?.carry_out(plan)
    })
}

/// What the tests of this process write down; begun with the first of them, since listing the tests writes nothing.
struct Recording {
    folder: RunFolder,
    journal: Journal,
    fold: SharedFold,
}

impl Recording {
    fn begin(run: RunId) -> Result<Self, AnyError> {
        let folder = RunFolder::create_at(&results_folder().join(run.as_str()))?;
        let filter = log::filter(std::env::var("RUST_LOG").ok().as_deref())?;
        tracing::subscriber::set_global_default(log::subscriber(&folder.logs(), LogFormat::Text, filter)?)?;
        let fold = SharedFold::default();
        let journal = Journal::create(run, &folder.events(), vec![Box::new(fold.clone())])?;
        let (harness, command) = (env!("CARGO_PKG_VERSION").to_owned(), std::env::args().collect());
        journal.record(Happening::RunStarted { harness, command, trials: 0 });
        Ok(Self { folder, journal, fold })
    }

    /// Runs one plan. One that does not end as expected fails with the report that the command would print.
    fn carry_out(&self, plan: Plan) -> Result<(), Failed> {
        let (scenario, profile) = (plan.scenario.clone(), plan.profile.clone());
        let folder = self.folder.path().to_owned();
        let request =
            RunRequest { plans: vec![plan], folder, keep: false, jobs: NonZeroUsize::MIN, target: RunTarget::Local };
        let running = Trials.run(request, &self.journal, CancellationToken::new());
        Runtime::new()?.block_on(running).map_err(|error| error.to_string())?;

        let mut report = self.fold.report().ok_or("no event was recorded")?;
        report.trials.retain(|trial| trial.id.scenario == scenario && trial.id.profile == profile);
        match report.trials.as_slice() {
            [only] if only.ending == Ending::AsExpected => Ok(()),
            _ => Err(self.told(report).into()),
        }
    }

    fn told(&self, mut report: Report) -> String {
        let elapsed_ms = report.trials.iter().map(|trial| trial.elapsed_ms).sum();
        report.planned = report.trials.len();
        report.end = End::Finished { exit_code: 1, elapsed_ms };
        summary(&report, Some(self.folder.path()), false)
    }

    /// Ends the record; where all went well, nobody needs it.
    fn close(&self, failed: bool) {
        self.journal.record(Happening::RunFinished { exit_code: u8::from(failed), elapsed_ms: 0 });
        let written = match self.fold.report() {
            Some(report) if failed => self.folder.write(&report).map_err(|error| error.to_string()),
            _ => std::fs::remove_dir_all(self.folder.path()).map_err(|error| error.to_string()),
        };
        if let Err(error) = written {
            eprintln!("{}: {error}", self.folder.path().display());
        }
    }
}
