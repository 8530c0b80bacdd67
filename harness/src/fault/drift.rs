//! The structure of one table of a tenant: columns, keys, indexes, that were altered by hand.

use super::form::{Fault, Strike};
use super::subject::{Aim, Setting, Subject};
use super::tables::{literal, table};
use crate::check::sql;

/// A fault of one table.
const fn of_table(
    name: &'static str,
    summary: &'static str,
    statements: fn(&Subject) -> String,
    findings: &'static [&'static str],
) -> Fault {
    let strike = Strike::Database(statements);
    Fault { name, summary, strike, aim: Aim::Tenant, choices: &[Setting::Table], findings }
}

/// A fault of one column.
const fn of_column(name: &'static str, summary: &'static str, statements: fn(&Subject) -> String) -> Fault {
    Fault { choices: &[Setting::Table, Setting::Column], ..of_table(name, summary, statements, &["columns-differ"]) }
}

pub(super) const FAULTS: &[Fault] = &[
    of_column("drop-column", "a column is gone, with the partitions' own", drop_column),
    of_column("retype-column", "a column has another type", retype_column),
    of_column("widen-column", "a column takes longer texts", widen_column),
    of_column("narrow-column", "a column takes only shorter texts", narrow_column),
    of_column("drop-default", "a column has no default, nor have the partitions' own", drop_default),
    of_column("drop-not-null", "a column takes NULL", drop_not_null),
    of_table("stray-column", "a table has a column that no migration made", stray_column, &["columns-differ"]),
    of_table("drop-key", "a foreign key is gone, with the partitions' own", drop_key, &["keys-differ"]),
    of_table("drop-primary-key", "a primary key is gone", drop_primary_key, &["keys-differ"]),
    of_table("drop-unique", "a unique constraint is gone, with its index", drop_unique, &["keys-differ"]),
    of_table("drop-check", "a check constraint is gone", drop_check, &["keys-differ"]),
    of_table("add-check", "a table has a check constraint that no migration made", add_check, &["keys-differ"]),
    Fault {
        choices: &[Setting::Table, Setting::Index],
        ..of_table("drop-index", "an index is gone", drop_index, &["indexes-differ"])
    },
    of_table("add-index", "a table has an index that no migration made", add_index, &["indexes-differ"]),
    of_table("double-index", "an index is there twice under two names", double_index, &["indexes-differ"]),
];

const COST_MODEL: &str = "cost_model";

/// Alters a column: that which is chosen, or else this one.
fn alter_column(subject: &Subject, usual: (&str, &str), how: &str) -> String {
    let column = sql::identifier(subject.choice(Setting::Column, usual.1));
    format!("ALTER TABLE {} ALTER COLUMN {column} {how};", table(subject, usual.0))
}

fn drop_column(subject: &Subject) -> String {
    let column = sql::identifier(subject.choice(Setting::Column, "pod_usage_cpu_core_hours"));
    format!("ALTER TABLE {} DROP COLUMN {column};", table(subject, "reporting_ocpusagelineitem_daily_summary"))
}

fn retype_column(subject: &Subject) -> String {
    alter_column(subject, (COST_MODEL, "distribution"), "TYPE varchar(50)")
}

fn widen_column(subject: &Subject) -> String {
    alter_column(subject, (COST_MODEL, "source_type"), "TYPE varchar(500)")
}

fn narrow_column(subject: &Subject) -> String {
    alter_column(subject, (COST_MODEL, "source_type"), "TYPE varchar(5)")
}

fn drop_default(subject: &Subject) -> String {
    alter_column(subject, ("reporting_ocp_cost_summary_p", "id"), "DROP DEFAULT")
}

fn drop_not_null(subject: &Subject) -> String {
    alter_column(subject, (COST_MODEL, "distribution"), "DROP NOT NULL")
}

fn stray_column(subject: &Subject) -> String {
    format!("ALTER TABLE {} ADD COLUMN of_another_version text;", table(subject, COST_MODEL))
}

/// Drops the first constraint of a kind that a table has.
fn drop_constraint(subject: &Subject, usual: &str, kind: char) -> String {
    let table = literal(subject, usual);
    format!(
        "DO $fault$ DECLARE key name; BEGIN \
             SELECT conname INTO STRICT key FROM pg_constraint \
             WHERE conrelid = {table}::regclass AND contype = '{kind}' ORDER BY pg_get_constraintdef(oid) LIMIT 1; \
             EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', {table}::regclass, key); \
         END $fault$;"
    )
}

fn drop_key(subject: &Subject) -> String {
    drop_constraint(subject, "reporting_ocp_cost_summary_p", 'f')
}

fn drop_primary_key(subject: &Subject) -> String {
    drop_constraint(subject, "cost_model_audit", 'p')
}

fn drop_unique(subject: &Subject) -> String {
    drop_constraint(subject, "cost_model_map", 'u')
}

fn drop_check(subject: &Subject) -> String {
    drop_constraint(subject, "reporting_awsorganizationalunit", 'c')
}

fn add_check(subject: &Subject) -> String {
    format!("ALTER TABLE {} ADD CHECK (1 = 1);", table(subject, COST_MODEL))
}

fn drop_index(subject: &Subject) -> String {
    if let Some(index) = subject.choices.get(&Setting::Index) {
        return format!("DROP INDEX {}.{};", sql::identifier(&subject.schema), sql::identifier(index));
    }
    format!("DO $fault$ DECLARE {} EXECUTE format('DROP INDEX %s', index); END $fault$;", first_index(subject))
}

/// Finds the first index of a table that keeps nothing unique.
fn first_index(subject: &Subject) -> String {
    format!(
        "index regclass; BEGIN SELECT indexrelid INTO STRICT index FROM pg_index \
         WHERE indrelid = {}::regclass AND NOT indisunique ORDER BY pg_get_indexdef(indexrelid) LIMIT 1;",
        literal(subject, COST_MODEL)
    )
}

fn add_index(subject: &Subject) -> String {
    format!("CREATE INDEX of_another_version ON {} ((1));", table(subject, COST_MODEL))
}

fn double_index(subject: &Subject) -> String {
    // The name is the third word of a definition.
    format!(
        "DO $fault$ DECLARE {} \
             EXECUTE regexp_replace(pg_get_indexdef(index), '^CREATE INDEX \\S+', 'CREATE INDEX a_second_time'); \
         END $fault$;",
        first_index(subject)
    )
}
