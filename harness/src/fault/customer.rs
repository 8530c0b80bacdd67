//! A tenant's customer, by which Koku finds the schema of an org.

use super::form::{Fault, in_database as fault};
use super::subject::{Aim, Subject};
use crate::check::sql;

pub(super) const FAULTS: &[Fault] = &[
    fault("forget-customer", "the tenant's api_customer row is gone", forget_customer, &["customer-missing"]),
    fault(
        "misname-customer-schema",
        "the tenant's api_customer row names another schema",
        misname_schema,
        &["customer-missing"],
    ),
    fault(
        "misname-customer-org",
        "the tenant's api_customer row has another org id",
        misname_org,
        &["customer-missing"],
    ),
    fault(
        "misname-customer-account",
        "the tenant's api_customer row has another account number",
        misname_account,
        &["customer-missing"],
    ),
    Fault {
        aim: Aim::TwoTenants,
        ..fault(
            "swap-tenants",
            "two tenants have each other's schema in api_customer, so that each org sees the other's data",
            swap_tenants,
            &["customer-missing", "customer-missing"],
        )
    },
];

fn name(subject: &Subject) -> String {
    sql::literal(&subject.schema)
}

fn forget_customer(subject: &Subject) -> String {
    let own = format!("SELECT id FROM public.api_customer WHERE schema_name = {}", name(subject));
    format!(
        "UPDATE public.api_provider SET customer_id = NULL WHERE customer_id IN ({own}); \
         DELETE FROM public.api_customer WHERE schema_name = {};",
        name(subject)
    )
}

fn set(subject: &Subject, column: &str, value: &str) -> String {
    format!("UPDATE public.api_customer SET {column} = {} WHERE schema_name = {};", sql::literal(value), name(subject))
}

fn misname_schema(subject: &Subject) -> String {
    set(subject, "schema_name", &format!("{}-of-yesterday", subject.schema))
}

fn misname_org(subject: &Subject) -> String {
    set(subject, "org_id", "org-of-nobody")
}

fn misname_account(subject: &Subject) -> String {
    set(subject, "account_id", "account-of-nobody")
}

fn swap_tenants(subject: &Subject) -> String {
    let other = subject.other.as_ref().map_or("", |other| other.schema.as_str());
    // Each name may be there once, so that the first one is set aside.
    let steps = [(subject.schema.as_str(), "set-aside"), (other, &subject.schema), ("set-aside", other)];
    let rename = |(from, to): (&str, &str)| {
        let (from, to) = (sql::literal(from), sql::literal(to));
        format!("UPDATE public.api_customer SET schema_name = {to} WHERE schema_name = {from};")
    };
    steps.map(rename).join(" ")
}
