//! Which tables, partitions, migrations and rows a tenant's schema holds.

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
    fault(
        "forget-tenant-history",
        "the tenant's tables are there, and its django_migrations is gone",
        forget_tenant_history,
        &["tenant-migrations-behind"],
    ),
    fault(
        "stop-tenant-migrations",
        "the tenant's last migration is not recorded, as when its migration was stopped",
        stop_tenant_migrations,
        &["tenant-migrations-behind"],
    ),
    fault(
        "drop-all-tables",
        "every migration of the tenant is recorded and no other table is left",
        drop_all_tables,
        &["tables-missing"],
    ),
    Fault {
        choices: &[Setting::Table],
        ..fault("drop-table", "one table of the tenant is gone", drop_table, &["tables-missing"])
    },
    fault("stray-table", "the tenant has a table that no migration made", stray_table, &["tables-unexpected"]),
    Fault {
        choices: &[Setting::Table],
        ..fault("drop-partition", "the default partition of a table is gone", drop_partition, &["partition-missing"])
    },
    Fault {
        choices: &[Setting::Table],
        ..fault(
            "detach-partition",
            "the default partition of a table is a table of its own",
            detach_partition,
            &["partition-missing"],
        )
    },
    fault("drop-seed-rows", "rows that a migration left behind are gone", drop_seed_rows, &["seed-rows-missing"]),
];

/// The table that is struck, with its schema.
pub(super) fn table(subject: &Subject, usual: &str) -> String {
    let table = subject.choice(Setting::Table, usual);
    format!("{}.{}", sql::identifier(&subject.schema), sql::identifier(table))
}

/// The same as a text that `regclass` reads.
pub(super) fn literal(subject: &Subject, usual: &str) -> String {
    sql::literal(&table(subject, usual))
}

fn forget_tenant_migrations(subject: &Subject) -> String {
    let (schema, role) = (sql::identifier(&subject.schema), sql::identifier(&subject.owner_role));
    format!("DROP SCHEMA {schema} CASCADE; CREATE SCHEMA {schema}; GRANT ALL ON SCHEMA {schema} TO {role};")
}

fn forget_tenant_history(subject: &Subject) -> String {
    format!("DROP TABLE {}.django_migrations;", sql::identifier(&subject.schema))
}

fn stop_tenant_migrations(subject: &Subject) -> String {
    let history = format!("{}.django_migrations", sql::identifier(&subject.schema));
    format!("DELETE FROM {history} WHERE id = (SELECT max(id) FROM {history});")
}

fn drop_all_tables(subject: &Subject) -> String {
    // A partition goes with its table, and may be gone when its turn comes.
    format!(
        "DO $fault$ DECLARE lost text; BEGIN \
             FOR lost IN SELECT oid::regclass::text FROM pg_class WHERE relnamespace = {}::regnamespace \
                 AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'django_migrations' LOOP \
                 EXECUTE 'DROP TABLE ' || lost || ' CASCADE'; \
             END LOOP; \
         END $fault$;",
        sql::literal(&sql::identifier(&subject.schema))
    )
}

fn drop_table(subject: &Subject) -> String {
    // Other tables refer to this one; their keys go with it, and are not findings of their own.
    format!("DROP TABLE {} CASCADE;", table(subject, "reporting_ocp_clusters"))
}

fn stray_table(subject: &Subject) -> String {
    let (schema, role) = (sql::identifier(&subject.schema), sql::identifier(&subject.owner_role));
    let table = format!("{schema}.reporting_of_another_version");
    format!("CREATE TABLE {table} (id integer); ALTER TABLE {table} OWNER TO {role};")
}

/// A partitioned table, and its default partition.
fn partition(subject: &Subject) -> (String, String) {
    let parent = subject.choice(Setting::Table, "reporting_ocp_pod_summary_p");
    let schema = sql::identifier(&subject.schema);
    let of = |name: &str| format!("{schema}.{}", sql::identifier(name));
    (of(parent), of(&format!("{parent}_default")))
}

fn drop_partition(subject: &Subject) -> String {
    format!("DROP TABLE {};", partition(subject).1)
}

fn detach_partition(subject: &Subject) -> String {
    let (parent, partition) = partition(subject);
    format!("ALTER TABLE {parent} DETACH PARTITION {partition};")
}

fn drop_seed_rows(subject: &Subject) -> String {
    format!("DELETE FROM {}.reporting_ocp_cost_category_namespace;", sql::identifier(&subject.schema))
}
