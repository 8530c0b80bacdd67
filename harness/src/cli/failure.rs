//! Why a command did not do what was asked.

use std::error::Error;
use std::fmt;

use crate::error::chain;
use crate::exit_code::ExitCode;

/// An error, and the exit code that it means.
#[derive(Debug)]
pub(super) struct Failure {
    /// What the process has to end with.
    pub(super) code: ExitCode,
    error: Box<dyn Error + Send + Sync>,
}

impl Failure {
    /// The command line, or a file that it names, is wrong.
    pub(super) fn usage(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { code: ExitCode::Usage, error: error.into() }
    }

    /// What was looked at is not as it must be.
    pub(super) fn findings(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { code: ExitCode::Findings, error: error.into() }
    }

    /// What is asked for means nothing that could run.
    pub(super) fn nothing_ran(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { code: ExitCode::NothingRan, error: error.into() }
    }

    /// Something could not be run or observed.
    pub(super) fn could_not_tell(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { code: ExitCode::CouldNotTell, error: error.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = chain(&*self.error);
        // What is wrong in a file is shown as a compiler shows it, and begins so already.
        if text.starts_with("error: ") { formatter.write_str(&text) } else { write!(formatter, "error: {text}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot read the plan")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn an_error_is_told_with_its_causes_and_once() {
        let cause = || std::io::Error::other("disk on fire");
        assert_eq!(Failure::usage(Outer(cause())).to_string(), "error: cannot read the plan: disk on fire");
        assert_eq!(Failure::usage(cause()).to_string(), "error: disk on fire");
        assert_eq!(Failure::could_not_tell("error: shown").to_string(), "error: shown");
    }
}
