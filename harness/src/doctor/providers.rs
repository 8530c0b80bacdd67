//! Which providers must be there: one for each source that Koku has taken over.

use crate::check::{ProviderExpectation, TenantExpectation};
use crate::driver::sources::COST_MANAGEMENT;
use crate::fact::database::{DatabaseFacts, SourceRow};
use crate::profile::Profile;

/// The providers of these tenants' sources. A source of which neither Sources nor its provider tells the org is nobody's.
pub(super) fn expected(
    profile: &Profile,
    facts: &DatabaseFacts,
    tenants: &[TenantExpectation],
) -> Vec<ProviderExpectation> {
    let expectation = |source: &SourceRow| {
        let tenant = tenants.iter().find(|tenant| source.org_id.as_deref() == Some(&tenant.org_id))?;
        let name = source.name.clone()?;
        Some(ProviderExpectation {
            schema: tenant.schema.clone(),
            name,
            provider_type: source.source_type.clone(),
            credentials: source.credentials.clone(),
            application_type: COST_MANAGEMENT.to_owned(),
            application_extra: source.billing.clone(),
            billing: source.billing.clone(),
            source_uuid: source.source_uuid,
            dialect: profile.sources_dialect,
            reply_within: profile.budgets.source,
        })
    };
    facts.sources.iter().flatten().filter_map(expectation).collect()
}
