//! `run`: runs scenarios, tells what happens, and leaves a folder behind.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use chrono::Utc;
use clap::builder::BoolishValueParser;
use futures::FutureExt;
use tokio_util::sync::CancellationToken;

use super::cluster::ClusterArguments;
use super::external::SystemArguments;
use super::failure::Failure;
use super::installed;
use super::interrupt::Signals;
use super::output::{Format, colour_on_stderr, colour_on_stdout, live_on_stderr, say, size_of_stderr};
use super::selection::{Selection, plans};
use crate::error::chain;
use crate::event::{Happening, Journal, Listener};
use crate::exit_code::ExitCode;
use crate::log::{self, LogFormat};
use crate::phase::panic_message;
use crate::profile::Profile;
use crate::project::Project;
use crate::report::console::{Live, Plain};
use crate::report::{FolderError, Report, RunFolder, SharedFold, results_folder, summary, to_json};
use crate::run::{RunRequest, RunTarget, Runner};
use crate::run_id::RunId;
use crate::scenario::plan::{GivenTenant, Plan};
use crate::target::external::refuse_acting;
use crate::target::local::Options;

/// How long work that ignores its cancellation may still hold up the end of the process.
const LAST_GRACE: Duration = Duration::from_secs(1);

/// Run scenarios: all of them, or those that are named by path, name or label
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    system: SystemArguments,
    #[command(flatten)]
    cluster: ClusterArguments,
    /// The run's folder, instead of target/e2e/<run id>; it must not hold a run already
    #[arg(long, value_name = "DIR")]
    results: Option<PathBuf>,
    /// The form of the output; with `json`, standard output holds the report and nothing else
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// Keep what a failed scenario made, to look at it; `sweep` removes it
    #[arg(long, env = "E2E_KEEP", hide_env_values = true, value_parser = BoolishValueParser::new())]
    keep: bool,
    /// How many scenarios run at the same time [default: as many as there are processors; two in a cluster; one on a system that runs already]
    #[arg(long, short, value_name = "N", value_parser = jobs)]
    jobs: Option<NonZeroUsize>,
    /// The form of the logs in the run's folder; what they hold is set by `RUST_LOG`
    #[arg(long, value_enum, default_value = "text")]
    log_format: LogFormat,
}

fn jobs(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse().map_err(|_| "expected a whole number, 1 at least")
}

/// A run that has its folder.
struct Run {
    folder: RunFolder,
    journal: Journal,
    fold: SharedFold,
    live: Option<Live>,
    started: Instant,
}

/// Runs what is selected.
pub(super) fn run(
    arguments: &Arguments,
    typed: &[OsString],
    no_color: bool,
    runner: &dyn Runner,
) -> Result<ExitCode, Failure> {
    let started = Instant::now();
    let id = RunId::new(Utc::now());
    let filter = log::filter(std::env::var("RUST_LOG").ok().as_deref()).map_err(Failure::usage)?;
    // Before anything is made: a setting that cannot be read is bad usage.
    Options::from_environment(id.clone()).map_err(Failure::usage)?;
    let (plans, target) = planned(arguments, runner, &id)?;
    let folder = match &arguments.results {
        Some(folder) => RunFolder::create_at(folder),
        None => RunFolder::create_below(&results_folder(), &id),
    };
    let folder = folder.map_err(|error| match error {
        FolderError::Taken { .. } => Failure::usage(error),
        error => Failure::could_not_tell(error),
    })?;
    let logs = log::subscriber(&folder.logs(), arguments.log_format, filter).map_err(Failure::could_not_tell)?;
    // A second run in one process keeps the first one's logs; the command runs once.
    let _ = tracing::subscriber::set_global_default(logs);

    let (console, live) = console(no_color);
    let fold = SharedFold::default();
    let journal = Journal::create(id, &folder.events(), vec![console, Box::new(fold.clone())]);
    let run = Run { folder, journal: journal.map_err(Failure::could_not_tell)?, fold, live, started };
    run.carry_out(plans, target, arguments, typed, runner)?;
    run.close(arguments.format, no_color)
}

/// What is to run, and where. Nothing has been touched yet: what is missing or not allowed is bad usage.
fn planned(arguments: &Arguments, runner: &dyn Runner, id: &RunId) -> Result<(Vec<Plan>, RunTarget), Failure> {
    if arguments.selection.is_cluster() {
        let options = arguments.cluster.options(arguments.system.owned(), arguments.keep, id)?;
        if let Some(namespace) = options.namespace.clone() {
            let tenant = arguments.system.settings()?.tenant;
            let at = installed::at(options.context, namespace, options.owned, tenant)?;
            let selection = installed::selection(&arguments.selection, &at)?;
            let plans = plans(&selection, &at.tenant, runner.checks(), id)?;
            return Ok((plans, RunTarget::Installed(Box::new(at))));
        }
        let plans = plans(&arguments.selection, &GivenTenant::default(), runner.checks(), id)?;
        return Ok((plans, RunTarget::Cluster(Box::new(options))));
    }
    if !arguments.selection.is_external() {
        let plans = plans(&arguments.selection, &GivenTenant::default(), runner.checks(), id)?;
        return Ok((plans, RunTarget::Local));
    }
    let settings = arguments.system.settings()?;
    let selection = arguments.selection.clone().or_profile(settings.profile.clone());
    let profile = selection.only_profile().map(|name| Profile::load(&Project::find().fixtures(), name)).transpose();
    let system = settings.system(profile.map_err(Failure::usage)?.as_ref()).map_err(Failure::usage)?;
    let plans = plans(&selection, &system.tenant, runner.checks(), id)?;
    if !system.owned {
        refuse_acting(&plans).map_err(Failure::usage)?;
    }
    Ok((plans, RunTarget::External(Box::new(system))))
}

/// How many charts are installed into a cluster at the same time.
const JOBS_IN_A_CLUSTER: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);

/// A system that others use is asked one thing at a time.
fn usual_jobs(target: &RunTarget) -> NonZeroUsize {
    match target {
        RunTarget::Local => std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        RunTarget::Cluster(_) => JOBS_IN_A_CLUSTER,
        RunTarget::External(_) | RunTarget::Installed(_) => NonZeroUsize::MIN,
    }
}

fn console(no_color: bool) -> (Box<dyn Listener>, Option<Live>) {
    let colour = colour_on_stderr(no_color);
    if live_on_stderr() {
        let (listener, live) = Live::start(std::io::stderr(), size_of_stderr, colour);
        (listener, Some(live))
    } else {
        (Box::new(Plain::new(std::io::stderr(), colour)), None)
    }
}

impl Run {
    fn carry_out(
        &self,
        plans: Vec<Plan>,
        target: RunTarget,
        arguments: &Arguments,
        typed: &[OsString],
        runner: &dyn Runner,
    ) -> Result<(), Failure> {
        let runtime = tokio::runtime::Runtime::new().map_err(Failure::could_not_tell)?;
        // Before anything is told: whoever sees that the run has started may end it by a signal.
        let signals = {
            let _within = runtime.enter();
            Signals::take().map_err(|error| Failure::could_not_tell(format!("cannot listen for Ctrl-C: {error}")))?
        };
        self.journal.record(Happening::RunStarted {
            harness: env!("CARGO_PKG_VERSION").to_owned(),
            command: typed.iter().map(|word| word.to_string_lossy().into_owned()).collect(),
            trials: plans.len(),
        });
        let request = RunRequest {
            plans,
            folder: self.folder.path().to_owned(),
            keep: arguments.keep,
            jobs: arguments.jobs.unwrap_or_else(|| usual_jobs(&target)),
            target,
        };
        let ended = runtime.block_on(self.until_the_end(request, runner, signals));
        runtime.shutdown_timeout(LAST_GRACE);
        if let Err(why) = ended {
            self.journal.record(Happening::CouldNotRun { why });
        }
        Ok(())
    }

    /// Runs the trials, with an ear for signals. A panic outside a trial is an error as any other: the run still has its report.
    async fn until_the_end(&self, request: RunRequest, runner: &dyn Runner, signals: Signals) -> Result<(), String> {
        let interrupt = CancellationToken::new();
        let watch = tokio::spawn(signals.watch(self.journal.clone(), interrupt.clone()));
        let ended = AssertUnwindSafe(runner.run(request, &self.journal, interrupt)).catch_unwind().await;
        watch.abort();
        match ended {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(chain(&*error)),
            Err(panic) => Err(format!("the runner panicked: {}", panic_message(&*panic))),
        }
    }

    fn close(mut self, format: Format, no_color: bool) -> Result<ExitCode, Failure> {
        if let Err(error) = self.journal.close() {
            let why = format!("events were lost, since they cannot be written to the run's folder: {error}");
            self.journal.record(Happening::CouldNotRun { why });
        }
        let report = self.report()?;
        let code = ExitCode::of(&report);
        let elapsed_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.journal.record(Happening::RunFinished { exit_code: code.number(), elapsed_ms });
        if let Some(live) = self.live.take() {
            live.finish();
        }
        let report = self.report()?;
        let written = self.folder.write(&report);
        match format {
            Format::Human => say(&summary(&report, Some(self.folder.path()), colour_on_stdout(no_color))),
            Format::Json => say(&to_json(&report).map_err(Failure::could_not_tell)?),
        }
        written.map_err(Failure::could_not_tell)?;
        Ok(code)
    }

    fn report(&self) -> Result<Report, Failure> {
        self.fold.report().ok_or_else(|| Failure::could_not_tell("the run has no events"))
    }
}
