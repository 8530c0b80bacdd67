//! What Koku's role may do, and whose the tenant's tables are.

use super::case::{SystemCase, TenantCase};
use super::finding::Severity;
use super::form::{Check, Deviation, Group, Judge, Judgement, always};
use super::sql;
use super::tenant::check;
use crate::fact::database::{DatabaseFacts, SchemaFacts, SchemaRights};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "public-not-granted",
        group: Group::Install,
        severity: Severity::Required,
        summary: "Koku's role may use the schema public and make tables there",
        presupposes: &["extension-missing"],
        applies: always,
        judge: Judge::System(public_not_granted),
    },
    check("schema-not-granted", "Koku's role may use the tenant's schema", &["schema-missing"], schema_not_granted),
    check("tables-not-owned", "the tenant's tables are Koku's role's", &["schema-not-granted"], tables_not_owned),
];

/// What a role lacks of the right to use a schema and to make tables there, in words; nothing where it has both.
fn lacks(facts: &DatabaseFacts, schema: &SchemaFacts, role: &str) -> Option<String> {
    match schema.rights.get(role) {
        Some(SchemaRights { usage: true, create: true }) => None,
        _ if !facts.roles.contains_key(role) => Some(format!("there is no role {role}")),
        Some(SchemaRights { usage: true, .. }) => Some("only USAGE".to_owned()),
        Some(SchemaRights { create: true, .. }) => Some("only CREATE".to_owned()),
        _ => Some("no right at all".to_owned()),
    }
}

fn public_not_granted(case: &SystemCase<'_>) -> Judgement {
    let SystemCase { facts, system } = case;
    let Some(schema) = facts.schemas.get("public") else { return Judgement::default() };
    let role = &system.owner_role;
    Judgement::one(lacks(facts, schema, role).map(|observed| Deviation {
        place: Some("schema public".to_owned()),
        expected: format!("USAGE and CREATE for role {role}"),
        observed: format!("{observed}; the schema's owner is {}", schema.owner),
        cause: "the database is another role's: since PostgreSQL 15 only its owner may make tables in public, and the next migration stops \
                with `permission denied for schema public`"
            .to_owned(),
        remedy: format!("GRANT ALL ON SCHEMA public TO {};", sql::identifier(role)),
        drift: None,
    }))
}

fn schema_not_granted(case: &TenantCase<'_>) -> Judgement {
    let TenantCase { facts, system, tenant } = case;
    let Some(schema) = facts.schemas.get(&tenant.schema) else { return Judgement::default() };
    let role = &system.owner_role;
    let (name, owner) = (sql::identifier(&tenant.schema), sql::identifier(role));
    Judgement::one(lacks(facts, schema, role).map(|observed| Deviation {
        place: None,
        expected: format!("USAGE and CREATE for role {role}"),
        observed: format!("{observed}; the schema's owner is {}", schema.owner),
        cause: "the schema was made by another role, a superuser for instance, and not granted to Koku's".to_owned(),
        remedy: format!("GRANT ALL ON SCHEMA {name} TO {owner};"),
        drift: None,
    }))
}

fn tables_not_owned(case: &TenantCase<'_>) -> Judgement {
    let TenantCase { facts, system, tenant } = case;
    let Some(schema) = facts.schemas.get(&tenant.schema) else { return Judgement::default() };
    let (role, all) = (&system.owner_role, schema.tables.values().map(|owned| owned.count).sum::<u64>());
    let others: Vec<String> = schema
        .tables
        .iter()
        .filter(|(owner, _)| *owner != role)
        .map(|(owner, owned)| format!("{} of {all} are {owner}'s, such as {}", owned.count, owned.example))
        .collect();
    // The look at the schema counts too: it may rightly be empty.
    let examined = 1 + usize::try_from(all).unwrap_or(usize::MAX - 1);
    let deviation = (!others.is_empty()).then(|| Deviation {
        place: None,
        expected: format!("all {all} tables are {role}'s"),
        observed: others.join("; "),
        cause: format!(
            "somebody else than {role} migrated the schema, a superuser for instance; Koku is told `permission denied for table`, and no \
             migration can alter them"
        ),
        remedy: format!(
            "DO $$ DECLARE owned regclass; BEGIN FOR owned IN SELECT oid FROM pg_class WHERE relnamespace = {}::regnamespace AND relkind IN \
             ('r', 'p') LOOP EXECUTE format('ALTER TABLE %s OWNER TO %I', owned, {}); END LOOP; END $$;",
            sql::literal(&sql::identifier(&tenant.schema)),
            sql::literal(role)
        ),
        drift: None,
    });
    Judgement { examined, deviations: deviation.into_iter().collect() }
}
