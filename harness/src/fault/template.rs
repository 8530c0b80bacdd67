//! The template schema, from which Koku clones tenants.

use super::form::{Fault, in_database as fault};
use super::subject::Subject;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "break-template",
        "a column of a table of the template schema is gone, so that every new tenant lacks it",
        break_template,
        &["template-differs"],
    ),
    fault(
        "forget-template-migration",
        "the last migration is not recorded in the template schema, as when it was stopped there",
        forget_template_migration,
        &["template-differs"],
    ),
];

fn break_template(_: &Subject) -> String {
    "ALTER TABLE template0.reporting_ocpusagelineitem_daily_summary DROP COLUMN pod_usage_cpu_core_hours;".to_owned()
}

fn forget_template_migration(_: &Subject) -> String {
    "DELETE FROM template0.django_migrations WHERE id = (SELECT max(id) FROM template0.django_migrations);".to_owned()
}
