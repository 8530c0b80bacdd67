//! A tenant's rows in the shared tables, and its schema.

use super::case::TenantCase;
use super::expectation::Capabilities;
use super::finding::Severity;
use super::form::{Applies, Check, Deviation, Group, Judge, Judgement, always};
use super::sql;
use crate::fact::database::SchemaRights;
use crate::profile::TenantMaker;

const fn check(
    id: &'static str,
    summary: &'static str,
    presupposes: &'static [&'static str],
    judge: fn(&TenantCase<'_>) -> Judgement,
) -> Check {
    let (group, severity) = (Group::Tenant, Severity::Required);
    Check { id, group, severity, summary, presupposes, applies: always, judge: Judge::Tenant(judge) }
}

pub(super) const CHECKS: &[Check] = &[
    check(
        "schema-double-prefix",
        "the tenant was not made under a schema name with `org` twice in front",
        &["public-tables-missing"],
        schema_double_prefix,
    ),
    check("tenant-missing", "api_tenant has the tenant's row", &["schema-double-prefix"], tenant_missing),
    Check {
        applies: domain_required,
        ..check("domain-missing", "api_domain has the tenant's domain", &["tenant-missing"], domain_missing)
    },
    Check {
        applies: domain_required,
        ..check("domain-not-primary", "the tenant's domain is its primary one", &["domain-missing"], domain_not_primary)
    },
    check("customer-missing", "api_customer has the tenant's org", &["schema-double-prefix"], customer_missing),
    check("schema-missing", "the tenant's schema is there", &["schema-double-prefix"], schema_missing),
    check("schema-not-granted", "Koku's role may use the tenant's schema", &["schema-missing"], schema_not_granted),
    Check {
        applies: made_by_job,
        ..check(
            "bootstrap-made-provider",
            "the bootstrap job made no provider: that is for the Sources API",
            &["customer-missing"],
            bootstrap_made_provider,
        )
    },
];

const fn domain_required(capabilities: Capabilities) -> Applies {
    if capabilities.domain_required { Applies::Yes } else { Applies::No("this chart's Koku keeps no domains") }
}

const fn made_by_job(capabilities: Capabilities) -> Applies {
    match capabilities.tenant_maker {
        TenantMaker::BootstrapJob if capabilities.runs_already => {
            Applies::No("the system runs already, and its providers are other people's")
        }
        TenantMaker::BootstrapJob => Applies::Yes,
        TenantMaker::FirstSource => Applies::No("this chart has no bootstrap job; the first source makes the tenant"),
    }
}

/// The prefix that Koku puts before an org id to name its schema (source: measured on Koku 768be82, facts `koku.md` §6.1).
pub(super) const KOKU_SCHEMA_PREFIX: &str = "org";

fn schema_double_prefix(case: &TenantCase<'_>) -> Judgement {
    let TenantCase { facts, tenant, .. } = case;
    let doubled = format!("{KOKU_SCHEMA_PREFIX}{}", tenant.schema);
    let mut places = Vec::new();
    if facts.tenant(&doubled).is_some() {
        places.push("api_tenant");
    }
    if facts.schemas.contains_key(&doubled) {
        places.push("the schemas");
    }
    let of_org = |org: &Option<String>| org.as_deref() == Some(&tenant.org_id);
    if facts.customers.iter().flatten().any(|row| of_org(&row.org_id) && row.schema_name == doubled) {
        places.push("api_customer");
    }
    let applies = tenant.schema.starts_with(KOKU_SCHEMA_PREFIX) && !places.is_empty();
    let deviation = applies.then(|| Deviation {
        place: Some(format!("schema {doubled}")),
        expected: format!("schema {}", tenant.schema),
        observed: format!("{doubled} in {}", places.join(", ")),
        cause: if tenant.org_id.starts_with(KOKU_SCHEMA_PREFIX) {
            format!(
                "Koku puts `{KOKU_SCHEMA_PREFIX}` before the org id to name the schema, and org id {} already begins with it",
                tenant.org_id
            )
        } else {
            format!(
                "Koku puts `{KOKU_SCHEMA_PREFIX}` before the org id to name the schema, and was given an org id that has it already"
            )
        },
        remedy: format!(
            "give the chart the org id without the prefix ({}), and remove the tenant {doubled} that was made by mistake",
            tenant.org_id.strip_prefix(KOKU_SCHEMA_PREFIX).unwrap_or(&tenant.org_id)
        ),
        drift: None,
    });
    let searched =
        facts.tenants.iter().flatten().count() + facts.schemas.len() + facts.customers.iter().flatten().count();
    Judgement { examined: searched, deviations: deviation.into_iter().collect() }
}

fn tenant_missing(case: &TenantCase<'_>) -> Judgement {
    let TenantCase { facts, system, tenant } = case;
    Judgement::one(facts.tenant(&tenant.schema).is_none().then(|| {
        let others: Vec<&str> = facts.real_tenants().map(|row| row.schema_name.as_str()).collect();
        Deviation {
            place: Some("api_tenant".to_owned()),
            expected: format!("a row with schema_name {}", tenant.schema),
            observed: if others.is_empty() {
                "no tenant at all".to_owned()
            } else {
                format!("only {}", others.join(", "))
            },
            cause: match system.tenant_maker {
                TenantMaker::BootstrapJob => "the tenant bootstrap did not run, or made other tenants",
                TenantMaker::FirstSource => "the org's first source was not made, or the row was deleted since",
            }
            .to_owned(),
            remedy: match system.tenant_maker {
                TenantMaker::BootstrapJob => format!(
                    "{}; or INSERT INTO api_tenant (schema_name) VALUES ({})",
                    system.commands.bootstrap,
                    sql::literal(&tenant.schema)
                ),
                TenantMaker::FirstSource => {
                    format!("{}: it adds the row, and takes over a schema that is migrated", system.commands.bootstrap)
                }
            },
            drift: None,
        }
    }))
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
        remedy: if taken {
            format!("UPDATE api_domain SET tenant_id = {tenant_id} WHERE domain = {domain};")
        } else {
            format!("INSERT INTO api_domain (domain, is_primary, tenant_id) VALUES ({domain}, true, {tenant_id});")
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
        observed: format!("{} is not primary", tenant.domain),
        cause: "the row was written without is_primary, or another domain was made primary".to_owned(),
        remedy: format!("UPDATE api_domain SET is_primary = true WHERE domain = {};", sql::literal(&tenant.domain)),
        drift: None,
    });
    Judgement { examined: own.len(), deviations: deviation.into_iter().collect() }
}

fn customer_missing(case: &TenantCase<'_>) -> Judgement {
    let TenantCase { facts, system, tenant } = case;
    let customers = facts.customers.as_deref().unwrap_or_default();
    let account_fits = |account: &Option<String>| tenant.account_number.is_none() || *account == tenant.account_number;
    let fits = customers.iter().any(|row| {
        row.org_id.as_deref() == Some(&tenant.org_id)
            && row.schema_name == tenant.schema
            && account_fits(&row.account_id)
    });
    let account = tenant.account_number.as_deref();
    Judgement::one((!fits).then(|| {
        let near = customers
            .iter()
            .find(|row| row.org_id.as_deref() == Some(&tenant.org_id) || row.schema_name == tenant.schema);
        let shown = |value: Option<&str>| value.unwrap_or("none").to_owned();
        Deviation {
            place: Some("api_customer".to_owned()),
            expected: format!(
                "a row with org_id {}, schema_name {}{}",
                tenant.org_id,
                tenant.schema,
                account.map_or_else(String::new, |number| format!(", account_id {number}"))
            ),
            observed: near.map_or_else(
                || "no such row".to_owned(),
                |row| {
                    let (org, account) = (shown(row.org_id.as_deref()), shown(row.account_id.as_deref()));
                    format!("org_id {org}, schema_name {}, account_id {account}", row.schema_name)
                },
            ),
            cause: format!("{} wrote no api_customer row for this org, or another one's", system.maker()),
            remedy: customer_remedy(case, near.is_some(), &system.commands.bootstrap),
            drift: None,
        }
    }))
}

fn customer_remedy(case: &TenantCase<'_>, row_is_there: bool, bootstrap: &str) -> String {
    let (org, schema) = (sql::literal(&case.tenant.org_id), sql::literal(&case.tenant.schema));
    let account = case.tenant.account_number.as_deref().map_or_else(|| "NULL".to_owned(), sql::literal);
    if row_is_there {
        return format!(
            "UPDATE api_customer SET org_id = {org}, schema_name = {schema}, account_id = {account} \
             WHERE org_id = {org} OR schema_name = {schema};"
        );
    }
    format!(
        "{bootstrap}; or INSERT INTO api_customer (date_created, date_updated, uuid, account_id, org_id, schema_name) \
         VALUES (now(), now(), uuid_generate_v4(), {account}, {org}, {schema});"
    )
}

fn schema_missing(case: &TenantCase<'_>) -> Judgement {
    let TenantCase { facts, system, tenant } = case;
    let schema = sql::identifier(&tenant.schema);
    let missing = !facts.schemas.contains_key(&tenant.schema);
    let deviation = missing.then(|| Deviation {
        place: None,
        expected: format!("schema {}", tenant.schema),
        observed: "no such schema".to_owned(),
        cause: format!(
            "{} did not make it, or somebody dropped it; as long as api_tenant names it, every later migration fails as well",
            system.maker()
        ),
        remedy: match system.tenant_maker {
            TenantMaker::BootstrapJob => format!(
                "CREATE SCHEMA IF NOT EXISTS {schema}; GRANT ALL ON SCHEMA {schema} TO {}; then {}",
                sql::identifier(&system.owner_role),
                system.commands.migrate_tenant(&tenant.schema)
            ),
            TenantMaker::FirstSource => format!("{}: it makes the schema again, without its data", system.commands.bootstrap),
        },
        drift: None,
    });
    Judgement { examined: facts.schemas.len(), deviations: deviation.into_iter().collect() }
}

fn schema_not_granted(case: &TenantCase<'_>) -> Judgement {
    let TenantCase { facts, system, tenant } = case;
    let Some(schema) = facts.schemas.get(&tenant.schema) else { return Judgement::default() };
    let role = &system.owner_role;
    let observed = match schema.rights.get(role) {
        Some(SchemaRights { usage: true, create: true }) => return Judgement::one(None),
        _ if !facts.roles.contains_key(role) => format!("there is no role {role}"),
        Some(SchemaRights { usage: true, .. }) => "only USAGE".to_owned(),
        Some(SchemaRights { create: true, .. }) => "only CREATE".to_owned(),
        _ => "no right at all".to_owned(),
    };
    let (name, owner) = (sql::identifier(&tenant.schema), sql::identifier(role));
    Judgement::one(Some(Deviation {
        place: None,
        expected: format!("USAGE and CREATE for role {role}"),
        observed: format!("{observed}; the schema's owner is {}", schema.owner),
        cause: "the schema was made by another role, a superuser for instance, and not granted to Koku's".to_owned(),
        remedy: format!("GRANT ALL ON SCHEMA {name} TO {owner};"),
        drift: None,
    }))
}

fn bootstrap_made_provider(case: &TenantCase<'_>) -> Judgement {
    let TenantCase { facts, system, tenant } = case;
    let ended = system.bootstrap_ended.unwrap_or(facts.observed_at);
    let early: Vec<String> = facts
        .providers_of(&tenant.schema)
        .filter(|provider| provider.created_timestamp <= ended)
        .map(|provider| {
            format!("{} ({}, made {})", provider.name, provider.uuid, provider.created_timestamp.to_rfc3339())
        })
        .collect();
    let customers = facts.customers.iter().flatten().filter(|row| row.schema_name == tenant.schema).count();
    let searched = customers + facts.providers_of(&tenant.schema).count();
    let deviation = (!early.is_empty()).then(|| Deviation {
        place: Some("api_provider".to_owned()),
        expected: format!("no provider made before the bootstrap ended at {}", ended.to_rfc3339()),
        observed: early.join(", "),
        cause:
            "the bootstrap job writes providers itself; those have no source, and the Sources API cannot manage them"
                .to_owned(),
        remedy: "take the provider out of the bootstrap job, and make it through the Sources API afterwards".to_owned(),
        drift: None,
    });
    Judgement { examined: searched, deviations: deviation.into_iter().collect() }
}
