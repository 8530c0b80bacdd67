//! A tenant's tables.

use super::form::{Fault, in_database as fault};
use super::subject::{Setting, Subject};
use crate::check::sql;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "forget-tenant-migrations",
        "the tenant's schema is made and granted, and nothing is migrated there",
        forget_tenant_migrations,
        &["tenant-migrations-behind"],
    ),
    Fault {
        choices: &[Setting::Table],
        ..fault("drop-table", "one table of the tenant is gone", drop_table, &["tables-missing"])
    },
    fault("stray-table", "the tenant has a table that no migration made", stray_table, &["tables-unexpected"]),
    fault("drop-partition", "the default partition of a table is gone", drop_partition, &["partition-missing"]),
    fault("drop-seed-rows", "rows that a migration left behind are gone", drop_seed_rows, &["seed-rows-missing"]),
    fault("drop-column", "a column is gone, with the partitions' own", drop_column, &["columns-differ"]),
    fault("retype-column", "a column has another type", retype_column, &["columns-differ"]),
    fault("drop-key", "a foreign key is gone, with the partitions' own", drop_key, &["keys-differ"]),
    fault("drop-index", "an index is gone", drop_index, &["indexes-differ"]),
];

/// The table that is struck, with its schema.
fn table(subject: &Subject, usual: &str) -> String {
    let table = subject.choice(Setting::Table, usual);
    format!("{}.{}", sql::identifier(&subject.schema), sql::identifier(table))
}

fn forget_tenant_migrations(subject: &Subject) -> String {
    let (schema, role) = (sql::identifier(&subject.schema), sql::identifier(&subject.owner_role));
    format!("DROP SCHEMA {schema} CASCADE; CREATE SCHEMA {schema}; GRANT ALL ON SCHEMA {schema} TO {role};")
}

fn drop_table(subject: &Subject) -> String {
    // Other tables refer to this one; their keys go with it, and are not findings of their own.
    format!("DROP TABLE {} CASCADE;", table(subject, "reporting_ocp_clusters"))
}

fn stray_table(subject: &Subject) -> String {
    format!("CREATE TABLE {} (id integer);", table(subject, "reporting_of_another_version"))
}

fn drop_partition(subject: &Subject) -> String {
    format!("DROP TABLE {};", table(subject, "reporting_ocp_pod_summary_p_default"))
}

fn drop_seed_rows(subject: &Subject) -> String {
    format!("DELETE FROM {};", table(subject, "reporting_ocp_cost_category_namespace"))
}

fn drop_column(subject: &Subject) -> String {
    let table = table(subject, "reporting_ocpusagelineitem_daily_summary");
    format!("ALTER TABLE {table} DROP COLUMN pod_usage_cpu_core_hours;")
}

fn retype_column(subject: &Subject) -> String {
    format!("ALTER TABLE {} ALTER COLUMN distribution TYPE varchar(50);", table(subject, "cost_model"))
}

fn drop_key(subject: &Subject) -> String {
    let table = sql::literal(&table(subject, "reporting_ocp_cost_summary_p"));
    format!(
        "DO $fault$ DECLARE key name; BEGIN \
             SELECT conname INTO STRICT key FROM pg_constraint \
             WHERE conrelid = {table}::regclass AND contype = 'f' ORDER BY pg_get_constraintdef(oid) LIMIT 1; \
             EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', {table}::regclass, key); \
         END $fault$;"
    )
}

fn drop_index(subject: &Subject) -> String {
    let table = sql::literal(&table(subject, "cost_model"));
    format!(
        "DO $fault$ DECLARE index regclass; BEGIN \
             SELECT indexrelid INTO STRICT index FROM pg_index \
             WHERE indrelid = {table}::regclass AND NOT indisunique ORDER BY pg_get_indexdef(indexrelid) LIMIT 1; \
             EXECUTE format('DROP INDEX %s', index); \
         END $fault$;"
    )
}
