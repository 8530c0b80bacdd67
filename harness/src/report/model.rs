//! The report of a run: plain versioned data, made from events alone.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::{Finding, Outcome, Scope};
use crate::event::TrialId;
use crate::run_id::RunId;

/// The version of the report's format. It changes whenever a reader of the old one would misread the new one.
pub const REPORT_VERSION: u32 = 1;

/// What a run's events add up to, so far or in the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// [`REPORT_VERSION`] of the writer.
    pub version: u32,
    /// The run.
    pub run: RunId,
    /// The version of the harness that ran it; `null` where the start was not recorded.
    pub harness: Option<String>,
    /// The command line, as typed, without secrets.
    pub command: Vec<String>,
    /// When the first event happened (UTC).
    pub started: DateTime<Utc>,
    /// When the last event happened (UTC).
    pub last_event: DateTime<Utc>,
    /// How the run ended.
    pub end: End,
    /// Whether Ctrl-C or SIGTERM was received.
    pub interrupted: bool,
    /// What kept the run as a whole from being carried out.
    pub errors: Vec<String>,
    /// What serves the targets, one line each.
    pub targets: Vec<String>,
    /// How many trials the run was going to run.
    pub planned: usize,
    /// The trials that began, in that order.
    pub trials: Vec<Trial>,
    /// What the run made and could not unmake, beyond its trials.
    pub left_behind: Vec<LeftBehind>,
    /// Evidence beyond that of the trials, relative to the run's folder.
    pub evidence: Vec<String>,
    /// What was kept on purpose beyond that of the trials, and how to open it.
    pub kept: Vec<String>,
}

impl Report {
    /// How many of the planned trials never began.
    #[must_use]
    pub fn not_started(&self) -> usize {
        self.planned.saturating_sub(self.trials.len())
    }

    /// How many trials ended so.
    #[must_use]
    pub fn count(&self, ending: Ending) -> usize {
        self.trials.iter().filter(|trial| trial.ending == ending).count()
    }

    /// How long the run took, in milliseconds: as it said at its end, or up to its last event.
    #[must_use]
    pub fn elapsed_ms(&self) -> u64 {
        match self.end {
            End::Finished { elapsed_ms, .. } => elapsed_ms,
            End::NotRecorded => millis_between(self.started, self.last_event),
        }
    }
}

/// The time between two moments in milliseconds; zero where the clock went back.
pub(super) fn millis_between(from: DateTime<Utc>, to: DateTime<Utc>) -> u64 {
    u64::try_from((to - from).num_milliseconds()).unwrap_or_default()
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "end", rename_all = "kebab-case")]
pub enum End {
    /// It came to its end.
    Finished {
        /// The exit code of the command.
        exit_code: u8,
        /// How long it took, in milliseconds.
        elapsed_ms: u64,
    },
    /// It is still running, or it was killed: no end was recorded.
    NotRecorded,
}

/// One scenario on one profile and one target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trial {
    /// Which.
    pub id: TrialId,
    /// What the scenario proves.
    pub summary: String,
    /// When it began (UTC).
    pub started: DateTime<Utc>,
    /// How it ended, measured by what the scenario expects.
    pub ending: Ending,
    /// How its phases ended, taken together.
    pub status: Status,
    /// How many steps it has.
    pub planned_steps: usize,
    /// The steps of which something was heard, in order.
    pub steps: Vec<Step>,
    /// Every finding once, in the order in which they were made.
    pub findings: Vec<Found>,
    /// Expected findings that were not made, by check id.
    pub missing: Vec<String>,
    /// Findings that were not expected, by check id.
    pub unexpected: Vec<String>,
    /// Checks that do not apply, as the plan decided.
    pub does_not_apply: Vec<DoesNotApply>,
    /// What it made and could not unmake.
    pub left_behind: Vec<LeftBehind>,
    /// Evidence, relative to the run's folder.
    pub evidence: Vec<String>,
    /// What was kept on purpose, and how to open it.
    pub kept: Vec<String>,
    /// How long it took, in milliseconds; up to its last event where it did not end.
    pub elapsed_ms: u64,
}

/// How a trial ended, measured by what its scenario expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Exactly the expected findings were made (mostly: none).
    AsExpected,
    /// A finding too many, or one too few.
    NotAsExpected,
    /// It could not be carried out or observed.
    CouldNotTell,
    /// It was left out on purpose.
    Skipped,
    /// No end was recorded. Never a pass.
    NotFinished,
}

impl Ending {
    /// The ending as people read it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::AsExpected => "as expected",
            Self::NotAsExpected => "not as expected",
            Self::CouldNotTell => "could not tell",
            Self::Skipped => "skipped",
            Self::NotFinished => "not finished",
        }
    }
}

/// How a check, a step or a trial ended, without its findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum Status {
    /// Something was examined and nothing was wrong.
    Passed,
    /// Something is wrong: see the findings.
    Failed,
    /// It could not be observed or carried out.
    Errored {
        /// Why.
        why: String,
    },
    /// It was left out on purpose.
    Skipped {
        /// Why.
        reason: String,
    },
    /// It could not be judged because something before it did not pass.
    NotRun {
        /// What did not pass.
        because: String,
    },
    /// It is still running, or no end was recorded.
    NotFinished,
}

impl From<&Outcome> for Status {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Passed => Self::Passed,
            Outcome::Failed { .. } => Self::Failed,
            Outcome::Errored { why } => Self::Errored { why: why.clone() },
            Outcome::Skipped { reason } => Self::Skipped { reason: reason.clone() },
            Outcome::NotRun { because } => Self::NotRun { because: because.clone() },
        }
    }
}

/// One step of a trial: a phase or a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// Its number, from 1.
    pub number: usize,
    /// The phase or fault.
    pub name: String,
    /// Why it stands at this place, where the plan moved it.
    pub reason: Option<String>,
    /// When the first was heard of it (UTC).
    pub started: DateTime<Utc>,
    /// How it ended.
    pub status: Status,
    /// What the drivers did to the system, in order, without secrets.
    pub actions: Vec<String>,
    /// What was judged, in order.
    pub checks: Vec<Check>,
    /// How long it took, in milliseconds; up to the trial's last event where it did not end.
    pub elapsed_ms: u64,
}

impl Step {
    /// How many things its checks searched, taken together.
    #[must_use]
    pub fn examined(&self) -> usize {
        self.checks.iter().map(|check| check.examined).sum()
    }
}

/// One check on one scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// The check's id.
    pub id: String,
    /// What was judged.
    pub scope: Scope,
    /// How many things were searched (never: hit).
    pub examined: usize,
    /// How it ended.
    pub status: Status,
}

/// A finding, and how it stands to what the scenario expects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Found {
    /// The step in which it was made, where one is known.
    pub step: Option<usize>,
    /// How it stands to what the scenario expects.
    pub standing: Standing,
    /// What is wrong.
    pub finding: Finding,
}

/// How a finding stands to what the scenario expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// The trial did not end, so nobody has decided.
    Undecided,
    /// The scenario expects it.
    Expected,
    /// The scenario does not expect it.
    Unexpected,
    /// It decides nothing.
    Advisory,
}

/// A check that does not apply in this trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DoesNotApply {
    /// The check's id.
    pub check: String,
    /// Why not.
    pub why: String,
}

/// Something that was made and is still there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftBehind {
    /// What.
    pub what: String,
    /// Why it is still there.
    pub why: String,
}
