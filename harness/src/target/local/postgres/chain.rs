//! The chain itself.

use super::super::error::ServerError;
use super::super::options::Options;
use super::super::record::Record;
use super::super::sql;
use super::super::state::State;
use super::error::ProviderError;
use super::provenance::{PassedOver, Provenance, Provider};
use super::requirements::{self, Rights};
use super::{binaries, container, embedded, given};
use crate::error;
use crate::secret::SecretUrl;

/// A server that answers and has what is needed.
pub(in super::super) struct Started {
    pub(in super::super) provenance: Provenance,
    pub(in super::super) admin: SecretUrl,
    pub(in super::super) rights: Rights,
}

/// What a provider hands over: how to reach its server as the role that administers it, and what it was made from.
pub(super) struct Served {
    pub(super) admin: SecretUrl,
    pub(super) place: String,
}

/// What a provider may use. It notes in the record what it is about to make, so that it can be unmade whatever happens.
pub(super) struct Place<'a> {
    pub(super) options: &'a Options,
    pub(super) state: &'a State,
    pub(super) record: &'a mut Record,
}

/// Which providers are tried, and why no other where there is only one.
fn candidates(options: &Options) -> (&'static [Provider], Option<&'static str>) {
    match (options.pin, &options.database_url) {
        (Some(Provider::Url), _) => (&[Provider::Url], Some("E2E_POSTGRES=url pins")),
        (Some(Provider::Docker), _) => (&[Provider::Docker], Some("E2E_POSTGRES=docker pins")),
        (Some(Provider::Local), _) => (&[Provider::Local], Some("E2E_POSTGRES=local pins")),
        (Some(Provider::Embedded), _) => (&[Provider::Embedded], Some("E2E_POSTGRES=embedded pins")),
        // Who gives a URL means it: another server in its place would be a surprise.
        (None, Some(_)) => (&[Provider::Url], Some("E2E_DATABASE_URL asks for")),
        (None, None) => (&Provider::ALL, None),
    }
}

/// Tries the providers until one serves.
pub(in super::super) async fn start(
    options: &Options,
    state: &State,
    record: &mut Record,
) -> Result<Started, ServerError> {
    let (providers, only_because) = candidates(options);
    let mut passed_over = Vec::new();
    for &provider in providers {
        let place = Place { options, state, record: &mut *record };
        match serve(provider, place).await {
            Ok(mut started) => {
                started.provenance.passed_over = passed_over;
                return Ok(started);
            }
            Err(source) => match only_because {
                Some(because) => return Err(ServerError::Pinned { provider, because, source: Box::new(source) }),
                None => passed_over.push(PassedOver { provider, missing: error::chain(&source) }),
            },
        }
    }
    Err(ServerError::NoneServes(passed_over))
}

async fn serve(provider: Provider, place: Place<'_>) -> Result<Started, ProviderError> {
    let served = match provider {
        Provider::Url => given::serve(&place)?,
        Provider::Docker => container::serve(place).await?,
        Provider::Local => binaries::serve(place).await?,
        Provider::Embedded => embedded::serve(place).await?,
    };
    let mut session = sql::connect(&served.admin)
        .await
        .map_err(|source| ProviderError::Unreachable { url: served.admin.to_string(), source })?;
    let version = requirements::version(&mut session).await?;
    let rights = requirements::judge(&mut session, &served.admin).await?;
    let url = served.admin.url();
    let address = format!("{}:{}", url.host_str().unwrap_or("localhost"), url.port().unwrap_or(5432));
    let provenance = Provenance {
        provider,
        version: version.text,
        version_number: version.number,
        place: served.place,
        address,
        passed_over: Vec::new(),
    };
    Ok(Started { provenance, admin: served.admin, rights })
}
