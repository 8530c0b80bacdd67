//! Runs the steps of a plan in order, and stops at the first that does not pass.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use async_trait::async_trait;
use futures::FutureExt;

use super::bootstrap::Bootstrap;
use super::context::Context;
use super::create_provider::CreateProvider;
use super::create_providers_at_once::CreateProvidersAtOnce;
use super::fault::PutIn;
use super::install::Install;
use super::process_data::ProcessData;
use super::verify_tables::VerifyTables;
use crate::check::Outcome;
use crate::event::Happening;
use crate::scenario::plan::{PlannedPhase, PlannedStep};

/// A composable step: it acts through drivers, looks through observers, and has checks judge.
#[async_trait]
pub trait Phase: Send + Sync {
    /// Runs the phase. What later phases need of it is left in the context's state.
    async fn run(&self, context: &mut Context<'_>) -> Outcome;
}

/// Runs the steps of the context's plan. A step after one that did not pass is not run because of it.
pub async fn run_steps(context: &mut Context<'_>) -> Outcome {
    let plan = context.plan;
    let mut outcomes: Vec<Outcome> = Vec::new();
    let mut stopped_by: Option<String> = None;
    for step in &plan.steps {
        let outcome = match &stopped_by {
            Some(because) => Outcome::NotRun { because: because.clone() },
            None => run_step(step, context).await,
        };
        if stopped_by.is_none() && !outcome.passed() {
            stopped_by = Some(format!("step {} ({})", step.number, name(step)));
        }
        outcomes.push(outcome);
    }
    Outcome::of_parts(&outcomes)
}

async fn run_step(step: &PlannedStep, context: &mut Context<'_>) -> Outcome {
    let (number, name) = (step.number, name(step));
    let started = Instant::now();
    context.enter(number);
    context.record(Happening::StepStarted { step: number, name: name.clone(), reason: step.reason.clone() });
    let running = AssertUnwindSafe(phase(&step.phase).run(context)).catch_unwind().await;
    let outcome =
        running.unwrap_or_else(|panic| Outcome::Errored { why: format!("panicked: {}", panic_message(&*panic)) });
    let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(step = number, %name, %outcome, elapsed_ms, "step finished");
    context.record(Happening::StepFinished { step: number, name, outcome: outcome.clone(), elapsed_ms });
    outcome
}

fn phase(planned: &PlannedPhase) -> Box<dyn Phase + '_> {
    match planned {
        PlannedPhase::Install(install) => Box::new(Install(install)),
        PlannedPhase::Bootstrap(mode) => Box::new(Bootstrap(*mode)),
        PlannedPhase::VerifyTables => Box::new(VerifyTables),
        PlannedPhase::CreateProvider(provider) => Box::new(CreateProvider(provider)),
        PlannedPhase::CreateProvidersAtOnce(providers) => Box::new(CreateProvidersAtOnce(providers)),
        PlannedPhase::ProcessData(payload) => Box::new(ProcessData(payload)),
        PlannedPhase::Fault(fault) => Box::new(PutIn(fault)),
    }
}

fn name(step: &PlannedStep) -> String {
    match &step.phase {
        PlannedPhase::Fault(fault) => format!("fault {}", fault.fault.name),
        PlannedPhase::CreateProvider(provider) => format!("create-provider {}", provider.name),
        PlannedPhase::CreateProvidersAtOnce(providers) => {
            let names: Vec<&str> = providers.iter().map(|provider| provider.name.as_str()).collect();
            format!("create-providers-at-once {}", names.join(", "))
        }
        PlannedPhase::ProcessData(payload) => format!("process-data {}", payload.payload),
        other => other.name().to_string(),
    }
}

/// What a panic said.
pub fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "without a message".to_owned())
}
