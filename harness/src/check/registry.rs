//! All checks. Each is proven by a fault, has a page in `docs/checks`, and is silent on a healthy system: a test walks this list.

use super::form::{Check, Group};
use super::{
    api, comparison, cost, data, domain, install, no_tenant_yet, orphan, provider, release, report, rights, slate,
    source, structure, tables, tenant, usage, version,
};

/// Every check, subject by subject.
pub fn all() -> impl Iterator<Item = &'static Check> {
    [
        slate::CHECKS,
        release::CHART_CHECKS,
        version::CHECKS,
        install::CHECKS,
        structure::PUBLIC_CHECKS,
        no_tenant_yet::CHECKS,
        orphan::CHECKS,
        tenant::CHECKS,
        domain::CHECKS,
        rights::CHECKS,
        tables::CHECKS,
        structure::TENANT_CHECKS,
        comparison::TEMPLATE_CHECKS,
        comparison::TENANT_CHECKS,
        source::CHECKS,
        provider::CHECKS,
        data::CHECKS,
        usage::CHECKS,
        cost::CHECKS,
        report::CHECKS,
        api::CHECKS,
        release::RELEASE_CHECKS,
    ]
    .into_iter()
    .flatten()
}

/// The check of this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Check> {
    all().find(|check| check.id == id)
}

/// The checks of some subjects.
pub fn of(groups: &[Group]) -> impl Iterator<Item = &'static Check> {
    all().filter(|check| groups.contains(&check.group))
}
