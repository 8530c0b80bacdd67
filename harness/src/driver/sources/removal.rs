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
        let list = format!("{}?{}", self.list(), self.filter(name));
        let found = listed(self.endpoint, self.identity, &list).await?;
        let named: Vec<Named> = found.into_iter().filter(|source| source.name == name).collect();
        for source in &named {
            let path = format!("{}/{}", self.list(), source.id);
            let reply = self.endpoint.send(Method::DELETE, &path, self.identity, |request| request).await?;
            reply.expect(&[202, 204])?;
        }
        Ok(named.len())
    }

    fn list(&self) -> String {
        match self.dialect {
            SourcesDialect::Platform => format!("{PLATFORM_BASE}/sources"),
            SourcesDialect::Koku => format!("{KOKU_BASE}/sources"),
        }
    }

    /// The platform filters by the whole name, Koku by a part of it (measured).
    fn filter(&self, name: &str) -> String {
        let key = match self.dialect {
            SourcesDialect::Platform => "filter[name]",
            SourcesDialect::Koku => "name",
        };
        url::form_urlencoded::Serializer::new(String::new()).append_pair(key, name).finish()
    }
}
