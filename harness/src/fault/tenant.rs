//! A tenant's rows in the shared tables, and its schema.

use super::form::{Fault, in_database as fault};
use super::subject::Subject;
use crate::check::sql;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "forget-tenant",
        "the tenant's api_tenant row is gone, and its domain with it",
        forget_tenant,
        &["tenant-missing"],
    ),
    fault("drop-domain", "the tenant's api_domain row is gone", drop_domain, &["domain-missing"]),
    fault("demote-domain", "the tenant's domain is not its primary one", demote_domain, &["domain-not-primary"]),
    fault("forget-customer", "the tenant's api_customer row is gone", forget_customer, &["customer-missing"]),
    fault("drop-schema", "the tenant's schema is gone, its rows in public stay", drop_schema, &["schema-missing"]),
    fault(
        "revoke-schema",
        "the tenant's schema is a superuser's and Koku may not use it",
        revoke_schema,
        &["schema-not-granted"],
    ),
    fault(
        "double-prefix",
        "the tenant was made under a name with org twice in front",
        double_prefix,
        &["schema-double-prefix"],
    ),
    fault("early-provider", "the bootstrap writes a provider itself", early_provider, &["bootstrap-made-provider"]),
];

fn name(subject: &Subject) -> String {
    sql::literal(&subject.schema)
}

fn tenant_id(subject: &Subject) -> String {
    format!("(SELECT id FROM public.api_tenant WHERE schema_name = {})", name(subject))
}

fn forget_tenant(subject: &Subject) -> String {
    format!("{} DELETE FROM public.api_tenant WHERE schema_name = {};", drop_domain(subject), name(subject))
}

fn drop_domain(subject: &Subject) -> String {
    format!("DELETE FROM public.api_domain WHERE tenant_id = {};", tenant_id(subject))
}

fn demote_domain(subject: &Subject) -> String {
    format!("UPDATE public.api_domain SET is_primary = false WHERE tenant_id = {};", tenant_id(subject))
}

fn forget_customer(subject: &Subject) -> String {
    let own = format!("SELECT id FROM public.api_customer WHERE schema_name = {}", name(subject));
    format!(
        "UPDATE public.api_provider SET customer_id = NULL WHERE customer_id IN ({own}); \
         DELETE FROM public.api_customer WHERE schema_name = {};",
        name(subject)
    )
}

fn drop_schema(subject: &Subject) -> String {
    format!("DROP SCHEMA {} CASCADE;", sql::identifier(&subject.schema))
}

fn revoke_schema(subject: &Subject) -> String {
    let (schema, role) = (sql::identifier(&subject.schema), sql::identifier(&subject.owner_role));
    format!("ALTER SCHEMA {schema} OWNER TO CURRENT_USER; REVOKE ALL ON SCHEMA {schema} FROM {role};")
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

fn early_provider(subject: &Subject) -> String {
    format!(
        "WITH authentication AS ( \
             INSERT INTO public.api_providerauthentication (uuid, credentials) \
             VALUES (public.uuid_generate_v4(), '{{\"cluster_id\": \"made-by-the-bootstrap\"}}') RETURNING id \
         ), billing AS ( \
             INSERT INTO public.api_providerbillingsource (uuid, data_source) \
             VALUES (public.uuid_generate_v4(), '{{}}') RETURNING id \
         ) \
         INSERT INTO public.api_provider \
             (uuid, name, type, setup_complete, created_timestamp, active, paused, authentication_id, billing_source_id, customer_id) \
         SELECT public.uuid_generate_v4(), 'made-by-the-bootstrap', 'OCP', false, now() - interval '1 hour', true, false, \
             authentication.id, billing.id, customer.id \
         FROM authentication, billing, public.api_customer customer WHERE customer.schema_name = {};",
        name(subject)
    )
}
