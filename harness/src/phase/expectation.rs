//! What a plan expects, in the words of checks.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use super::state::State;
use crate::catalog::Catalog;
use crate::check::{
    ChartExpectation, Commands, Expectation, ProviderExpectation, SystemExpectation, TenantExpectation,
};
use crate::driver::sources::COST_MANAGEMENT;
use crate::profile::{Profile, ProviderType, TenantMaker};
use crate::scenario::plan::{Plan, PlannedProvider, PlannedTenant, capabilities};
use crate::target::Endpoints;

/// What is expected of the system and of the tenants that are there by now, and of no provider yet.
pub(super) fn of_plan(
    plan: &Plan,
    profile: &Profile,
    catalog: &Arc<Catalog>,
    endpoints: &Endpoints,
    state: &State,
) -> Expectation {
    let maker = profile.tenants.made_by;
    let is_made = |tenant: &&PlannedTenant| maker == TenantMaker::BootstrapJob || state.tenants.contains(&tenant.alias);
    Expectation {
        capabilities: capabilities(profile, &plan.target),
        system: SystemExpectation {
            catalog: Some(Arc::clone(catalog)),
            database: endpoints.database.clone(),
            owner_role: endpoints.owner_role.clone(),
            tenants: plan.tenants.iter().map(|tenant| tenant.schema.clone()).collect(),
            tenant_maker: maker,
            shared: plan.target.shared,
            bootstrap_ended: state.provisioned.map(|provisioned| provisioned.ended),
            commands: Commands::of(profile),
            chart: ChartExpectation::of(profile, endpoints.namespace.as_deref().unwrap_or(&profile.chart.namespace)),
        },
        tenants: plan.tenants.iter().filter(is_made).map(tenant).collect(),
        providers: Vec::new(),
        payloads: Vec::new(),
    }
}

fn tenant(planned: &PlannedTenant) -> TenantExpectation {
    TenantExpectation {
        schema: planned.schema.clone(),
        org_id: planned.org_id.clone(),
        account_number: planned.account_number.clone(),
        domain: planned.domain.clone().unwrap_or_default(),
    }
}

/// What is expected of a provider, whose source has this uuid.
pub(super) fn provider(planned: &PlannedProvider, profile: &Profile, source_uuid: Option<Uuid>) -> ProviderExpectation {
    let pair = |key: &str, value: Option<&String>| value.map(|value| (key.to_owned(), value.clone()));
    let cluster_id = planned.cluster_id.to_string();
    let (provider_type, credentials, billing) = match planned.provider_type {
        ProviderType::Ocp => ("OCP", pair("cluster_id", Some(&cluster_id)), None),
        ProviderType::Aws => {
            ("AWS", pair("role_arn", planned.role_arn.as_ref()), pair("bucket", planned.bucket.as_ref()))
        }
    };
    let billing: BTreeMap<_, _> = billing.into_iter().collect();
    ProviderExpectation {
        schema: planned.tenant.schema.clone(),
        name: planned.source_name.clone(),
        provider_type: provider_type.to_owned(),
        credentials: credentials.into_iter().collect(),
        application_type: COST_MANAGEMENT.to_owned(),
        application_extra: billing.clone(),
        billing,
        source_uuid,
        dialect: profile.sources_dialect,
        reply_within: profile.budgets.source,
    }
}
