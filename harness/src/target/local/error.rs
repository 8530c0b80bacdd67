//! Why there is no server.

use super::dismantle::DismantleError;
use super::options::OptionsError;
use super::postgres::{PassedOver, Provider, ProviderError, listed};
use super::reaper::ReaperError;
use super::roles::RolesError;
use super::state::StateError;

/// Why [`super::Server::acquire`] gave no server.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// A setting cannot be read.
    #[error(transparent)]
    Options(#[from] OptionsError),
    /// The only provider that may serve does not.
    #[error("no PostgreSQL from {provider}, which {because}")]
    Pinned {
        /// The provider.
        provider: Provider,
        /// Why no other one was tried.
        because: &'static str,
        /// What it lacks.
        source: Box<ProviderError>,
    },
    /// The whole chain was tried.
    #[error("no PostgreSQL for the tests; tried in this order:\n{}\nmake one of these work; E2E_POSTGRES=url|docker|local|embedded then pins it", listed(.0))]
    NoneServes(Vec<PassedOver>),
    /// The folder that the processes of a run share cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// Nobody would stop the server.
    #[error("no server was started, since nothing would stop it")]
    Reaper(#[from] ReaperError),
    /// What an earlier run left is in the way.
    #[error("what an earlier run left cannot be removed")]
    Leftovers(#[from] DismantleError),
    /// The record of the server is not whole.
    #[error("the server was recorded before it ran; run `e2e-validate sweep`")]
    NotRunning,
    /// The roles of Koku and of the observers could not be made.
    #[error(transparent)]
    Roles(#[from] RolesError),
}
