//! A tenant's row and its schema.

use super::domain::drop_domain;
use super::form::{Fault, Strike, in_database as fault};
use super::subject::{Aim, Subject};
use crate::check::sql;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "forget-tenant",
        "the tenant's api_tenant row is gone, and its domain with it",
        forget_tenant,
        &["tenant-missing"],
    ),
    fault("drop-schema", "the tenant's schema is gone, its rows in public stay", drop_schema, &["schema-missing"]),
    fault(
        "double-prefix",
        "the tenant was made under a name with org twice in front",
        double_prefix,
        &["schema-double-prefix"],
    ),
    fault("early-provider", "the bootstrap writes a provider itself", early_provider, &["bootstrap-made-provider"]),
    Fault {
        strike: Strike::Provider(swap_schemas),
        aim: Aim::TwoTenants,
        ..fault(
            "swap-schemas",
            "two tenants' schemas have each other's name, so that each org sees the other's data",
            swap_schemas,
            &["provider-not-in-schema", "provider-not-in-schema"],
        )
    },
    Fault {
        strike: Strike::Provider(forget_provider_in_schema),
        aim: Aim::Provider,
        ..fault(
            "forget-provider-in-schema",
            "the tenant's schema does not name its provider, as one that was made anew behind the provider",
            forget_provider_in_schema,
            &["provider-not-in-schema"],
        )
    },
];

fn name(subject: &Subject) -> String {
    sql::literal(&subject.schema)
}

fn forget_tenant(subject: &Subject) -> String {
    format!("{} DELETE FROM public.api_tenant WHERE schema_name = {};", drop_domain(subject), name(subject))
}

fn drop_schema(subject: &Subject) -> String {
    format!("DROP SCHEMA {} CASCADE;", sql::identifier(&subject.schema))
}

fn double_prefix(subject: &Subject) -> String {
    let doubled = format!("org{}", subject.schema);
    let (old, new) = (name(subject), sql::literal(&doubled));
    format!(
        "ALTER SCHEMA {} RENAME TO {}; \
         UPDATE public.api_tenant SET schema_name = {new} WHERE schema_name = {old}; \
         UPDATE public.api_customer SET schema_name = {new} WHERE schema_name = {old};",
        sql::identifier(&subject.schema),
        sql::identifier(&doubled)
    )
}

fn swap_schemas(subject: &Subject) -> String {
    let other = subject.other.as_ref().map_or("", |other| other.schema.as_str());
    let steps = [(subject.schema.as_str(), "set-aside"), (other, &subject.schema), ("set-aside", other)];
    let rename =
        |(from, to): (&str, &str)| format!("ALTER SCHEMA {} RENAME TO {};", sql::identifier(from), sql::identifier(to));
    steps.map(rename).join(" ")
}

fn forget_provider_in_schema(subject: &Subject) -> String {
    format!("DELETE FROM {}.reporting_tenant_api_provider;", sql::identifier(&subject.schema))
}

fn early_provider(subject: &Subject) -> String {
    format!(
        "WITH authentication AS ( \
             INSERT INTO public.api_providerauthentication (uuid, credentials) \
             VALUES (public.uuid_generate_v4(), '{{\"cluster_id\": \"made-by-the-bootstrap\"}}') RETURNING id \
         ), billing AS ( \
             INSERT INTO public.api_providerbillingsource (uuid, data_source) \
             VALUES (public.uuid_generate_v4(), '{{}}') RETURNING id \
         ), provider AS ( \
             INSERT INTO public.api_provider \
             (uuid, name, type, setup_complete, created_timestamp, active, paused, authentication_id, billing_source_id, customer_id) \
         SELECT public.uuid_generate_v4(), 'made-by-the-bootstrap', 'OCP', false, now() - interval '1 hour', true, false, \
             authentication.id, billing.id, customer.id \
             FROM authentication, billing, public.api_customer customer WHERE customer.schema_name = {} RETURNING * \
         ) \
         INSERT INTO {}.reporting_tenant_api_provider (uuid, name, type, provider_id) \
         SELECT uuid, name, type, uuid FROM provider;",
        name(subject),
        sql::identifier(&subject.schema)
    )
}
