//! That no tenant is there before its first source, where Koku makes tenants with these.

use std::collections::BTreeSet;

use super::case::SystemCase;
use super::expectation::Capabilities;
use super::finding::Severity;
use super::form::{Applies, Check, Deviation, Group, Judge, Judgement};
use super::sql;
use crate::fact::database::NOT_TENANTS;
use crate::profile::TenantMaker;

pub(super) const CHECKS: &[Check] = &[Check {
    id: "tenant-too-early",
    group: Group::NoTenantYet,
    severity: Severity::Required,
    summary: "no tenant, whole or in part, is there before the first source of its org",
    presupposes: &["public-tables-missing"],
    applies: made_by_first_source,
    judge: Judge::System(tenant_too_early),
}];

const fn made_by_first_source(capabilities: Capabilities) -> Applies {
    match capabilities.tenant_maker {
        TenantMaker::FirstSource => Applies::Yes,
        TenantMaker::BootstrapJob => Applies::No("this chart's tenants are there before any source"),
    }
}

fn tenant_too_early(case: &SystemCase<'_>) -> Judgement {
    let SystemCase { facts, system } = case;
    let rows: BTreeSet<&str> = facts.real_tenants().map(|row| row.schema_name.as_str()).collect();
    let is_no_tenants = |name: &&str| !NOT_TENANTS.contains(name);
    let schemas: BTreeSet<&str> = facts.schemas.keys().map(String::as_str).filter(is_no_tenants).collect();
    let may_not_be_there = |name: &&&str| !system.shared || system.tenants.contains(**name);
    let early = rows.union(&schemas).filter(may_not_be_there);
    let deviation = |schema: &&str| {
        Deviation {
        place: Some(format!("schema {schema}")),
        expected: "neither a schema nor a row in api_tenant".to_owned(),
        observed: match (rows.contains(schema), schemas.contains(schema)) {
            (true, true) => "a schema and a row in api_tenant",
            (true, false) => "a row in api_tenant without a schema",
            (false, _) => "a schema without a row in api_tenant",
        }
        .to_owned(),
        cause: "somebody made it beforehand, whole or in part; Koku takes over what it finds, and an empty schema makes it answer the \
                first source with 200 and an empty list, or with 500"
            .to_owned(),
        remedy: format!(
            "if nothing in it is needed: DROP SCHEMA IF EXISTS {} CASCADE; DELETE FROM api_tenant WHERE schema_name = {}; the first \
             source makes it anew",
            sql::identifier(schema),
            sql::literal(schema)
        ),
        drift: None,
    }
    };
    // `public` is always there, so that something was searched.
    Judgement { examined: facts.schemas.len() + rows.len(), deviations: early.map(deviation).collect() }
}
