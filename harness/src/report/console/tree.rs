//! The tree of a run on a terminal, as text: pure, so that a test sees what a person sees.

use chrono::{DateTime, Utc};

use super::plain::{INTERRUPTED, ending_line, measures, with_status};
use crate::report::line::{Line, Tone, counted, seconds};
use crate::report::model::{Ending, Report, Status, Step, Trial, millis_between};

/// What stays on the screen when a trial has ended: one line where all was as expected, else its steps and findings too.
#[must_use]
pub fn ended(trial: &Trial) -> Vec<Line> {
    let (sign, tone) = match trial.ending {
        Ending::AsExpected => ("✓ ", Tone::Good),
        Ending::NotAsExpected | Ending::CouldNotTell => ("✗ ", Tone::Bad),
        Ending::Skipped | Ending::NotFinished => ("- ", Tone::Notice),
    };
    let head = ending_line(trial).behind(Tone::Strong, format!("{} ", trial.id)).behind(tone, sign);
    let mut lines = vec![head];
    if matches!(trial.ending, Ending::NotAsExpected | Ending::CouldNotTell) {
        for (position, step) in trial.steps.iter().enumerate() {
            let last = position + 1 == trial.steps.len();
            lines.push(branch(last, &step.status).and(Tone::Plain, format!("{} ", step.name)));
            if let Some(line) = lines.last_mut() {
                *line = with_status(std::mem::take(line), &step.status).and(Tone::Dim, measures(step));
            }
            let bar = if last { "     " } else { "│    " };
            let findings = trial.findings.iter().filter(|found| found.step == Some(step.number));
            lines.extend(findings.map(|found| Line::new(Tone::Dim, bar).and(Tone::Plain, found.finding.to_string())));
        }
    }
    lines
}

/// What runs at this moment: each trial that has begun and not ended, with its steps, and one line for the whole run. Where that
/// is too high for the screen, only the step at which each trial is.
#[must_use]
pub fn frame(report: &Report, now: DateTime<Utc>, height: usize) -> Vec<Line> {
    let running = || report.trials.iter().filter(|trial| trial.ending == Ending::NotFinished);
    let room = height.saturating_sub(1);
    let mut lines: Vec<Line> = running().flat_map(|trial| whole(trial, now)).collect();
    if lines.len() > room {
        lines = running().map(|trial| short(trial, now)).collect();
    }
    if lines.len() > room {
        let hidden = lines.len() - room.saturating_sub(1);
        lines.truncate(room.saturating_sub(1));
        lines.push(Line::new(Tone::Dim, format!("… and {hidden} more")));
    }
    lines.push(foot(report, now));
    lines
}

fn whole(trial: &Trial, now: DateTime<Utc>) -> Vec<Line> {
    let head = Line::new(Tone::Strong, trial.id.to_string())
        .and(Tone::Dim, format!("  {}", seconds(millis_between(trial.started, now))));
    let steps = trial.steps.iter().enumerate().map(|(position, step)| {
        let line = branch(position + 1 == trial.steps.len(), &step.status).and(Tone::Plain, &step.name);
        line.and(Tone::Dim, so_far(step, trial, now))
    });
    std::iter::once(head).chain(steps).collect()
}

fn short(trial: &Trial, now: DateTime<Utc>) -> Line {
    let at = trial.steps.last().map_or_else(String::new, |step| format!("  {}{}", step.name, so_far(step, trial, now)));
    Line::new(Tone::Strong, trial.id.to_string()).and(Tone::Dim, at)
}

fn branch(last: bool, status: &Status) -> Line {
    let (sign, tone) = match status {
        Status::Passed => ("✓ ", Tone::Good),
        Status::Failed | Status::Errored { .. } => ("✗ ", Tone::Bad),
        Status::Skipped { .. } | Status::NotRun { .. } => ("- ", Tone::Notice),
        Status::NotFinished => ("▸ ", Tone::Plain),
    };
    Line::new(Tone::Dim, if last { "└─ " } else { "├─ " }).and(tone, sign)
}

fn so_far(step: &Step, trial: &Trial, now: DateTime<Utc>) -> String {
    if step.status == Status::NotFinished {
        let elapsed = seconds(millis_between(step.started, now));
        format!("  {elapsed}, step {} of {}", step.number, trial.planned_steps)
    } else {
        format!("  {}", seconds(step.elapsed_ms))
    }
}

fn foot(report: &Report, now: DateTime<Utc>) -> Line {
    if report.interrupted {
        return Line::new(Tone::Notice, INTERRUPTED);
    }
    let ended = report.trials.len() - report.count(Ending::NotFinished);
    let mut line = Line::new(Tone::Strong, format!("{ended} of {} ended", counted(report.planned, "trial")));
    let wrong = report.count(Ending::NotAsExpected) + report.count(Ending::CouldNotTell);
    if wrong > 0 {
        line = line.and(Tone::Bad, format!(", {wrong} not as expected"));
    }
    line.and(Tone::Dim, format!(", {}", seconds(millis_between(report.started, now))))
}
