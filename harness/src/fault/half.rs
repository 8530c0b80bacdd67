//! Tenants of whom only a part is there: before they are made, or beside those that are meant to be there.

use super::form::{Fault, Strike, in_database};
use super::subject::Subject;
use crate::check::sql;

const fn before_tenants(name: &'static str, summary: &'static str, statements: fn(&Subject) -> String) -> Fault {
    let strike = Strike::Migrated(statements);
    Fault { strike, ..in_database(name, summary, statements, &["tenant-too-early"]) }
}

pub(super) const FAULTS: &[Fault] = &[
    before_tenants("early-schema", "an empty schema of the tenant's name is there before the tenant", early_schema),
    before_tenants("early-tenant", "the tenant's api_tenant row is there before the tenant", early_tenant),
    in_database(
        "stray-schema",
        "a schema of a tenant is there that no row of api_tenant names",
        stray_schema,
        &["schema-without-tenant"],
    ),
    in_database(
        "leave-schema-without-tenant",
        "a tenant's row was deleted and its schema left, with tables and migrations",
        leave_schema_without_tenant,
        &["schema-without-tenant"],
    ),
    in_database(
        "stray-tenant",
        "api_tenant names a schema that is not there, of no tenant that is meant to be",
        stray_tenant,
        &["tenant-without-schema"],
    ),
];

fn early_schema(subject: &Subject) -> String {
    create_schema(&subject.schema, &subject.owner_role)
}

fn early_tenant(subject: &Subject) -> String {
    insert_tenant(&subject.schema)
}

fn stray_schema(subject: &Subject) -> String {
    create_schema(&stray(subject), &subject.owner_role)
}

fn leave_schema_without_tenant(subject: &Subject) -> String {
    let (own, left) = (sql::identifier(&subject.schema), sql::identifier(&stray(subject)));
    let copy = |table: &str| format!(" CREATE TABLE {left}.{table} (LIKE {own}.{table} INCLUDING ALL);");
    stray_schema(subject) + &copy("django_migrations") + &copy("reporting_ocp_clusters")
}

fn stray_tenant(subject: &Subject) -> String {
    insert_tenant(&stray(subject))
}

/// A schema of nobody who is meant to be there.
fn stray(subject: &Subject) -> String {
    format!("{}-of-yesterday", subject.schema)
}

fn create_schema(schema: &str, owner: &str) -> String {
    format!("CREATE SCHEMA {} AUTHORIZATION {};", sql::identifier(schema), sql::identifier(owner))
}

fn insert_tenant(schema: &str) -> String {
    format!("INSERT INTO public.api_tenant (schema_name) VALUES ({});", sql::literal(schema))
}
