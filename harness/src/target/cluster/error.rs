//! Why there is no cluster to run on.

use super::context::ContextError;
use super::kind::KindError;
use super::ledger::LedgerError;
use crate::driver::helm::{ChartError, HelmError};
use crate::profile::ProfileError;

/// The cluster of a run could not be made or may not be used.
#[derive(Debug, thiserror::Error)]
pub enum AcquireError {
    /// An existing context does not serve.
    #[error(transparent)]
    Context(#[from] ContextError),
    /// There is no chart.
    #[error(transparent)]
    Chart(#[from] ChartError),
    /// Helm does not serve.
    #[error(transparent)]
    Helm(#[from] HelmError),
    /// kind does not serve.
    #[error(transparent)]
    Kind(#[from] KindError),
    /// It could not be written down what the run makes.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A profile cannot be read.
    #[error(transparent)]
    Profile(#[from] ProfileError),
}
