//! Tenants of a version of Koku that is not known: by the template of which they are clones, and by each other.

use super::reference::Reference;
use super::template::TEMPLATE;
use super::tenants::Tenants;
use crate::check::case::TenantCase;
use crate::check::expectation::Capabilities;
use crate::check::finding::Severity;
use crate::check::form::{Applies, Check, Group, Judge, Judgement};
use crate::profile::TenantMaker;

pub(in crate::check) const CHECKS: &[Check] = &[
    Check {
        id: "tenant-differs-from-template",
        group: Group::Tables,
        severity: Severity::Required,
        summary: "where the version of Koku is not known, the tenant has what the template has that it is a clone of",
        presupposes: &["schema-missing", "template-differs"],
        applies: unknown_and_cloned,
        judge: Judge::TenantCompared(differs_from_template),
    },
    Check {
        id: "tenant-differs-from-others",
        group: Group::Tables,
        severity: Severity::Required,
        summary: "where the version of Koku is not known, the tenant has what most of the tenants have",
        presupposes: &["schema-missing"],
        applies: unknown_and_alone,
        judge: Judge::TenantCompared(differs_from_others),
    },
];

const KNOWN: Applies = Applies::No("the version of Koku is known, and its catalog says what a tenant must have");

const fn unknown_and_cloned(capabilities: Capabilities) -> Applies {
    match (capabilities.catalog_known, capabilities.tenant_maker) {
        (true, _) => KNOWN,
        (false, TenantMaker::FirstSource) => Applies::Yes,
        (false, TenantMaker::BootstrapJob) => {
            Applies::No("this chart's tenants are migrated one by one, not cloned from a template")
        }
    }
}

/// Where there is a template, whatever differs from other tenants differs from it, or it is the template that differs.
const fn unknown_and_alone(capabilities: Capabilities) -> Applies {
    match (capabilities.catalog_known, capabilities.tenant_maker) {
        (true, _) => KNOWN,
        (false, TenantMaker::BootstrapJob) => Applies::Yes,
        (false, TenantMaker::FirstSource) => {
            Applies::No("this chart's tenants are clones of a template, and are compared with that")
        }
    }
}

fn differs_from_template(case: &TenantCase<'_>, tenants: &Tenants<'_>) -> Result<Judgement, String> {
    let TenantCase { facts, system, tenant } = case;
    let (Some(catalog), Some(migrations)) = (tenants.template(), facts.migrations.get(TEMPLATE)) else {
        return Err(format!(
            "nothing to compare tenant {} with: the version of Koku is not known, and there is no {TEMPLATE} that is migrated; \
             Koku makes it with the first source of any new org",
            tenant.schema
        ));
    };
    let because = "the version of Koku is not known, so that the tenant was compared with the template of which it is a clone; one of the \
                   two was altered since";
    let told = format!("as {TEMPLATE} has it");
    Ok(Reference { catalog: catalog.clone(), migrations, told, because: because.to_owned() }
        .judge(facts, system, tenant))
}

/// A tenant without others has nothing to be compared with, which is no pass.
fn differs_from_others(case: &TenantCase<'_>, tenants: &Tenants<'_>) -> Result<Judgement, String> {
    let TenantCase { facts, system, tenant } = case;
    let reference = tenants.migrations_for(&tenant.schema).filter(|_| tenants.others(&tenant.schema));
    let Some(migrations) = reference else {
        return Err(format!(
            "nothing to compare tenant {} with: the version of Koku is not known, and there is no other tenant that is migrated",
            tenant.schema
        ));
    };
    let told = if tenants.agree() && tenants.migrations().is_some() {
        format!("as most of {} tenants have it", tenants.count())
    } else {
        format!("as others of {} tenants have it, of which no majority agrees", tenants.count())
    };
    let because = "the version of Koku is not known, so that the tenants were compared with each other; this one was altered, or the \
                   others were";
    let catalog = tenants.reference_for(&tenant.schema);
    Ok(Reference { catalog, migrations, told, because: because.to_owned() }.judge(facts, system, tenant))
}
