//! What Koku's role may do, and whose things are.

use super::form::{Fault, in_database as fault, in_system};
use super::subject::Subject;
use crate::check::sql;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "revoke-schema",
        "the tenant's schema is a superuser's and Koku may not use it",
        revoke_schema,
        &["schema-not-granted"],
    ),
    fault(
        "revoke-create",
        "the tenant's schema is a superuser's and Koku may use it, but make nothing there",
        revoke_create,
        &["schema-not-granted"],
    ),
    fault(
        "give-tables-away",
        "the tenant's tables are a superuser's, as when somebody else than Koku's role migrated them",
        give_tables_away,
        &["tables-not-owned"],
    ),
    fault("give-table-away", "one of the tenant's tables is a superuser's", give_table_away, &["tables-not-owned"]),
    in_system(
        "revoke-public",
        "Koku may not use the schema public, as in a database of somebody else",
        revoke_public,
        &["public-not-granted"],
    ),
    in_system(
        "revoke-create-in-public",
        "Koku may make nothing in the schema public, as since PostgreSQL 15 in a database of somebody else",
        revoke_create_in_public,
        &["public-not-granted"],
    ),
];

fn revoke(schema: &str, role: &str) -> String {
    let (schema, role) = (sql::identifier(schema), sql::identifier(role));
    format!("ALTER SCHEMA {schema} OWNER TO CURRENT_USER; REVOKE ALL ON SCHEMA {schema} FROM {role}, PUBLIC;")
}

fn grant_usage(schema: &str, role: &str) -> String {
    format!(" GRANT USAGE ON SCHEMA {} TO {};", sql::identifier(schema), sql::identifier(role))
}

fn revoke_schema(subject: &Subject) -> String {
    revoke(&subject.schema, &subject.owner_role)
}

fn revoke_create(subject: &Subject) -> String {
    revoke_schema(subject) + &grant_usage(&subject.schema, &subject.owner_role)
}

fn revoke_public(subject: &Subject) -> String {
    revoke("public", &subject.owner_role)
}

fn revoke_create_in_public(subject: &Subject) -> String {
    revoke_public(subject) + &grant_usage("public", &subject.owner_role)
}

fn give_tables_away(subject: &Subject) -> String {
    // A sequence goes with its table.
    format!(
        "DO $fault$ DECLARE owned regclass; BEGIN \
             FOR owned IN SELECT oid FROM pg_class WHERE relnamespace = {}::regnamespace AND relkind IN ('r', 'p') LOOP \
                 EXECUTE format('ALTER TABLE %s OWNER TO CURRENT_USER', owned); \
             END LOOP; \
         END $fault$;",
        sql::literal(&sql::identifier(&subject.schema))
    )
}

fn give_table_away(subject: &Subject) -> String {
    format!("ALTER TABLE {}.reporting_ocp_clusters OWNER TO CURRENT_USER;", sql::identifier(&subject.schema))
}
