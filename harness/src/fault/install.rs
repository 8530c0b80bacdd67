//! The shared migration.

use super::form::{Fault, Strike, Subject};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "no-extension",
        summary: "the migration runs without pg_stat_statements, by a role that may not create it",
        strike: Strike::MigrateWithoutExtension,
        findings: &["extension-missing"],
    },
    Fault {
        name: "drop-extension",
        summary: "pg_stat_statements is taken out of a migrated database",
        strike: Strike::Database(drop_extension),
        findings: &["extension-missing"],
    },
    Fault {
        name: "forget-migration",
        summary: "the last shared migration is not recorded, as when the migration job was stopped",
        strike: Strike::Database(forget_migration),
        findings: &["migrations-incomplete"],
    },
    Fault {
        name: "drop-shared-table",
        summary: "a table of public is gone though its migration is recorded",
        strike: Strike::Database(drop_shared_table),
        findings: &["public-tables-missing"],
    },
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
