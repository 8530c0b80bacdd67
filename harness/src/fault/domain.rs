//! A tenant's domain, by which django-tenants finds it.

use super::form::{Fault, in_database as fault};
use super::subject::{Aim, Subject};
use crate::check::sql;

pub(super) const FAULTS: &[Fault] = &[
    fault("drop-domain", "the tenant's api_domain row is gone", drop_domain, &["domain-missing"]),
    fault("rename-domain", "the tenant's domain has another name", rename_domain, &["domain-missing"]),
    Fault {
        aim: Aim::TwoTenants,
        ..fault(
            "give-domain-away",
            "the tenant's domain is another tenant's, which has two then",
            give_domain_away,
            &["domain-missing", "domain-primary-twice"],
        )
    },
    fault("demote-domain", "the tenant's domain is not its primary one", demote_domain, &["domain-not-primary"]),
    fault(
        "prefer-another-domain",
        "another domain is the tenant's primary one in place of its own",
        prefer_another_domain,
        &["domain-not-primary"],
    ),
    fault(
        "second-primary-domain",
        "the tenant has two primary domains",
        second_primary_domain,
        &["domain-primary-twice"],
    ),
];

pub(super) fn tenant_id(schema: &str) -> String {
    format!("(SELECT id FROM public.api_tenant WHERE schema_name = {})", sql::literal(schema))
}

fn own(subject: &Subject) -> String {
    tenant_id(&subject.schema)
}

/// A domain of the tenant's that nobody asked for.
fn another(subject: &Subject) -> String {
    sql::literal(&format!("{}.example.org", subject.org_id))
}

pub(super) fn drop_domain(subject: &Subject) -> String {
    format!("DELETE FROM public.api_domain WHERE tenant_id = {};", own(subject))
}

fn rename_domain(subject: &Subject) -> String {
    format!("UPDATE public.api_domain SET domain = {} WHERE tenant_id = {};", another(subject), own(subject))
}

fn give_domain_away(subject: &Subject) -> String {
    let other = subject.other.as_ref().map_or("", |other| other.schema.as_str());
    format!("UPDATE public.api_domain SET tenant_id = {} WHERE tenant_id = {};", tenant_id(other), own(subject))
}

fn demote_domain(subject: &Subject) -> String {
    format!("UPDATE public.api_domain SET is_primary = false WHERE tenant_id = {};", own(subject))
}

fn prefer_another_domain(subject: &Subject) -> String {
    demote_domain(subject) + " " + &second_primary_domain(subject)
}

fn second_primary_domain(subject: &Subject) -> String {
    format!(
        "INSERT INTO public.api_domain (domain, is_primary, tenant_id) VALUES ({}, true, {});",
        another(subject),
        own(subject)
    )
}
