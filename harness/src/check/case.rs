//! Cases: what a check is given to judge, facts beside expectation.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::expectation::{PayloadExpectation, ProviderExpectation, SystemExpectation, TenantExpectation};
use crate::fact::api::ApiFacts;
use crate::fact::database::{DatabaseFacts, ProviderRow};
use crate::fact::processing::ProviderProcessing;
use crate::fact::release::{ChartFacts, ReleaseFacts};
use crate::fact::slate::SlateFacts;
use crate::fact::sources::SourceFacts;
use crate::fact::usage::PayloadFacts;

/// What was there before `install`.
#[derive(Debug, Clone, Copy)]
pub struct SlateCase<'a> {
    /// What was found.
    pub facts: &'a SlateFacts,
    /// What the database is to be.
    pub system: &'a SystemExpectation,
}

/// What a chart renders to, or was installed from.
#[derive(Debug, Clone, Copy)]
pub struct ChartCase<'a> {
    /// Its hooks and probes.
    pub facts: &'a ChartFacts,
    /// What the chart calls its objects, and who makes tenants.
    pub system: &'a SystemExpectation,
}

/// A release in its cluster.
#[derive(Debug, Clone, Copy)]
pub struct ReleaseCase<'a> {
    /// What the cluster says of it.
    pub facts: &'a ReleaseFacts,
    /// What the chart calls its objects.
    pub system: &'a SystemExpectation,
}

/// The database as a whole.
#[derive(Debug, Clone, Copy)]
pub struct SystemCase<'a> {
    /// What was seen.
    pub facts: &'a DatabaseFacts,
    /// What is expected.
    pub system: &'a SystemExpectation,
}

/// One tenant.
#[derive(Debug, Clone, Copy)]
pub struct TenantCase<'a> {
    /// What was seen, of all tenants.
    pub facts: &'a DatabaseFacts,
    /// What is expected of the database.
    pub system: &'a SystemExpectation,
    /// What is expected of the tenant.
    pub tenant: &'a TenantExpectation,
}

/// One source, as the Sources API tells it.
#[derive(Debug, Clone, Copy)]
pub struct SourceCase<'a> {
    /// What the API said.
    pub facts: &'a SourceFacts,
    /// What is expected.
    pub provider: &'a ProviderExpectation,
}

/// One provider, in the database.
#[derive(Debug, Clone, Copy)]
pub struct ProviderCase<'a> {
    /// What was seen, of all tenants.
    pub facts: &'a DatabaseFacts,
    /// What is expected.
    pub provider: &'a ProviderExpectation,
}

/// What Koku's API answers one tenant.
#[derive(Debug, Clone, Copy)]
pub struct ApiCase<'a> {
    /// What it answered.
    pub facts: &'a ApiFacts,
    /// Whom it answered.
    pub tenant: &'a TenantExpectation,
}

/// What became of one payload.
#[derive(Debug, Clone, Copy)]
pub struct PayloadCase<'a> {
    /// What was seen.
    pub facts: &'a PayloadFacts,
    /// What is expected.
    pub payload: &'a PayloadExpectation,
}

/// What became of all that was sent for one tenant, whatever it was.
#[derive(Debug, Clone, Copy)]
pub struct ProcessingCase<'a> {
    /// What was seen, of all tenants.
    pub facts: &'a DatabaseFacts,
    /// What was seen of processing, by provider, of all tenants.
    pub providers: &'a BTreeMap<Uuid, ProviderProcessing>,
    /// What is expected of the tenant.
    pub tenant: &'a TenantExpectation,
}

impl<'a> ProcessingCase<'a> {
    /// The tenant's providers to which something was sent.
    pub fn of_tenant(&self) -> impl Iterator<Item = (&'a ProviderRow, &'a ProviderProcessing)> {
        let (providers, rows) = (self.providers, self.facts.providers_of(&self.tenant.schema));
        rows.filter_map(|row| Some((row, providers.get(&row.uuid)?)))
    }
}
