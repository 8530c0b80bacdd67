//! Every scenario file as a cargo test: one for each scenario, profile and target, found at run time.
//!
//! `E2E_TARGET=cluster` runs them in a cluster, which all tests of this process share: the one of `E2E_CONTEXT`, or one that kind makes for
//! them. Otherwise they run on this machine. A failed one tells what the command would tell, and the run's folder stays, with events, logs and evidence.

use std::error::Error;
use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chrono::Utc;
use harness::cleanup::Cleanup;
use harness::event::{Happening, Journal};
use harness::log::{self, LogFormat};
use harness::profile::{Profile, TargetKind};
use harness::project::Project;
use harness::report::{End, Ending, Report, RunFolder, SharedFold, results_folder, summary};
use harness::run::{RunRequest, RunTarget, Runner, Trials, run_on};
use harness::run_id::RunId;
use harness::scenario::plan::{Plan, PlanTarget, cannot_run};
use harness::scenario::{Vocabulary, load_folder};
use harness::target::Target;
use harness::target::cluster::{ClusterTarget, Options};
use libtest_mimic::{Arguments, Failed, Trial};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

/// How many charts are installed into a cluster at the same time, unless `--test-threads` says otherwise.
const JOBS_IN_A_CLUSTER: usize = 2;
/// How long one of the process's own finalizers may take, unless it says otherwise.
const FINALIZER_ALLOWED: Duration = Duration::from_secs(30);

type AnyError = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    harness::target::local::reaper::run_if_asked();
    let mut arguments = Arguments::from_args();
    let run = RunId::new(Utc::now());
    let recording = Arc::new(OnceLock::new());
    let (kind, plans) = match asked().and_then(|kind| Ok((kind, plans(&run, kind)?))) {
        Ok(found) => found,
        Err(wrong) => {
            eprintln!("{wrong}");
            return ExitCode::FAILURE;
        }
    };
    if kind == TargetKind::Cluster {
        arguments.test_threads = arguments.test_threads.or(Some(JOBS_IN_A_CLUSTER));
    }
    let cluster = (kind == TargetKind::Cluster).then(|| Arc::new(Cluster::of(&run, plans.clone())));
    let begin = |plan| trial(plan, run.clone(), Arc::clone(&recording), cluster.clone());
    let trials = plans.into_iter().map(begin).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    let left_behind = cluster.is_some_and(|cluster| cluster.unmake());
    if let Some(Ok(recording)) = recording.get() {
        recording.close(conclusion.has_failed() || left_behind);
    }
    if left_behind { ExitCode::FAILURE } else { conclusion.exit_code() }
}

/// The target that `E2E_TARGET` asks for.
fn asked() -> Result<TargetKind, AnyError> {
    match std::env::var("E2E_TARGET").as_deref() {
        Err(_) | Ok("" | "local") => Ok(TargetKind::Local),
        Ok("cluster") => Ok(TargetKind::Cluster),
        Ok(other) => Err(format!("E2E_TARGET={other:?} is neither local nor cluster").into()),
    }
}

/// The plans of every scenario, on each of its profiles, on this kind of target.
fn plans(run: &RunId, target: TargetKind) -> Result<Vec<Plan>, AnyError> {
    let project = Project::find();
    let vocabulary = Vocabulary::load(&project.fixtures(), Trials.checks())?;
    let mut plans = Vec::new();
    for file in load_folder(&project.scenarios(), &vocabulary)? {
        let profiles = file.scenario.profiles.iter().filter_map(|name| vocabulary.profile(name));
        let fits = |profile: &&Profile| cannot_run(&file.scenario, profile, &PlanTarget::own(target)).is_none();
        for profile in profiles.filter(|_| file.scenario.runs_on(target)).filter(fits) {
            let plan = file.plan(profile, PlanTarget::own(target), run, &vocabulary);
            plans.push(plan.map_err(|wrong| wrong.to_string())?);
        }
    }
    Ok(plans)
}

fn trial(
    plan: Plan,
    run: RunId,
    recording: Arc<OnceLock<Result<Recording, String>>>,
    cluster: Option<Arc<Cluster>>,
) -> Trial {
    let name = format!("{}::{}::{}", plan.scenario, plan.profile, plan.target.kind);
    Trial::test(name, move || {
        let begun = recording.get_or_init(|| Recording::begin(run).map_err(|error| error.to_string()));
        begun.as_ref().map_err(Failed::from)?.carry_out(plan, cluster.as_deref())
    })
}

/// The one cluster of this process, acquired by the first test that runs.
struct Cluster {
    run: RunId,
    /// All that may run there: the images of their charts are given to a cluster of kind.
    plans: Vec<Plan>,
    cleanup: Cleanup,
    target: OnceLock<Result<ClusterTarget, String>>,
}

impl Cluster {
    fn of(run: &RunId, plans: Vec<Plan>) -> Self {
        Self { run: run.clone(), plans, cleanup: Cleanup::new(FINALIZER_ALLOWED), target: OnceLock::new() }
    }

    fn target(&self, runtime: &Runtime) -> Result<Arc<dyn Target>, String> {
        let acquired = self.target.get_or_init(|| {
            let options = Options::from_environment(self.run.clone()).map_err(|error| error.to_string())?;
            let acquiring = ClusterTarget::acquire(options, &self.plans, &self.cleanup);
            runtime.block_on(acquiring).map_err(|error| error.to_string())
        });
        acquired.clone().map(|target| Arc::new(target) as Arc<dyn Target>)
    }

    /// Unmakes the cluster, if one was made; whether anything is left.
    fn unmake(&self) -> bool {
        let Ok(runtime) = Runtime::new() else { return true };
        let leftovers = runtime.block_on(self.cleanup.run());
        for leftover in &leftovers {
            eprintln!("left behind: {} ({})", leftover.what, leftover.why);
        }
        self.cleanup.kept().iter().for_each(|kept| eprintln!("kept: {kept}"));
        !leftovers.is_empty()
    }
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
    fn carry_out(&self, plan: Plan, cluster: Option<&Cluster>) -> Result<(), Failed> {
        let (scenario, profile) = (plan.scenario.clone(), plan.profile.clone());
        let folder = self.folder.path().to_owned();
        let request =
            RunRequest { plans: vec![plan], folder, keep: false, jobs: NonZeroUsize::MIN, target: RunTarget::Local };
        let runtime = Runtime::new()?;
        let ended = match cluster {
            Some(cluster) => {
                let target = cluster.target(&runtime)?;
                runtime.block_on(run_on(target, request, &self.journal, CancellationToken::new()))
            }
            None => runtime.block_on(Trials.run(request, &self.journal, CancellationToken::new())),
        };
        ended.map_err(|error| error.to_string())?;

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
