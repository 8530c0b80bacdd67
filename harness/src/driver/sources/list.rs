//! Lists of things with an id and a name, as both dialects give them.

use serde::Deserialize;

use super::SourcesError;
use super::making::Maker;
use crate::http::{HttpEndpoint, HttpError};
use crate::identity::Identity;

/// A list.
#[derive(Deserialize)]
pub(super) struct List<T> {
    pub(super) data: Vec<T>,
}

/// One of a list.
#[derive(Deserialize)]
pub(super) struct Named {
    pub(super) id: String,
    pub(super) name: String,
}

/// What stands in the list at this path.
pub(super) async fn listed(endpoint: &HttpEndpoint, identity: &Identity, path: &str) -> Result<Vec<Named>, HttpError> {
    let list: List<Named> = endpoint.get(path, identity).await?.expect(&[200])?.json()?;
    Ok(list.data)
}

impl Maker<'_> {
    /// The id of the type of this name, which differs from database to database. `what` says which kind of type it is.
    pub(super) async fn type_id(
        &self,
        path: &str,
        what: &'static str,
        name: &'static str,
    ) -> Result<String, SourcesError> {
        let found = self.get::<List<Named>>(path).await?.data;
        let known = found.iter().map(|each| each.name.as_str()).collect::<Vec<_>>().join(", ");
        let wanted = found.into_iter().find(|each| each.name == name);
        wanted.map(|each| each.id).ok_or(SourcesError::UnknownType { what, name, known })
    }
}
