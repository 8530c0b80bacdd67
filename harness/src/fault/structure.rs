//! What a tenant's schema is made of beside tables: what numbers rows, what happens when they change, what is called.

use super::form::{Fault, in_database as fault};
use super::subject::Subject;
use crate::check::sql;

pub(super) const FAULTS: &[Fault] = &[
    fault("drop-identity", "nothing numbers the rows of a table any more", drop_identity, &["columns-differ"]),
    fault(
        "demand-column",
        "a table has one more column, which every row must give",
        demand_column,
        &["columns-differ"],
    ),
    fault("drop-trigger", "the trigger that makes partitions is gone", drop_trigger, &["triggers-differ"]),
    fault(
        "disable-trigger",
        "the trigger that makes partitions is switched off",
        disable_trigger,
        &["triggers-differ"],
    ),
    fault("cap-sequence", "a sequence ends long before its column does", cap_sequence, &["sequences-differ"]),
    fault("stray-sequence", "the tenant has a sequence that no column has", stray_sequence, &["sequences-differ"]),
    fault(
        "drop-function",
        "a function of the tenant is gone, and its trigger with it",
        drop_function,
        &["functions-differ"],
    ),
];

fn of(subject: &Subject, name: &str) -> String {
    format!("{}.{}", sql::identifier(&subject.schema), sql::identifier(name))
}

fn drop_identity(subject: &Subject) -> String {
    format!("ALTER TABLE {} ALTER COLUMN id DROP IDENTITY;", of(subject, "cost_model_map"))
}

fn demand_column(subject: &Subject) -> String {
    format!("ALTER TABLE {} ADD COLUMN approved_by text NOT NULL;", of(subject, "cost_model"))
}

fn drop_trigger(subject: &Subject) -> String {
    format!("DROP TRIGGER tr_partition_manager ON {};", of(subject, "partitioned_tables"))
}

fn disable_trigger(subject: &Subject) -> String {
    format!("ALTER TABLE {} DISABLE TRIGGER tr_partition_manager;", of(subject, "partitioned_tables"))
}

fn cap_sequence(subject: &Subject) -> String {
    format!("ALTER SEQUENCE {} MAXVALUE 1000;", of(subject, "cost_model_map_id_seq"))
}

fn stray_sequence(subject: &Subject) -> String {
    format!("CREATE SEQUENCE {};", of(subject, "invoice_number"))
}

fn drop_function(subject: &Subject) -> String {
    format!("DROP FUNCTION {}() CASCADE;", of(subject, "process_cost_model_audit"))
}
