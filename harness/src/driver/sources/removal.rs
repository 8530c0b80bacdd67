//! Sources are removed by the door by which they were made.

use reqwest::Method;

use super::list::{Named, listed};
use super::{KOKU_BASE, PLATFORM_BASE};
use crate::http::{HttpEndpoint, HttpError};
use crate::identity::Identity;
use crate::profile::SourcesDialect;

/// The path of the list of source types, which tells the dialects apart: each answers its own alone.
#[must_use]
pub const fn source_types(dialect: SourcesDialect) -> &'static str {
    match dialect {
        SourcesDialect::Platform => "/api/sources/v3.1/source_types",
        SourcesDialect::Koku => "/api/cost-management/v1/source_types",
    }
}

/// Removes sources as one identity.
#[derive(Debug, Clone, Copy)]
pub struct SourceRemoval<'a> {
    /// The Sources API.
    pub endpoint: &'a HttpEndpoint,
    /// Which one it is.
    pub dialect: SourcesDialect,
    /// Whose sources they are.
    pub identity: &'a Identity,
}

impl SourceRemoval<'_> {
    /// Removes every source that has exactly this name. Says how many there were.
    pub async fn remove_named(&self, name: &str) -> Result<usize, HttpError> {
        let found = listed(self.endpoint, self.identity, &named(self.dialect, name)).await?;
        let named: Vec<Named> = found.into_iter().filter(|source| source.name == name).collect();
        for source in &named {
            let path = format!("{}/{}", list(self.dialect), source.id);
            let reply = self.endpoint.send(Method::DELETE, &path, self.identity, |request| request).await?;
            reply.expect(&[202, 204])?;
        }
        Ok(named.len())
    }
}

fn list(dialect: SourcesDialect) -> String {
    match dialect {
        SourcesDialect::Platform => format!("{PLATFORM_BASE}/sources"),
        SourcesDialect::Koku => format!("{KOKU_BASE}/sources"),
    }
}

/// The path of the list of sources of this name: the platform filters by the whole name, Koku by a part of it (measured).
pub(super) fn named(dialect: SourcesDialect, name: &str) -> String {
    let key = match dialect {
        SourcesDialect::Platform => "filter[name]",
        SourcesDialect::Koku => "name",
    };
    let filter = url::form_urlencoded::Serializer::new(String::new()).append_pair(key, name).finish();
    format!("{}?{filter}", list(dialect))
}
