//! A source and the provider that comes of it.

use super::form::{Fault, SourcesStrike, Strike};
use super::subject::{Aim, Subject};
use crate::check::sql;

const fn fault(
    name: &'static str,
    summary: &'static str,
    statements: fn(&Subject) -> String,
    findings: &'static [&'static str],
) -> Fault {
    Fault { name, summary, strike: Strike::Provider(statements), aim: Aim::Provider, choices: &[], findings }
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "nameless-source",
        summary: "a source is asked for without a name",
        strike: Strike::Sources(SourcesStrike::Nameless),
        aim: Aim::Provider,
        choices: &[],
        findings: &["source-refused"],
    },
    Fault {
        name: "forget-application",
        summary: "a source's Cost Management application is taken away",
        strike: Strike::Sources(SourcesStrike::ForgetApplication),
        aim: Aim::Provider,
        choices: &[],
        findings: &["application-missing"],
    },
    Fault {
        name: "two-new-orgs-at-once",
        summary: "two new orgs ask for their first source at the same moment",
        strike: Strike::Sources(SourcesStrike::AtOnce),
        aim: Aim::Provider,
        choices: &[],
        findings: &["source-misreported"],
    },
    fault("forget-provider", "Koku never made the tenant's OpenShift provider", forget_provider, &["provider-missing"]),
    fault("move-provider", "the provider is another tenant's", move_provider, &["provider-in-wrong-tenant"]),
    fault("duplicate-provider", "the provider is there twice", duplicate_provider, &["provider-duplicated"]),
    fault("pause-provider", "somebody paused the provider", pause_provider, &["provider-inactive"]),
    fault("deactivate-provider", "the provider is switched off", deactivate_provider, &["provider-inactive"]),
    fault(
        "forget-source",
        "Koku's own row of the source is gone, and the provider stays",
        forget_source,
        &["source-missing"],
    ),
    fault("swap-credentials", "the provider has another cluster's id", swap_credentials, &["credentials-differ"]),
];

fn name(subject: &Subject) -> String {
    sql::literal(&subject.schema)
}

/// The tenant's `OpenShift` providers, or the one that is meant.
fn own(subject: &Subject) -> String {
    let named = subject.provider.as_deref().map(|name| format!(" AND provider.name = {}", sql::literal(name)));
    format!(
        "(SELECT provider.uuid FROM public.api_provider provider \
          JOIN public.api_customer customer ON customer.id = provider.customer_id \
          WHERE customer.schema_name = {} AND provider.type = 'OCP'{})",
        name(subject),
        named.unwrap_or_default()
    )
}

fn forget_provider(subject: &Subject) -> String {
    let own = own(subject);
    format!(
        "DELETE FROM {}.reporting_tenant_api_provider WHERE provider_id IN {own}; \
         DELETE FROM public.api_provider WHERE uuid IN {own};",
        sql::identifier(&subject.schema)
    )
}

fn move_provider(subject: &Subject) -> String {
    // Koku makes both rows by the identity that it is told: so both are the other tenant's.
    format!(
        "DO $fault$ DECLARE other record; BEGIN \
             SELECT id, schema_name INTO STRICT other FROM public.api_customer WHERE schema_name <> {} ORDER BY id LIMIT 1; \
             EXECUTE format($move$INSERT INTO %I.reporting_tenant_api_provider \
                 SELECT * FROM {schema}.reporting_tenant_api_provider WHERE provider_id IN {own}$move$, other.schema_name); \
             DELETE FROM {schema}.reporting_tenant_api_provider WHERE provider_id IN {own}; \
             UPDATE public.api_provider SET customer_id = other.id WHERE uuid IN {own}; \
         END $fault$;",
        name(subject),
        schema = sql::identifier(&subject.schema),
        own = own(subject)
    )
}

fn duplicate_provider(subject: &Subject) -> String {
    format!(
        "WITH original AS (SELECT * FROM public.api_provider WHERE uuid IN {} LIMIT 1), \
         twin AS ( \
             INSERT INTO public.api_providerauthentication (uuid, credentials) \
             SELECT public.uuid_generate_v4(), authentication.credentials \
             FROM public.api_providerauthentication authentication \
             JOIN original ON original.authentication_id = authentication.id \
             RETURNING id \
         ) \
         , provider AS ( \
             INSERT INTO public.api_provider \
             (uuid, name, type, setup_complete, created_timestamp, active, paused, authentication_id, billing_source_id, customer_id) \
             SELECT public.uuid_generate_v4(), original.name, original.type, false, original.created_timestamp, true, false, \
             twin.id, original.billing_source_id, original.customer_id \
             FROM original, twin RETURNING * \
         ) \
         INSERT INTO {}.reporting_tenant_api_provider (uuid, name, type, provider_id) \
         SELECT uuid, name, type, uuid FROM provider;",
        own(subject),
        sql::identifier(&subject.schema)
    )
}

fn pause_provider(subject: &Subject) -> String {
    format!("UPDATE public.api_provider SET paused = true WHERE uuid IN {};", own(subject))
}

fn deactivate_provider(subject: &Subject) -> String {
    format!("UPDATE public.api_provider SET active = false WHERE uuid IN {};", own(subject))
}

fn swap_credentials(subject: &Subject) -> String {
    format!(
        "WITH other AS ( \
             INSERT INTO public.api_providerauthentication (uuid, credentials) \
             VALUES (public.uuid_generate_v4(), '{{\"cluster_id\": \"another-cluster\"}}') RETURNING id \
         ) \
         UPDATE public.api_provider SET authentication_id = other.id FROM other WHERE uuid IN {};",
        own(subject)
    )
}

fn forget_source(subject: &Subject) -> String {
    format!("DELETE FROM public.api_sources WHERE koku_uuid IN (SELECT uuid::text FROM {} AS own);", own(subject))
}
