//! The last words of a run, for people: what ran, what is wrong and how to mend it, and where to look.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::console::ending_tone;
use super::line::{Line, Tone, counted, seconds, text};
use super::model::{Check, End, Ending, Found, Report, Standing, Status, Step, Trial};
use crate::event::TrialId;
use crate::exit_code::ExitCode;

/// How many of the slowest steps are named.
const SLOWEST: usize = 3;

/// The report as text, with or without colour. `folder` is where the run left its files.
#[must_use]
pub fn summary(report: &Report, folder: Option<&Path>, colour: bool) -> String {
    let mut lines = Vec::new();
    for target in &report.targets {
        lines.extend(Line::paragraph("target: ", Tone::Plain, target));
    }
    lines.extend(report.trials.iter().map(trial_line));
    lines.extend(report.trials.iter().flat_map(trial_details));
    lines.extend(does_not_apply(report));
    lines.extend(slowest(report));
    lines.extend(report.errors.iter().flat_map(|why| Line::paragraph("could not run: ", Tone::Bad, why)));
    lines.extend(report.left_behind.iter().map(|left| left_line("", &left.what, &left.why)));
    lines.extend(report.evidence.iter().map(|path| Line::new(Tone::Plain, format!("evidence: {path}"))));
    lines.extend(report.kept.iter().map(|kept| kept_line("", kept)));
    lines.push(Line::default());
    lines.extend(end(report));
    if let Some(folder) = folder {
        lines.push(Line::new(Tone::Dim, "folder: ").and(Tone::Plain, folder.display().to_string()));
    }
    text(&lines, colour)
}

fn trial_line(trial: &Trial) -> Line {
    let checks: usize = trial.steps.iter().map(|step| step.checks.len()).sum();
    let examined: usize = trial.steps.iter().map(Step::examined).sum();
    let expected = trial.findings.iter().filter(|found| found.standing == Standing::Expected);
    let mut ids: Vec<&str> = expected.map(|found| found.finding.check.as_str()).collect();
    ids.dedup();
    let found = if ids.is_empty() { String::new() } else { format!(", expected: {}", ids.join(", ")) };
    Line::new(ending_tone(trial.ending), format!("{:<15}", trial.ending.words()))
        .and(Tone::Plain, format!("  {}", trial.id))
        .and(
            Tone::Dim,
            format!(
                "  {} of {}, {}, {examined} examined, {}{found}",
                trial.steps.len(),
                counted(trial.planned_steps, "step"),
                counted(checks, "check"),
                seconds(trial.elapsed_ms)
            ),
        )
}

/// All that is to be known of a trial that was not as expected; of one that was, its findings and what it left behind.
fn trial_details(trial: &Trial) -> Vec<Line> {
    let mut lines = Vec::new();
    if trial.ending != Ending::AsExpected {
        lines.extend(trial_state(trial));
    }
    for found in &trial.findings {
        lines.extend(finding(trial, found));
    }
    for id in &trial.missing {
        let said = format!("  {id} was expected and not found");
        lines.push(Line::new(Tone::Bad, said));
    }
    if trial.ending != Ending::AsExpected {
        lines.extend(trial.steps.iter().flat_map(not_judged));
        lines.extend(trial.evidence.iter().map(|path| Line::new(Tone::Dim, "  evidence  ").and(Tone::Plain, path)));
    }
    lines.extend(trial.kept.iter().map(|kept| kept_line("  ", kept)));
    lines.extend(trial.left_behind.iter().map(|left| left_line("  ", &left.what, &left.why)));
    if lines.is_empty() {
        return lines;
    }
    let head = Line::new(Tone::Strong, trial.id.to_string()).and(Tone::Dim, format!(": {}", trial.summary));
    [Line::default(), head].into_iter().chain(lines).collect()
}

fn trial_state(trial: &Trial) -> Vec<Line> {
    let log = Line::new(Tone::Dim, "  log       ").and(Tone::Plain, format!("logs/{}.log", trial.id.file_stem()));
    let said = match (&trial.status, trial.ending) {
        (Status::Errored { why }, _) => Line::paragraph("  could not tell: ", Tone::Plain, why),
        (Status::Skipped { reason }, _) => Line::paragraph("  skipped: ", Tone::Plain, reason),
        (Status::NotRun { because }, _) => Line::paragraph("  not run because of: ", Tone::Plain, because),
        (_, Ending::NotFinished) => {
            let at = trial.steps.last().map_or_else(String::new, |step| {
                format!(", last seen in step {} of {}, {}", step.number, trial.planned_steps, step.name)
            });
            vec![Line::new(Tone::Notice, format!("  not finished: no end was recorded{at}"))]
        }
        _ => Vec::new(),
    };
    let log = (trial.ending != Ending::Skipped).then_some(log);
    said.into_iter().chain(log).collect()
}

fn finding(trial: &Trial, found: &Found) -> Vec<Line> {
    let (standing, tone) = match found.standing {
        Standing::Undecided => ("finding", Tone::Bad),
        Standing::Expected => ("expected", Tone::Good),
        Standing::Unexpected => ("unexpected", Tone::Bad),
        Standing::Advisory => ("advisory", Tone::Notice),
    };
    let step = found.step.and_then(|number| trial.steps.iter().find(|step| step.number == number));
    let place = found.finding.place.as_ref().map_or_else(String::new, |place| format!(", {place}"));
    let head = Line::new(tone, format!("  {standing}: {}", found.finding.check))
        .and(Tone::Plain, format!(", {}{place}", found.finding.scope))
        .and(Tone::Dim, step.map_or_else(String::new, |step| format!(" (step {}, {})", step.number, step.name)));
    let mut lines = vec![head];
    let parts: &[(&str, &str)] = &[
        ("expected", &found.finding.expected),
        ("observed", &found.finding.observed),
        ("cause", &found.finding.cause),
        ("remedy", &found.finding.remedy),
    ];
    // Nobody mends what a scenario put in on purpose.
    let shown = if found.standing == Standing::Expected { &parts[..2] } else { parts };
    for (label, said) in shown {
        lines.extend(Line::paragraph(&format!("    {label:<9} "), Tone::Plain, said));
    }
    lines
}

/// What a step could not judge, and why.
fn not_judged(step: &Step) -> Vec<Line> {
    let place = |check: &Check| format!("{}, {}", check.id, check.scope);
    let mut lines: Vec<Line> = step.checks.iter().filter_map(|check| open(&place(check), &check.status)).collect();
    lines.extend(open(&format!("step {}, {}", step.number, step.name), &step.status));
    lines
}

fn open(what: &str, status: &Status) -> Option<Line> {
    let said = match status {
        Status::Passed | Status::Failed => return None,
        Status::Errored { why } => format!("could not tell: {what}: {why}"),
        Status::Skipped { reason } => format!("skipped: {what}: {reason}"),
        Status::NotRun { because } => format!("not run: {what}, because of {because}"),
        Status::NotFinished => format!("not finished: {what}"),
    };
    Some(Line::new(Tone::Notice, format!("  {said}")))
}

/// The checks that do not apply, by reason: one reason mostly holds for many of them.
fn does_not_apply(report: &Report) -> Vec<Line> {
    let mut reasons: BTreeMap<&str, (BTreeSet<&str>, BTreeSet<&TrialId>)> = BTreeMap::new();
    for trial in &report.trials {
        for check in &trial.does_not_apply {
            let (checks, trials) = reasons.entry(&check.why).or_default();
            checks.insert(&check.check);
            trials.insert(&trial.id);
        }
    }
    let lines = reasons.iter().map(|(why, (checks, trials))| {
        let checks = checks.iter().copied().collect::<Vec<_>>().join(", ");
        Line::new(Tone::Dim, format!("  {why} (in {}): {checks}", counted(trials.len(), "trial")))
    });
    with_head("does not apply", lines.collect())
}

fn slowest(report: &Report) -> Vec<Line> {
    let mut steps: Vec<(&Step, &Trial)> =
        report.trials.iter().flat_map(|trial| trial.steps.iter().map(move |step| (step, trial))).collect();
    steps.sort_by_key(|(step, _)| std::cmp::Reverse(step.elapsed_ms));
    let lines = steps.iter().take(SLOWEST).map(|(step, trial)| {
        Line::new(Tone::Dim, format!("  {:>8}  {} of {}", seconds(step.elapsed_ms), step.name, trial.id))
    });
    with_head("slowest steps", lines.collect())
}

fn with_head(head: &str, lines: Vec<Line>) -> Vec<Line> {
    if lines.is_empty() {
        return lines;
    }
    [Line::default(), Line::new(Tone::Dim, head)].into_iter().chain(lines).collect()
}

fn kept_line(indent: &str, what: &str) -> Line {
    Line::new(Tone::Notice, format!("{indent}kept: {what} (`e2e-validate sweep` removes it)"))
}

fn left_line(indent: &str, what: &str, why: &str) -> Line {
    Line::new(Tone::Notice, format!("{indent}left behind: {what}: {why}"))
}

/// The last line but one: how it all ended, in numbers.
fn end(report: &Report) -> Vec<Line> {
    let (tone, said) = match (ExitCode::of(report), &report.end) {
        (ExitCode::Interrupted, _) => (Tone::Notice, "interrupted"),
        (_, End::NotRecorded) => (Tone::Bad, "killed"),
        (ExitCode::AsExpected, _) => (Tone::Good, "as expected"),
        (ExitCode::NothingRan, _) => (Tone::Notice, "nothing ran"),
        (ExitCode::Findings, _) => (Tone::Bad, "not as expected"),
        (ExitCode::CouldNotTell | ExitCode::Usage, _) => (Tone::Bad, "could not tell"),
    };
    let mut counts: Vec<String> =
        [Ending::AsExpected, Ending::NotAsExpected, Ending::CouldNotTell, Ending::Skipped, Ending::NotFinished]
            .into_iter()
            .filter(|ending| report.count(*ending) > 0)
            .map(|ending| format!("{} {}", report.count(ending), ending.words()))
            .collect();
    if report.not_started() > 0 {
        counts.push(format!("{} not started", report.not_started()));
    }
    let numbers = if counts.is_empty() { String::new() } else { format!(", {}", counts.join(", ")) };
    let head = Line::new(tone, said).and(
        Tone::Strong,
        format!(
            ": {} of run {}{numbers}, {}",
            counted(report.planned, "trial"),
            report.run,
            seconds(report.elapsed_ms())
        ),
    );
    let lost = (report.end == End::NotRecorded).then(|| {
        let at = report.last_event.format("%Y-%m-%d %H:%M:%S UTC");
        let way_out = "whatever it made may be left: e2e-validate sweep removes it";
        Line::new(Tone::Notice, format!("no end was recorded; the last event is of {at} ({way_out})"))
    });
    std::iter::once(head).chain(lost).collect()
}
