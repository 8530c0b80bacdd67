//! What can go wrong with Helm.

use std::path::PathBuf;

use super::program::HelmVersion;
use crate::driver::program::ProgramError;

/// Helm could not be used, or did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum HelmError {
    /// It is not installed.
    #[error("{} is not there; install Helm {} or later, or name it by E2E_HELM", .0.display(), super::program::OLDEST)]
    NotFound(PathBuf),
    /// Its version is below what is needed.
    #[error("{} is Helm {found}, and Helm {} or later is needed; E2E_HELM names another one", .program.display(), super::program::OLDEST)]
    TooOld {
        /// Helm's path.
        program: PathBuf,
        /// What it is.
        found: HelmVersion,
    },
    /// It does not tell its version.
    #[error("{} does not tell its version as Helm does (`version --short` printed {printed:?}); E2E_HELM names another one", .program.display())]
    NoVersion {
        /// Its path.
        program: PathBuf,
        /// What it printed.
        printed: String,
    },
    /// Helm 4 takes only plugins as post-renderers.
    #[error(
        "the chart makes {lacking}, which this cluster does not know, and Helm 4 lets only plugins take them out; \
         name a Helm 3 by E2E_HELM, or switch them off by values"
    )]
    NoPostRenderer {
        /// The kinds.
        lacking: String,
    },
    /// The program that takes objects out is not beside this one.
    #[error(
        "the chart makes {lacking}, which this cluster does not know, and `e2e-validate`, which takes them out, is not at {}; \
         build it (cargo build -p harness), or switch them off by values",
        .looked_for.display()
    )]
    NoProgram {
        /// The kinds.
        lacking: String,
        /// Where it was looked for.
        looked_for: PathBuf,
    },
    /// What it rendered is no YAML.
    #[error("what the chart renders to cannot be read as YAML")]
    Unreadable(#[from] serde_yaml::Error),
    /// It could not be run, or refused; Helm's own message is kept.
    #[error(transparent)]
    Program(ProgramError),
}
