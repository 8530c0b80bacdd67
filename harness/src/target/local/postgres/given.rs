//! First provider: a server that runs already, given by its URL.

use super::chain::{Place, Served};
use super::error::ProviderError;

/// Notes that roles and databases may be made there. Whether it answers is seen by the chain, as with every provider.
pub(super) fn serve(place: &mut Place<'_>) -> Result<Served, ProviderError> {
    let admin = place.options.database_url.clone().ok_or(ProviderError::NoUrl)?;
    place.record.given = Some(admin.reveal().to_owned());
    place.record.write(place.state)?;
    Ok(Served { place: admin.to_string(), admin })
}
