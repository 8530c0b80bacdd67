//! The shared migration.

use super::form::{Fault, Strike, in_system};
use super::subject::{Aim, Setting, Subject};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "no-extension",
        summary: "the migration runs without pg_stat_statements, by a role that may not create it",
        strike: Strike::MigrateWithoutExtension,
        aim: Aim::System,
        choices: &[],
        findings: &["extension-missing"],
    },
    Fault {
        name: "stop-migration-at",
        summary: "the migration stopped there; what stopped it is mended, and nobody ran the migration again",
        strike: Strike::StopMigration,
        aim: Aim::System,
        choices: &[Setting::Migration],
        findings: &["migrations-incomplete"],
    },
    in_system(
        "drop-extension",
        "pg_stat_statements is taken out of a migrated database",
        drop_extension,
        &["extension-missing"],
    ),
    in_system(
        "drop-tenant-extension",
        "pg_trgm, which comes with the first tenant, is taken out, and the indexes with it that need it",
        drop_tenant_extension,
        &["extension-missing"],
    ),
    in_system(
        "move-extension",
        "uuid-ossp is in a schema of its own, where Koku does not look",
        move_extension,
        &["extension-misplaced"],
    ),
    in_system(
        "forget-history",
        "the tables of public are there, and public.django_migrations is gone",
        forget_history,
        &["migrations-incomplete"],
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

fn drop_tenant_extension(_: &Subject) -> String {
    "DROP EXTENSION pg_trgm CASCADE;".to_owned()
}

fn move_extension(_: &Subject) -> String {
    "CREATE SCHEMA extensions; ALTER EXTENSION \"uuid-ossp\" SET SCHEMA extensions;".to_owned()
}

fn forget_history(_: &Subject) -> String {
    "DROP TABLE public.django_migrations;".to_owned()
}

fn forget_migration(_: &Subject) -> String {
    "DELETE FROM public.django_migrations WHERE id = (SELECT max(id) FROM public.django_migrations);".to_owned()
}

fn drop_shared_table(_: &Subject) -> String {
    "DROP TABLE public.region_mapping;".to_owned()
}
