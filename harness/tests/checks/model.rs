//! Facts made from an expectation, without a database.

use std::collections::BTreeMap;

use harness::catalog::SchemaCatalog;
use harness::check::Expectation;
use harness::fact::database::{
    CustomerRow, DATABASE_FACTS_VERSION, DatabaseFacts, DomainRow, RoleFacts, SchemaFacts, SchemaRights, ServerFacts,
    TenantRow,
};
use harness::fact::processing::Processing;
use harness::fact::structure::StructureFacts;
use harness::profile::TenantMaker;

/// A database in which nothing is.
pub(crate) fn empty_facts() -> DatabaseFacts {
    DatabaseFacts {
        version: DATABASE_FACTS_VERSION,
        observed_at: chrono::DateTime::UNIX_EPOCH,
        server: ServerFacts {
            version_number: 160_014,
            version_text: "16.14".into(),
            database: "koku".into(),
            role: "observer".into(),
        },
        extensions: BTreeMap::new(),
        extension_schemas: BTreeMap::new(),
        roles: BTreeMap::new(),
        schemas: BTreeMap::new(),
        migrations: BTreeMap::new(),
        tenants: Some(vec![]),
        domains: Some(vec![]),
        customers: Some(vec![]),
        providers: Some(vec![]),
        sources: Some(vec![]),
        structure: StructureFacts::default(),
        schema_providers: BTreeMap::new(),
        row_counts: BTreeMap::new(),
        processing: Processing::Read { providers: BTreeMap::new() },
    }
}

/// The schema from which Koku clones tenants.
pub(crate) const TEMPLATE: &str = "template0";

/// Puts in what is expected.
pub(crate) fn fill(facts: &mut DatabaseFacts, expectation: &Expectation) {
    let catalog = expectation.system.catalog.as_ref().expect("a known version");
    facts.extensions = catalog.extensions.clone();
    facts.roles.insert(expectation.system.owner_role.clone(), RoleFacts { login: true, ..RoleFacts::default() });
    schema(facts, expectation, "public", &catalog.public);
    if expectation.system.tenant_maker == TenantMaker::FirstSource {
        schema(facts, expectation, TEMPLATE, &catalog.tenant);
        rows(&mut facts.tenants).push(TenantRow { id: 0, schema_name: TEMPLATE.to_owned() });
    }
    for (id, tenant) in (1..).zip(&expectation.tenants) {
        schema(facts, expectation, &tenant.schema, &catalog.tenant);
        rows(&mut facts.tenants).push(TenantRow { id, schema_name: tenant.schema.clone() });
        rows(&mut facts.domains).push(DomainRow { domain: tenant.domain.clone(), is_primary: true, tenant_id: id });
        rows(&mut facts.customers).push(CustomerRow {
            id,
            account_id: tenant.account_number.clone(),
            org_id: Some(tenant.org_id.clone()),
            schema_name: tenant.schema.clone(),
        });
    }
}

fn rows<T>(rows: &mut Option<Vec<T>>) -> &mut Vec<T> {
    rows.get_or_insert_default()
}

fn schema(facts: &mut DatabaseFacts, expectation: &Expectation, name: &str, catalog: &SchemaCatalog) {
    let owner = expectation.system.owner_role.clone();
    let rights = BTreeMap::from([(owner.clone(), SchemaRights { usage: true, create: true })]);
    facts.schemas.insert(name.to_owned(), SchemaFacts { owner, rights, tables: BTreeMap::new() });
    facts.migrations.insert(name.to_owned(), catalog.migrations.iter().cloned().collect());
    facts.row_counts.insert(name.to_owned(), catalog.seed_rows.clone());
    for (table, definition) in &catalog.tables {
        facts.structure.insert(name, table, definition.clone());
    }
    for (sequence, definition) in &catalog.sequences {
        facts.structure.sequences.insert(name, sequence, definition.clone());
    }
    for (function, definition) in &catalog.functions {
        facts.structure.functions.insert(name, function, definition.clone());
    }
}
