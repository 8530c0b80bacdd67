//! One client for both dialects, chosen by what a profile says that its Sources API speaks.

use std::time::Duration;

use super::{CreatedSource, KokuSources, NewSource, PlatformSources, SourcesError};
use crate::http::{HttpEndpoint, HttpError};
use crate::identity::Identity;
use crate::profile::SourcesDialect;

/// A client of a Sources API that acts as one identity.
#[derive(Debug, Clone)]
pub enum Sources<'a> {
    /// Of the platform's.
    Platform(PlatformSources<'a>),
    /// Of the one that Koku serves itself.
    Koku(KokuSources<'a>),
}

/// Whether a provider may still come of a source that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outlook {
    /// It may; how far it is.
    MayCome(String),
    /// It never will, and why.
    Never(String),
}

impl<'a> Sources<'a> {
    /// A client at this endpoint, which speaks this dialect.
    #[must_use]
    pub const fn new(dialect: SourcesDialect, endpoint: &'a HttpEndpoint, identity: &'a Identity) -> Self {
        match dialect {
            SourcesDialect::Platform => Self::Platform(PlatformSources::new(endpoint, identity)),
            SourcesDialect::Koku => Self::Koku(KokuSources::new(endpoint, identity)),
        }
    }

    /// Makes a source with all that belongs to it. `acted` is told each request as it is sent, for the events of the run.
    ///
    /// Where an org's first source makes its tenant, the process makes one source at a time: two at once collide, and one of them is
    /// answered as if it had asked for a list (source: measured on Koku 768be82, facts `koku.md` §6.3).
    pub async fn create(
        &self,
        source: &NewSource,
        acted: impl Fn(String) + Send + Sync,
    ) -> Result<CreatedSource, SourcesError> {
        match self {
            Self::Platform(api) => api.create(source, acted).await,
            Self::Koku(api) => api.create(source, acted).await,
        }
    }

    /// As [`Sources::create`], without waiting for a source that is being made: for whoever wants to see what comes of that.
    pub async fn create_at_once(
        &self,
        source: &NewSource,
        acted: impl Fn(String) + Send + Sync,
    ) -> Result<CreatedSource, SourcesError> {
        match self {
            Self::Platform(api) => api.create(source, acted).await,
            Self::Koku(api) => api.create_at_once(source, acted).await,
        }
    }

    /// Whether a provider may still come of a source whose provider is not there.
    pub async fn outlook(&self, created: &CreatedSource) -> Result<Outlook, HttpError> {
        match self {
            Self::Platform(api) => api.outlook(created).await,
            Self::Koku(_) => {
                Ok(Outlook::Never("Koku makes the provider before it answers, and has answered".to_owned()))
            }
        }
    }
}

/// A time in whole milliseconds.
pub(super) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
