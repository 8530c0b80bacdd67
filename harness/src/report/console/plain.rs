//! One line for each thing that happened: for pipes, files and CI.

use std::io::Write;

use crate::event::{Event, Happening, Listener};
use crate::report::fold::Fold;
use crate::report::line::{Line, Tone, counted, seconds, text};
use crate::report::model::{Ending, Report, Status, Step, Trial};

/// Writes plain lines as events happen.
pub struct Plain<W> {
    out: W,
    colour: bool,
    fold: Fold,
}

impl<W: Write + Send> Plain<W> {
    /// Writes to `out`.
    pub fn new(out: W, colour: bool) -> Self {
        Self { out, colour, fold: Fold::default() }
    }
}

impl<W: Write + Send> Listener for Plain<W> {
    fn hear(&mut self, event: &Event) {
        self.fold.add(event);
        let Some(report) = self.fold.report() else { return };
        // A reader that has gone away (`| head`) is no reason to stop the run.
        let _ = self.out.write_all(text(&plain_lines(report, event), self.colour).as_bytes());
    }
}

/// What is said of an event, when the report holds it already.
#[must_use]
pub fn plain_lines(report: &Report, event: &Event) -> Vec<Line> {
    let trial = event.trial.as_ref().and_then(|id| report.trials.iter().find(|trial| trial.id == *id));
    let mut lines = match (&event.what, trial) {
        (Happening::StepFinished { step, .. }, Some(trial)) => step_lines(trial, *step),
        (Happening::TrialStarted { .. }, Some(trial)) => {
            let steps = counted(trial.planned_steps, "step");
            vec![Line::new(Tone::Plain, format!("started, {steps}: {}", trial.summary))]
        }
        (Happening::TrialFinished { .. }, Some(trial)) => vec![ending_line(trial)],
        (what, _) => said_of_run(report, what),
    };
    if let Some(id) = &event.trial {
        for line in &mut lines {
            *line = std::mem::take(line).behind(Tone::Dim, format!("{id}: "));
        }
    }
    lines
}

fn said_of_run(report: &Report, what: &Happening) -> Vec<Line> {
    match what {
        Happening::RunStarted { trials, .. } => {
            vec![Line::new(Tone::Strong, format!("run {}: {}", report.run, counted(*trials, "trial")))]
        }
        Happening::TargetReady { summary } => Line::paragraph("target: ", Tone::Plain, summary),
        Happening::CouldNotRun { why } => Line::paragraph("could not run: ", Tone::Bad, why),
        Happening::LeftBehind { what, why } => {
            vec![Line::new(Tone::Notice, format!("left behind: {what}: {why}"))]
        }
        Happening::Kept { what } => vec![Line::new(Tone::Notice, format!("kept: {what}"))],
        Happening::Interrupted => vec![Line::new(Tone::Notice, INTERRUPTED)],
        _ => Vec::new(),
    }
}

/// What is said when Ctrl-C was pressed once.
pub(super) const INTERRUPTED: &str =
    "interrupted: stopping the trials and unmaking what they made (a second Ctrl-C ends at once)";

fn step_lines(trial: &Trial, number: usize) -> Vec<Line> {
    let Some(step) = trial.steps.iter().find(|step| step.number == number) else { return Vec::new() };
    let head = Line::new(Tone::Plain, format!("{number}/{} {} ", trial.planned_steps, step.name));
    let head = with_status(head, &step.status).and(Tone::Dim, measures(step));
    let findings = trial.findings.iter().filter(|found| found.step == Some(number));
    std::iter::once(head)
        .chain(findings.map(|found| Line::new(Tone::Bad, "  ").and(Tone::Plain, found.finding.to_string())))
        .collect()
}

/// The line with how something ended, and why.
pub(super) fn with_status(line: Line, status: &Status) -> Line {
    match status {
        Status::Passed => line.and(Tone::Good, "passed"),
        Status::Failed => line.and(Tone::Bad, "failed"),
        Status::Errored { why } => line.and(Tone::Bad, "errored").and(Tone::Plain, format!(": {why}")),
        Status::Skipped { reason } => line.and(Tone::Notice, "skipped").and(Tone::Plain, format!(": {reason}")),
        Status::NotRun { because } => {
            line.and(Tone::Notice, "not run").and(Tone::Plain, format!(" because of {because}"))
        }
        Status::NotFinished => line.and(Tone::Notice, "not finished"),
    }
}

/// What a step searched and how long it took.
pub(super) fn measures(step: &Step) -> String {
    match step.checks.len() {
        0 => format!(", {}", seconds(step.elapsed_ms)),
        checks => {
            format!(", {}, {} examined, {}", counted(checks, "check"), step.examined(), seconds(step.elapsed_ms))
        }
    }
}

/// How a trial ended, and what decided it.
pub(super) fn ending_line(trial: &Trial) -> Line {
    let line = Line::new(ending_tone(trial.ending), trial.ending.words());
    let why = match &trial.status {
        Status::Errored { why } if trial.ending != Ending::AsExpected => format!(": {why}"),
        Status::Skipped { reason } => format!(": {reason}"),
        Status::NotRun { because } if trial.ending != Ending::AsExpected => format!(": not run because of {because}"),
        _ => String::new(),
    };
    let named = |label: &str, ids: &[String]| match ids {
        [] => String::new(),
        ids => format!(", {label} {}", ids.join(", ")),
    };
    let (unexpected, missing) = (named("unexpected:", &trial.unexpected), named("missing:", &trial.missing));
    line.and(Tone::Plain, format!("{why}{unexpected}{missing}"))
        .and(Tone::Dim, format!(", {}", seconds(trial.elapsed_ms)))
}

/// The colour of an ending.
pub(in crate::report) const fn ending_tone(ending: Ending) -> Tone {
    match ending {
        Ending::AsExpected => Tone::Good,
        Ending::NotAsExpected | Ending::CouldNotTell => Tone::Bad,
        Ending::Skipped | Ending::NotFinished => Tone::Notice,
    }
}
