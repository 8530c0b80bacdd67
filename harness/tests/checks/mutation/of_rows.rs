//! Changes of rows: tenants, domains, customers, providers, migrations, and what a migration fills in.

use harness::check::Expectation;
use harness::fact::database::{CustomerRow, DatabaseFacts, DomainRow, ProviderRow, TenantRow};

use super::change::{Change, change};
use super::pick::Pick;
use crate::healthy::{BROKEN, BYSTANDER};

pub(super) const CHANGES: &[Change] = &[
    change("a tenant's row is lost", &["tenant-missing"], |facts, _, _| {
        facts.tenants.as_mut()?.retain(|row| row.schema_name != BROKEN);
        Some("api_tenant".to_owned())
    }),
    change("a tenant's row names a schema that is not there", &["tenant-without-schema"], |facts, _, _| {
        facts.tenants.as_mut()?.push(TenantRow { id: 99, schema_name: "org99".into() });
        Some("org99".to_owned())
    }),
    change("a domain is lost", &["domain-missing"], |facts, _, _| {
        let id = tenant_id(facts, BROKEN)?;
        facts.domains.as_mut()?.retain(|row| row.tenant_id != id);
        Some("api_domain".to_owned())
    }),
    change("a domain is another tenant's", &["domain-missing"], |facts, _, _| {
        let other = tenant_id(facts, BYSTANDER)?;
        let domain = domain(facts)?;
        (domain.tenant_id, domain.is_primary) = (other, false);
        Some("belongs to another tenant".to_owned())
    }),
    change("a domain has another name", &["domain-missing"], |facts, _, _| {
        domain(facts)?.domain.push_str(".example");
        Some("only ".to_owned())
    }),
    change("a domain is not primary", &["domain-not-primary"], |facts, _, _| {
        domain(facts)?.is_primary = false;
        Some("is not primary".to_owned())
    }),
    change("a tenant has a second primary domain", &["domain-primary-twice"], |facts, _, _| {
        let tenant_id = tenant_id(facts, BROKEN)?;
        let second = DomainRow { domain: "second.example".to_owned(), is_primary: true, tenant_id };
        facts.domains.as_mut()?.push(second);
        Some("second.example".to_owned())
    }),
    change("a customer is lost", &["customer-missing"], |facts, _, _| {
        facts.customers.as_mut()?.retain(|row| row.schema_name != BROKEN);
        Some("no such row".to_owned())
    }),
    change("a customer has no org id", &["customer-missing"], |facts, _, _| {
        customer(facts)?.org_id = None;
        Some("org_id none".to_owned())
    }),
    change("a customer is of another schema", &["customer-missing"], |facts, _, _| {
        BYSTANDER.clone_into(&mut customer(facts)?.schema_name);
        Some(BYSTANDER.to_owned())
    }),
    change("a customer has another account", &["customer-missing"], |facts, _, _| {
        customer(facts)?.account_id = Some("77777".to_owned());
        Some("77777".to_owned())
    }),
    change("the job made a provider", &["bootstrap-made-provider"], |facts, _, _| {
        let customer = customer(facts)?.id;
        let created = facts.observed_at;
        facts.providers.as_mut()?.push(provider(customer, created));
        Some("of the job".to_owned())
    }),
    change("a schema does not name its tenant's provider", &["provider-not-in-schema"], |facts, _, _| {
        let customer = customer(facts)?.id;
        let created = facts.observed_at + chrono::TimeDelta::hours(1);
        facts.providers.as_mut()?.push(provider(customer, created));
        facts.schema_providers.insert(BROKEN.to_owned(), [].into());
        Some("reporting_tenant_api_provider".to_owned())
    }),
    change("a migration of public is not recorded", &["migrations-incomplete"], |facts, pick, _| {
        forget_migration(facts, pick, "public")
    }),
    change("a migration of a tenant is not recorded", &["tenant-migrations-behind"], |facts, pick, _| {
        forget_migration(facts, pick, BROKEN)
    }),
    change("a tenant records no migration", &["tenant-migrations-behind"], |facts, _, _| {
        facts.migrations.get_mut(BROKEN)?.clear();
        Some("django_migrations".to_owned())
    }),
    change("a row that a migration fills in is lost", &["seed-rows-missing"], |facts, pick, expectation| {
        let table = pick.of(seeded(expectation))?;
        *facts.row_counts.get_mut(BROKEN)?.get_mut(&table)? -= 1;
        Some(table)
    }),
];

fn tenant_id(facts: &DatabaseFacts, schema: &str) -> Option<i32> {
    facts.tenant(schema).map(|row| row.id)
}

fn domain(facts: &mut DatabaseFacts) -> Option<&mut DomainRow> {
    let id = tenant_id(facts, BROKEN)?;
    facts.domains.iter_mut().flatten().find(|row| row.tenant_id == id)
}

fn customer(facts: &mut DatabaseFacts) -> Option<&mut CustomerRow> {
    facts.customers.iter_mut().flatten().find(|row| row.schema_name == BROKEN)
}

fn forget_migration(facts: &mut DatabaseFacts, pick: &mut Pick<'_>, schema: &str) -> Option<String> {
    let recorded = facts.migrations.get_mut(schema)?;
    let name = pick.of(recorded.iter().cloned())?;
    recorded.remove(&name);
    Some(name)
}

fn seeded(expectation: &Expectation) -> Vec<String> {
    let catalog = expectation.system.catalog.as_ref().expect("a known version");
    catalog.tenant.seed_rows.keys().cloned().collect()
}

fn provider(customer: i32, created_timestamp: chrono::DateTime<chrono::Utc>) -> ProviderRow {
    ProviderRow {
        uuid: uuid::Uuid::nil(),
        name: "of the job".into(),
        provider_type: "OCP".into(),
        active: true,
        paused: false,
        setup_complete: false,
        created_timestamp,
        customer_id: Some(customer),
        credentials: [].into(),
        billing: [].into(),
    }
}
