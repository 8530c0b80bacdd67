//! Folds events into a report. Pure: the same events give the same report, whether they are heard or read from a file.

use std::sync::{Arc, Mutex, PoisonError};

use super::model::{
    Check, DoesNotApply, End, Ending, Found, LeftBehind, REPORT_VERSION, Report, Standing, Status, Step, Trial,
    millis_between,
};
use crate::check::{Finding, Outcome, Severity};
use crate::event::{Event, Happening, Listener, TrialId};

/// A report that grows with each event.
#[derive(Debug, Clone, Default)]
pub struct Fold {
    report: Option<Report>,
}

impl Fold {
    /// The report of these events; `None` where there are none.
    pub fn all<'a>(events: impl IntoIterator<Item = &'a Event>) -> Option<Report> {
        let mut fold = Self::default();
        for event in events {
            fold.add(event);
        }
        fold.report
    }

    /// The report so far; `None` before the first event.
    #[must_use]
    pub fn report(&self) -> Option<&Report> {
        self.report.as_ref()
    }

    /// Takes the next event in.
    pub fn add(&mut self, event: &Event) {
        let report = self.report.get_or_insert_with(|| empty(event));
        report.last_event = event.at;
        match &event.trial {
            None => add_to_run(report, event),
            Some(id) => add_to_trial(report, id, event),
        }
    }
}

fn empty(first: &Event) -> Report {
    Report {
        version: REPORT_VERSION,
        run: first.run.clone(),
        harness: None,
        command: Vec::new(),
        started: first.at,
        last_event: first.at,
        end: End::NotRecorded,
        interrupted: false,
        errors: Vec::new(),
        targets: Vec::new(),
        planned: 0,
        trials: Vec::new(),
        left_behind: Vec::new(),
        evidence: Vec::new(),
        kept: Vec::new(),
    }
}

/// What concerns the run as a whole. Events of a step or a trial that name no trial cannot be told apart, and are ignored.
fn add_to_run(report: &mut Report, event: &Event) {
    match &event.what {
        Happening::RunStarted { harness, command, trials } => {
            report.harness = Some(harness.clone());
            report.command.clone_from(command);
            report.planned = *trials;
        }
        Happening::TargetReady { summary } => add_target(report, summary),
        Happening::CouldNotRun { why } => report.errors.push(why.clone()),
        Happening::Interrupted => report.interrupted = true,
        Happening::LeftBehind { what, why } => {
            report.left_behind.push(LeftBehind { what: what.clone(), why: why.clone() });
        }
        Happening::EvidenceCollected { path } => report.evidence.push(path.clone()),
        Happening::Kept { what } => report.kept.push(what.clone()),
        Happening::RunFinished { exit_code, elapsed_ms } => {
            report.end = End::Finished { exit_code: *exit_code, elapsed_ms: *elapsed_ms };
        }
        Happening::TrialStarted { .. }
        | Happening::StepStarted { .. }
        | Happening::Acted { .. }
        | Happening::DoesNotApply { .. }
        | Happening::Judged { .. }
        | Happening::StepFinished { .. }
        | Happening::TrialFinished { .. } => {}
    }
}

fn add_target(report: &mut Report, summary: &str) {
    if !report.targets.iter().any(|known| known == summary) {
        report.targets.push(summary.to_owned());
    }
}

fn add_to_trial(report: &mut Report, id: &TrialId, event: &Event) {
    match &event.what {
        Happening::TargetReady { summary } => add_target(report, summary),
        Happening::Interrupted => report.interrupted = true,
        Happening::RunStarted { .. } | Happening::CouldNotRun { .. } | Happening::RunFinished { .. } => {
            add_to_run(report, event);
        }
        what => {
            let trial = trial_of(report, id, event);
            trial.hear(what, event);
        }
    }
}

fn trial_of<'a>(report: &'a mut Report, id: &TrialId, event: &Event) -> &'a mut Trial {
    let position = report.trials.iter().position(|trial| trial.id == *id).unwrap_or_else(|| {
        report.trials.push(Trial::begun(id, event));
        report.trials.len() - 1
    });
    &mut report.trials[position]
}

impl Trial {
    fn begun(id: &TrialId, event: &Event) -> Self {
        Self {
            id: id.clone(),
            summary: String::new(),
            started: event.at,
            ending: Ending::NotFinished,
            status: Status::NotFinished,
            planned_steps: 0,
            steps: Vec::new(),
            findings: Vec::new(),
            missing: Vec::new(),
            unexpected: Vec::new(),
            does_not_apply: Vec::new(),
            left_behind: Vec::new(),
            evidence: Vec::new(),
            kept: Vec::new(),
            elapsed_ms: 0,
        }
    }

    fn hear(&mut self, what: &Happening, event: &Event) {
        self.let_time_pass(event);
        match what {
            Happening::TrialStarted { summary, steps } => {
                self.summary.clone_from(summary);
                self.planned_steps = *steps;
            }
            Happening::StepStarted { step, name, reason } => {
                let step = self.step(*step, event);
                step.name.clone_from(name);
                step.reason.clone_from(reason);
            }
            Happening::Acted { step, action } => self.step(*step, event).actions.push(action.clone()),
            Happening::DoesNotApply { check, why } => {
                self.does_not_apply.push(DoesNotApply { check: check.clone(), why: why.clone() });
            }
            Happening::Judged { step, check, scope, examined, outcome } => {
                let (id, scope, status) = (check.clone(), scope.clone(), Status::from(outcome));
                self.step(*step, event).checks.push(Check { id, scope, examined: *examined, status });
                self.find(Some(*step), outcome.findings());
            }
            Happening::StepFinished { step, name, outcome, elapsed_ms } => {
                self.find(Some(*step), outcome.findings());
                let step = self.step(*step, event);
                step.name.clone_from(name);
                step.status = outcome.into();
                step.elapsed_ms = *elapsed_ms;
            }
            Happening::EvidenceCollected { path } => self.evidence.push(path.clone()),
            Happening::Kept { what } => self.kept.push(what.clone()),
            Happening::LeftBehind { what, why } => {
                self.left_behind.push(LeftBehind { what: what.clone(), why: why.clone() });
            }
            Happening::TrialFinished { as_expected, outcome, missing, unexpected, elapsed_ms } => {
                self.find(None, outcome.findings());
                self.missing.clone_from(missing);
                self.unexpected.clone_from(unexpected);
                self.end(*as_expected, outcome, *elapsed_ms);
            }
            Happening::RunStarted { .. }
            | Happening::TargetReady { .. }
            | Happening::CouldNotRun { .. }
            | Happening::Interrupted
            | Happening::RunFinished { .. } => {}
        }
    }

    /// A trial and a step without an end took at least until their last sign of life.
    fn let_time_pass(&mut self, event: &Event) {
        if self.ending != Ending::NotFinished {
            return;
        }
        self.elapsed_ms = millis_between(self.started, event.at);
        for step in self.steps.iter_mut().filter(|step| step.status == Status::NotFinished) {
            step.elapsed_ms = millis_between(step.started, event.at);
        }
    }

    fn step(&mut self, number: usize, event: &Event) -> &mut Step {
        let position = self.steps.iter().position(|step| step.number == number).unwrap_or_else(|| {
            self.steps.push(Step {
                number,
                name: String::new(),
                reason: None,
                started: event.at,
                status: Status::NotFinished,
                actions: Vec::new(),
                checks: Vec::new(),
                elapsed_ms: 0,
            });
            self.steps.len() - 1
        });
        &mut self.steps[position]
    }

    /// Notes findings once each: a step tells again what its checks found, and the trial what its steps found.
    fn find(&mut self, step: Option<usize>, findings: &[Finding]) {
        for finding in findings {
            let known = |found: &Found| found.finding == *finding && (step.is_none() || found.step == step);
            if !self.findings.iter().any(known) {
                self.findings.push(Found { step, standing: Standing::Undecided, finding: finding.clone() });
            }
        }
    }

    fn end(&mut self, as_expected: bool, outcome: &Outcome, elapsed_ms: u64) {
        self.elapsed_ms = elapsed_ms;
        self.status = outcome.into();
        self.ending = match outcome {
            Outcome::Skipped { .. } => Ending::Skipped,
            _ if as_expected => Ending::AsExpected,
            Outcome::Errored { .. } | Outcome::NotRun { .. } => Ending::CouldNotTell,
            Outcome::Passed | Outcome::Failed { .. } => Ending::NotAsExpected,
        };
        for found in &mut self.findings {
            found.standing = if self.unexpected.contains(&found.finding.check) {
                Standing::Unexpected
            } else if found.finding.severity == Severity::Advisory {
                Standing::Advisory
            } else {
                Standing::Expected
            };
        }
    }
}

/// A report that grows while others look at it: a listener of the journal, and a handle for whoever asks.
#[derive(Debug, Clone, Default)]
pub struct SharedFold(Arc<Mutex<Fold>>);

impl SharedFold {
    /// The report so far; `None` before the first event.
    #[must_use]
    pub fn report(&self) -> Option<Report> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).report.clone()
    }
}

impl Listener for SharedFold {
    fn hear(&mut self, event: &Event) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).add(event);
    }
}
