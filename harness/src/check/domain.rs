//! A tenant's domains, by which django-tenants finds it.

use super::case::TenantCase;
use super::expectation::Capabilities;
use super::form::{Applies, Check, Deviation, Judgement};
use super::sql;
use super::tenant::check;
use crate::fact::database::DomainRow;

pub(super) const CHECKS: &[Check] = &[
    Check {
        applies: domain_required,
        ..check("domain-missing", "api_domain has the tenant's domain", &["tenant-missing"], domain_missing)
    },
    Check {
        applies: domain_required,
        ..check("domain-not-primary", "the tenant's domain is its primary one", &["domain-missing"], domain_not_primary)
    },
    Check {
        applies: domain_required,
        ..check(
            "domain-primary-twice",
            "the tenant has no second primary domain",
            &["domain-not-primary"],
            domain_primary_twice,
        )
    },
];

const fn domain_required(capabilities: Capabilities) -> Applies {
    if capabilities.domain_required { Applies::Yes } else { Applies::No("this chart's Koku keeps no domains") }
}

fn domain_missing(case: &TenantCase<'_>) -> Judgement {
    let TenantCase { facts, tenant, .. } = case;
    let Some(row) = facts.tenant(&tenant.schema) else { return Judgement::default() };
    let domains = facts.domains.as_deref().unwrap_or_default();
    if domains.iter().any(|domain| domain.tenant_id == row.id && domain.domain == tenant.domain) {
        return Judgement::one(None);
    }
    let own: Vec<&str> =
        domains.iter().filter(|domain| domain.tenant_id == row.id).map(|domain| domain.domain.as_str()).collect();
    let taken = domains.iter().any(|domain| domain.domain == tenant.domain);
    let (domain, schema) = (sql::literal(&tenant.domain), sql::literal(&tenant.schema));
    let tenant_id = format!("(SELECT id FROM api_tenant WHERE schema_name = {schema})");
    Judgement::one(Some(Deviation {
        place: Some("api_domain".to_owned()),
        expected: format!("domain {} of tenant {}", tenant.domain, tenant.schema),
        observed: match (taken, own.is_empty()) {
            (true, _) => "the domain belongs to another tenant".to_owned(),
            (false, true) => "no domain of this tenant".to_owned(),
            (false, false) => format!("only {}", own.join(", ")),
        },
        cause: "the tenant bootstrap wrote no api_domain row; django-tenants finds a tenant by its domain".to_owned(),
        remedy: match (taken, own.as_slice()) {
            (true, _) => format!("UPDATE api_domain SET tenant_id = {tenant_id} WHERE domain = {domain};"),
            // A second row would be a second primary domain.
            (false, [wrong]) => {
                format!("UPDATE api_domain SET domain = {domain} WHERE domain = {};", sql::literal(wrong))
            }
            (false, _) => {
                format!("INSERT INTO api_domain (domain, is_primary, tenant_id) VALUES ({domain}, true, {tenant_id});")
            }
        },
        drift: None,
    }))
}

fn domain_not_primary(case: &TenantCase<'_>) -> Judgement {
    let TenantCase { facts, tenant, .. } = case;
    let Some(row) = facts.tenant(&tenant.schema) else { return Judgement::default() };
    let own: Vec<_> = facts.domains.iter().flatten().filter(|domain| domain.tenant_id == row.id).collect();
    let primary = own.iter().any(|domain| domain.domain == tenant.domain && domain.is_primary);
    let deviation = (!primary).then(|| Deviation {
        place: Some("api_domain".to_owned()),
        expected: format!("{} is primary", tenant.domain),
        observed: match primaries(&own).as_slice() {
            [] => format!("{} is not primary", tenant.domain),
            others => format!("{} is not primary, {} is", tenant.domain, others.join(", ")),
        },
        cause: "the row was written without is_primary, or another domain was made primary".to_owned(),
        remedy: format!(
            "UPDATE api_domain SET is_primary = (domain = {}) WHERE tenant_id = (SELECT id FROM api_tenant WHERE schema_name = {});",
            sql::literal(&tenant.domain),
            sql::literal(&tenant.schema)
        ),
        drift: None,
    });
    Judgement { examined: own.len(), deviations: deviation.into_iter().collect() }
}

/// The names of the primary ones among domains.
fn primaries<'a>(domains: &[&'a DomainRow]) -> Vec<&'a str> {
    domains.iter().filter(|domain| domain.is_primary).map(|domain| domain.domain.as_str()).collect()
}

fn domain_primary_twice(case: &TenantCase<'_>) -> Judgement {
    let TenantCase { facts, tenant, .. } = case;
    let Some(row) = facts.tenant(&tenant.schema) else { return Judgement::default() };
    let own: Vec<_> = facts.domains.iter().flatten().filter(|domain| domain.tenant_id == row.id).collect();
    let others: Vec<&str> = primaries(&own).into_iter().filter(|domain| *domain != tenant.domain).collect();
    let deviation = (!others.is_empty()).then(|| Deviation {
        place: Some("api_domain".to_owned()),
        expected: format!("{} and no other primary domain", tenant.domain),
        observed: format!("{} too", others.join(", ")),
        cause: "a domain was added by hand, or is another tenant's; django-tenants asks for the one primary domain and gets several, \
                which it answers with MultipleObjectsReturned"
            .to_owned(),
        remedy: others
            .iter()
            .map(|domain| format!("UPDATE api_domain SET is_primary = false WHERE domain = {};", sql::literal(domain)))
            .collect::<Vec<_>>()
            .join(" "),
        drift: None,
    });
    Judgement { examined: own.len(), deviations: deviation.into_iter().collect() }
}
