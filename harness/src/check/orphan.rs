//! Halves of tenants of whom nobody asked: rows without a schema, schemas without a row. Of a tenant that is expected, `tenant-missing`
//! and `schema-missing` tell the same.

use super::case::SystemCase;
use super::finding::Severity;
use super::form::{Check, Deviation, Group, Judge, Judgement, always};
use super::sql;
use super::tenant::KOKU_SCHEMA_PREFIX;
use crate::fact::database::NOT_TENANTS;

const fn check(id: &'static str, summary: &'static str, judge: fn(&SystemCase<'_>) -> Judgement) -> Check {
    let (group, severity) = (Group::Tenant, Severity::Required);
    Check {
        id,
        group,
        severity,
        summary,
        presupposes: &["public-tables-missing"],
        applies: always,
        judge: Judge::System(judge),
    }
}

pub(super) const CHECKS: &[Check] = &[
    check("tenant-without-schema", "no row of api_tenant names a schema that is not there", tenant_without_schema),
    check(
        "schema-without-tenant",
        "no schema of a tenant is there without its row in api_tenant",
        schema_without_tenant,
    ),
];

fn tenant_without_schema(case: &SystemCase<'_>) -> Judgement {
    let SystemCase { facts, system } = case;
    let others = facts.real_tenants().filter(|row| !system.tenants.contains(&row.schema_name));
    let lone = others.filter(|row| !facts.schemas.contains_key(&row.schema_name));
    let deviation = |schema: &str| {
        Deviation {
        place: Some(format!("api_tenant {schema}")),
        expected: format!("schema {schema}, or no such row"),
        observed: "the row, and no such schema".to_owned(),
        cause: "the schema was dropped and the row left, or a tenant was made by hand and only in part; every later migration fails as a \
                whole (MigrationSchemaMissing)"
            .to_owned(),
        remedy: format!("DELETE FROM api_tenant WHERE schema_name = {};", sql::literal(schema)),
        drift: None,
    }
    };
    // The look at the table counts too: it may rightly be empty.
    let examined = 1 + facts.tenants.iter().flatten().count();
    Judgement { examined, deviations: lone.map(|row| deviation(&row.schema_name)).collect() }
}

fn schema_without_tenant(case: &SystemCase<'_>) -> Judgement {
    let SystemCase { facts, system } = case;
    let is_tenants = |name: &str| name.starts_with(KOKU_SCHEMA_PREFIX) || facts.migrations.contains_key(name);
    let others = facts.schemas.keys().map(String::as_str).filter(|name| !NOT_TENANTS.contains(name));
    let lone =
        others.filter(|name| !system.tenants.contains(*name) && is_tenants(name) && facts.tenant(name).is_none());
    let deviation = |schema: &str| {
        Deviation {
        place: Some(format!("schema {schema}")),
        expected: format!("a row of api_tenant with schema_name {schema}, or no such schema"),
        observed: match facts.structure.count(schema) {
            0 => "an empty schema, and no such row".to_owned(),
            tables => format!("a schema with {tables} tables, and no such row"),
        },
        cause: "the row was deleted and the schema left, or the schema was made by hand; no migration reaches it, and where it is empty, the \
                first source of its org is answered with 200 and an empty list"
            .to_owned(),
        remedy: format!("if nothing in it is needed: DROP SCHEMA {} CASCADE;", sql::identifier(schema)),
        drift: None,
    }
    };
    Judgement { examined: facts.schemas.len(), deviations: lone.map(deviation).collect() }
}
