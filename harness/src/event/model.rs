//! The events of a run, as plain versioned data: one JSON object a line.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::{Outcome, Scope};
use crate::run_id::RunId;

/// The version of the format. It changes whenever a reader of the old one would misread the new one.
pub const VERSION: u32 = 1;

/// One scenario on one profile and one target: what a run runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct TrialId {
    /// The scenario's name.
    pub scenario: String,
    /// The profile's name.
    pub profile: String,
    /// The target's name: `local`, later `cluster`, `external`.
    pub target: String,
}

impl TrialId {
    /// The trial in the name of a file: `<scenario>--<profile>--<target>`.
    #[must_use]
    pub fn file_stem(&self) -> String {
        format!("{}--{}--{}", self.scenario, self.profile, self.target)
    }
}

impl std::fmt::Display for TrialId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} [{}, {}]", self.scenario, self.profile, self.target)
    }
}

/// Something that happened, with when and in which trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// [`VERSION`] of the writer.
    pub version: u32,
    /// When it happened (UTC).
    pub at: DateTime<Utc>,
    /// The run.
    pub run: RunId,
    /// The trial, unless it concerns the whole run.
    pub trial: Option<TrialId>,
    /// What happened.
    pub what: Happening,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Happening {
    /// A run began.
    RunStarted {
        /// The version of the harness.
        harness: String,
        /// The command line, as typed.
        command: Vec<String>,
        /// How many trials will run.
        trials: usize,
    },
    /// What serves a target, and why it was chosen (the PostgreSQL in use, for instance).
    TargetReady {
        /// One line for people.
        summary: String,
    },
    /// A trial began.
    TrialStarted {
        /// What the scenario proves.
        summary: String,
        /// How many steps it has.
        steps: usize,
    },
    /// A step of a trial began.
    StepStarted {
        /// Its number, from 1.
        step: usize,
        /// The phase or fault.
        name: String,
        /// Why it stands at this place, where the plan moved it.
        reason: Option<String>,
    },
    /// A driver acted on the system: the statement, command or request, without secrets.
    Acted {
        /// The step.
        step: usize,
        /// What was done.
        action: String,
    },
    /// A check does not apply here; decided by the plan.
    DoesNotApply {
        /// The check's id.
        check: String,
        /// Why not.
        why: String,
    },
    /// A check judged one scope.
    Judged {
        /// The step.
        step: usize,
        /// The check's id.
        check: String,
        /// What was judged.
        scope: Scope,
        /// How many things were searched (never: hit).
        examined: usize,
        /// How it ended.
        outcome: Outcome,
    },
    /// A step ended.
    StepFinished {
        /// Its number.
        step: usize,
        /// The phase or fault.
        name: String,
        /// How it ended.
        outcome: Outcome,
        /// How long it took, in milliseconds.
        elapsed_ms: u64,
    },
    /// Evidence was written, relative to the run's folder.
    EvidenceCollected {
        /// The file or folder.
        path: String,
    },
    /// Something was kept on purpose, since its trial failed and failed ones are to be kept.
    Kept {
        /// What, and how to open it.
        what: String,
    },
    /// Something the run made could not be unmade.
    LeftBehind {
        /// What.
        what: String,
        /// Why it is still there.
        why: String,
    },
    /// A trial ended.
    TrialFinished {
        /// Whether everything was as the scenario expects.
        as_expected: bool,
        /// The outcome of the phases taken together.
        outcome: Outcome,
        /// Expected findings that were not made, by check id.
        missing: Vec<String>,
        /// Findings that were not expected, by check id.
        unexpected: Vec<String>,
        /// How long it took, in milliseconds.
        elapsed_ms: u64,
    },
    /// The run as a whole, or what is left of it, cannot be carried out: no target, a folder that cannot be written.
    CouldNotRun {
        /// Why, as one text with its causes.
        why: String,
    },
    /// Somebody pressed Ctrl-C, or the process was asked to end.
    Interrupted,
    /// The run ended.
    RunFinished {
        /// The exit code of the command.
        exit_code: u8,
        /// How long it took, in milliseconds.
        elapsed_ms: u64,
    },
}
