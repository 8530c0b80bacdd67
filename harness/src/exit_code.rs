//! Exit codes are an API: scripts and pipelines branch on them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::{Ending, Report};

/// How the command ends, for whoever called it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum ExitCode {
    /// 0: everything that ran was as expected.
    AsExpected = 0,
    /// 1: the system was observed and is not as expected.
    Findings = 1,
    /// 2: the command line, or a file that it names, is wrong. Nothing was run.
    Usage = 2,
    /// 3: something could not be run or observed, so that nothing is known about it.
    CouldNotTell = 3,
    /// 4: nothing ran: no trial was selected, or each was skipped.
    NothingRan = 4,
    /// 130: Ctrl-C or SIGTERM ended it.
    Interrupted = 130,
}

impl ExitCode {
    /// The code as the number that a shell sees.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The code that a run with this report ends with.
    ///
    /// The first that holds: it was interrupted; something could not be told (an error, a trial that did not end or start, a run
    /// without an end); something was not as expected; nothing ran; all is well. An error outweighs a finding as in
    /// [`Outcome::of_parts`](crate::check::Outcome::of_parts): after an error, the findings may not be all. What was left behind
    /// is reported and decides nothing.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let any = |ending| report.trials.iter().any(|trial| trial.ending == ending);
        if report.interrupted {
            Self::Interrupted
        } else if !report.errors.is_empty()
            || any(Ending::CouldNotTell)
            || any(Ending::NotFinished)
            || report.not_started() > 0
        {
            Self::CouldNotTell
        } else if any(Ending::NotAsExpected) {
            Self::Findings
        } else if !any(Ending::AsExpected) {
            Self::NothingRan
        } else {
            Self::AsExpected
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}
