//! Why a program did not do what it was called for.

use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

/// A program could not be run, or did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// It is not installed.
    #[error("{} is not there (looked for it in PATH)", .program.display())]
    NotFound {
        /// Its name or path.
        program: PathBuf,
    },
    /// The system would not start it.
    #[error("{} cannot be started", .program.display())]
    NotStarted {
        /// Its name or path.
        program: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// What it prints, or its end, could not be read.
    #[error("the output of `{command}` cannot be read")]
    Unreadable {
        /// The command, as it can be pasted.
        command: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// It ended, and not well.
    #[error("`{command}` ended with {status}: {message}")]
    Failed {
        /// The command, as it can be pasted.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// What it printed to standard error, or else to standard output.
        message: String,
    },
    /// It was ended since it took too long.
    #[error("{command} was ended after {:.1} s", .allowed.as_secs_f64())]
    TookTooLong {
        /// The command, as it can be pasted.
        command: String,
        /// How long it was allowed.
        allowed: Duration,
    },
}

impl ProgramError {
    /// What the program itself said, where it ended and not well.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Failed { message, .. } => Some(message),
            _ => None,
        }
    }
}
