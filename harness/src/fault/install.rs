//! The shared migration.

use super::form::{Fault, Strike, in_system};
use super::subject::{Aim, Subject};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "no-extension",
        summary: "the migration runs without pg_stat_statements, by a role that may not create it",
        strike: Strike::MigrateWithoutExtension,
        aim: Aim::System,
        choices: &[],
        findings: &["extension-missing"],
    },
    in_system(
        "drop-extension",
        "pg_stat_statements is taken out of a migrated database",
        drop_extension,
        &["extension-missing"],
    ),
    in_system(
        "forget-migration",
        "the last shared migration is not recorded, as when the migration job was stopped",
        forget_migration,
        &["migrations-incomplete"],
    ),
    in_system(
        "drop-shared-table",
        "a table of public is gone though its migration is recorded",
        drop_shared_table,
        &["public-tables-missing"],
    ),
];

fn drop_extension(_: &Subject) -> String {
    "DROP EXTENSION pg_stat_statements CASCADE;".to_owned()
}

fn forget_migration(_: &Subject) -> String {
    "DELETE FROM public.django_migrations WHERE id = (SELECT max(id) FROM public.django_migrations);".to_owned()
}

fn drop_shared_table(_: &Subject) -> String {
    "DROP TABLE public.region_mapping;".to_owned()
}
