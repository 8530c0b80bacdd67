//! A tenant's rows in the shared tables, and its schema.

use super::case::TenantCase;
use super::expectation::Capabilities;
use super::finding::Severity;
use super::form::{Applies, Check, Deviation, Group, Judge, Judgement, always};
use super::sql;
use crate::profile::TenantMaker;

pub(super) const fn check(
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
    check("customer-missing", "api_customer has the tenant's org", &["schema-double-prefix"], customer_missing),
    check("schema-missing", "the tenant's schema is there", &["schema-double-prefix"], schema_missing),
    check(
        "provider-not-in-schema",
        "the tenant's schema names each of its providers",
        &["schema-missing", "customer-missing"],
        provider_not_in_schema,
    ),
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
            remedy: customer_remedy(case, &system.commands.bootstrap),
            drift: None,
        }
    }))
}

fn customer_remedy(case: &TenantCase<'_>, bootstrap: &str) -> String {
    let TenantCase { facts, tenant, .. } = case;
    let (org, schema) = (sql::literal(&tenant.org_id), sql::literal(&tenant.schema));
    let account = tenant.account_number.as_deref().map(sql::literal);
    // An account number that nobody has set is left as it is.
    let set_account = account.as_ref().map(|account| format!(", account_id = {account}")).unwrap_or_default();
    let rows = || facts.customers.iter().flatten();
    let has_org = rows().any(|row| row.org_id.as_deref() == Some(&tenant.org_id));
    let others = rows().any(|row| row.schema_name == tenant.schema && row.org_id.as_deref() != Some(&tenant.org_id));
    let update = format!("UPDATE api_customer SET schema_name = {schema}{set_account} WHERE org_id = {org};");
    match (has_org, others) {
        // There may be one row with the schema: that of the other org makes room first, and is a finding of that org's.
        (true, true) => {
            let aside = sql::literal(&format!("{} set aside", tenant.schema));
            format!("UPDATE api_customer SET schema_name = {aside} WHERE schema_name = {schema}; {update}")
        }
        (true, false) => update,
        (false, true) => {
            format!("UPDATE api_customer SET org_id = {org}{set_account} WHERE schema_name = {schema};")
        }
        (false, false) => format!(
            "{bootstrap}; or INSERT INTO api_customer (date_created, date_updated, uuid, account_id, org_id, schema_name) \
             VALUES (now(), now(), uuid_generate_v4(), {}, {org}, {schema});",
            account.as_deref().unwrap_or("NULL")
        ),
    }
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

fn provider_not_in_schema(case: &TenantCase<'_>) -> Judgement {
    let TenantCase { facts, tenant, .. } = case;
    // Where the table is missing, that is a finding of its own.
    let Some(named) = facts.schema_providers.get(&tenant.schema) else { return Judgement::one(None) };
    let table = format!("{}.reporting_tenant_api_provider", sql::identifier(&tenant.schema));
    let mut judgement = Judgement { examined: 1 + named.len(), deviations: Vec::new() };
    let lost: Vec<_> = facts.providers_of(&tenant.schema).filter(|provider| !named.contains(&provider.uuid)).collect();
    if lost.is_empty() {
        return judgement;
    }
    let shown: Vec<String> = lost.iter().map(|provider| format!("{} ({})", provider.name, provider.uuid)).collect();
    let uuids: Vec<String> = lost.iter().map(|provider| sql::literal(&provider.uuid.to_string())).collect();
    judgement.deviations.push(Deviation {
        place: Some("reporting_tenant_api_provider".to_owned()),
        expected: format!("a row for each provider of {} in api_provider", tenant.schema),
        observed: format!("none for {}", shown.join(", ")),
        cause: "the schema was made anew behind its providers, or is another tenant's under this one's name; rows of cost data refer to \
                this table, so that every payload of the provider fails"
            .to_owned(),
        remedy: format!(
            "see whose data the schema holds; where it was made anew: INSERT INTO {table} (uuid, name, type, provider_id) SELECT uuid, name, \
             type, uuid FROM public.api_provider WHERE uuid IN ({});",
            uuids.join(", ")
        ),
        drift: None,
    });
    judgement
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
