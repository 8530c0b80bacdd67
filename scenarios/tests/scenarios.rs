//! Every scenario file as a cargo test: one for each scenario, profile and target, found at run time.

use std::error::Error;
use std::num::NonZeroUsize;
use std::process::ExitCode;

use chrono::Utc;
use harness::event::Journal;
use harness::profile::TargetKind;
use harness::project::Project;
use harness::report::{Ending, SharedFold, results_folder, summary};
use harness::run::{RunRequest, Runner, Trials};
use harness::run_id::RunId;
use harness::scenario::plan::{Plan, PlanTarget};
use harness::scenario::{Vocabulary, load_folder};
use libtest_mimic::{Arguments, Failed, Trial};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

fn main() -> ExitCode {
    harness::target::local::reaper::run_if_asked();
    let arguments = Arguments::from_args();
    let run = RunId::new(Utc::now());
    match plans(&run) {
        Ok(plans) => {
            let trials = plans.into_iter().map(|plan| trial(plan, run.clone())).collect();
            libtest_mimic::run(&arguments, trials).exit_code()
        }
        Err(wrong) => {
            eprintln!("{wrong}");
            ExitCode::FAILURE
        }
    }
}

/// The plans of every scenario, on each of its profiles, on the local target.
fn plans(run: &RunId) -> Result<Vec<Plan>, Box<dyn Error>> {
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

fn trial(plan: Plan, run: RunId) -> Trial {
    let name = format!("{}::{}::{}", plan.scenario, plan.profile, plan.target.kind);
    Trial::test(name, move || carry_out(plan, run))
}

/// Runs one plan. A scenario that does not end as expected fails with the report that the command would print.
fn carry_out(plan: Plan, run: RunId) -> Result<(), Failed> {
    let fold = SharedFold::default();
    let folder = results_folder().join(run.as_str());
    let journal = Journal::unwritten(run, vec![Box::new(fold.clone())]);
    let request = RunRequest { plans: vec![plan], folder: folder.clone(), keep: false, jobs: NonZeroUsize::MIN };
    let runtime = Runtime::new()?;
    runtime.block_on(Trials.run(request, &journal, CancellationToken::new())).map_err(|error| error.to_string())?;
    let report = fold.report().ok_or("the scenario told no event")?;
    match report.trials.as_slice() {
        [only] if only.ending == Ending::AsExpected => Ok(()),
        _ => Err(summary(&report, Some(&folder), false).into()),
    }
}
