//! Which tenants must be there, by what is there of them.

use std::collections::BTreeMap;

use crate::check::TenantExpectation;
use crate::fact::database::{CustomerRow, DatabaseFacts, TenantRow};
use crate::profile::{Profile, SchemaRule, TenantMaker};

/// The prefix that Koku puts before an org id to name its schema (source: measured on Koku 768be82, facts `koku.md` §6.1).
const PREFIX: &str = "org";

/// Tenants of whom more than a lone row or a lone schema is there, and the one that is asked for.
///
/// - Every org of `api_customer`, under the schema that the profile's rule gives it.
/// - Every row of `api_tenant` that has a domain or a schema, and the one of the tenant that the chart's job makes. Of another row of which
///   nothing else is there, `tenant-without-schema` tells.
/// - Where a job makes tenants and none shows at all, the chart's default one: the job did not run.
/// - `wanted`, by schema or org id, whatever is there of it.
///
/// Nobody knows which account number a customer must have.
pub(super) fn expected(profile: &Profile, facts: &DatabaseFacts, wanted: Option<&str>) -> Vec<TenantExpectation> {
    let mut found = Found { profile, tenants: BTreeMap::new() };
    let customers = || facts.customers.iter().flatten();
    for (row, org_id) in customers().filter_map(|row| Some((row, org_of(profile, row)?))) {
        if !is_misnamed(facts, row, &profile.schema(org_id)) {
            found.add(org_id);
        }
    }
    let made_by_job = profile.tenants.made_by == TenantMaker::BootstrapJob;
    let default = &profile.tenants.default_org_id;
    let is_jobs = |row: &TenantRow| made_by_job && row.schema_name == profile.schema(default);
    for row in facts.real_tenants().filter(|row| is_jobs(row) || is_more_than_a_row(facts, row)) {
        let prefixed_by_mistake = found.tenants.keys().any(|schema| format!("{PREFIX}{schema}") == row.schema_name);
        let of_known_customer = customers().any(|customer| customer.schema_name == row.schema_name);
        if !(prefixed_by_mistake && of_known_customer) {
            found.add(&org_id_of(profile, &row.schema_name));
        }
    }
    if found.tenants.is_empty() && made_by_job {
        found.add(default);
    }
    if let Some(wanted) = wanted.filter(|wanted| !found.knows(wanted)) {
        let is_schema = facts.schemas.contains_key(wanted) || facts.tenant(wanted).is_some();
        found.add(&if is_schema { org_id_of(profile, wanted) } else { wanted.to_owned() });
    }
    let is_wanted = |tenant: &TenantExpectation| wanted.is_none_or(|wanted| is_named(tenant, wanted));
    found.tenants.into_values().filter(is_wanted).collect()
}

/// Whether a tenant is meant by this word: its schema or its org id.
pub(super) fn is_named(tenant: &TenantExpectation, word: &str) -> bool {
    tenant.schema == word || tenant.org_id == word
}

struct Found<'a> {
    profile: &'a Profile,
    tenants: BTreeMap<String, TenantExpectation>,
}

impl Found<'_> {
    fn add(&mut self, org_id: &str) {
        let (schema, domain) = (self.profile.schema(org_id), self.profile.domain(org_id));
        let (org_id, account_number) = (org_id.to_owned(), None);
        let tenant =
            TenantExpectation { schema: schema.clone(), org_id, account_number, domain: domain.unwrap_or_default() };
        self.tenants.insert(schema, tenant);
    }

    fn knows(&self, word: &str) -> bool {
        self.tenants.values().any(|tenant| is_named(tenant, word))
    }
}

/// The org of a customer, if its row names one. An org id that begins with the prefix and goes on in digits, where Koku puts that prefix
/// before it, is one that was given with the prefix by mistake.
fn org_of<'a>(profile: &Profile, row: &'a CustomerRow) -> Option<&'a str> {
    let org_id = row.org_id.as_deref()?;
    let bare = org_id.strip_prefix(PREFIX).filter(|rest| is_number(rest));
    match profile.tenants.schema_rule {
        SchemaRule::OrgPrefix => Some(bare.unwrap_or(org_id)),
        SchemaRule::OrgId => Some(org_id),
    }
}

/// Whether a customer's row names another org than that of the tenant that it names: of its org's own schema nothing is there, and of the
/// schema that it names there is, which is not that schema with the prefix twice. The tenant is then known by its own row.
fn is_misnamed(facts: &DatabaseFacts, row: &CustomerRow, own: &str) -> bool {
    let is_there = |schema: &str| facts.tenant(schema).is_some() && facts.schemas.contains_key(schema);
    row.schema_name != own
        && row.schema_name != format!("{PREFIX}{own}")
        && is_there(&row.schema_name)
        && facts.tenant(own).is_none()
        && !facts.schemas.contains_key(own)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_more_than_a_row(facts: &DatabaseFacts, row: &TenantRow) -> bool {
    facts.schemas.contains_key(&row.schema_name)
        || facts.domains.iter().flatten().any(|domain| domain.tenant_id == row.id)
}

/// The org id from which the profile's rule makes this schema.
fn org_id_of(profile: &Profile, schema: &str) -> String {
    match profile.tenants.schema_rule {
        SchemaRule::OrgId => schema.to_owned(),
        SchemaRule::OrgPrefix => schema.strip_prefix(PREFIX).unwrap_or(schema).to_owned(),
    }
}
