//! What the shared schema is made of.

use super::form::{Fault, in_system as fault};
use super::subject::Subject;

pub(super) const FAULTS: &[Fault] = &[
    fault("drop-public-column", "a column of a shared table is gone", drop_column, &["public-differs"]),
    fault("narrow-public-column", "a column of a shared table takes shorter texts", narrow_column, &["public-differs"]),
    fault("drop-public-key", "a foreign key of a shared table is gone", drop_key, &["public-differs"]),
    fault("drop-public-index", "an index of a shared table is gone", drop_index, &["public-differs"]),
    fault(
        "stray-public-trigger",
        "a shared table has a trigger that Koku knows nothing of",
        stray_trigger,
        &["public-differs"],
    ),
    fault("cap-public-sequence", "the numbers of tenants end early", cap_sequence, &["public-differs"]),
    fault(
        "drop-public-function",
        "the function that makes partitions is gone, and every tenant's trigger with it",
        drop_function,
        &["public-differs"],
    ),
];

fn drop_column(_: &Subject) -> String {
    "ALTER TABLE public.api_provider DROP COLUMN additional_context;".to_owned()
}

fn narrow_column(_: &Subject) -> String {
    "ALTER TABLE public.api_provider ALTER COLUMN name TYPE varchar(64);".to_owned()
}

fn drop_key(_: &Subject) -> String {
    "DO $fault$ DECLARE key name; BEGIN \
         SELECT conname INTO STRICT key FROM pg_constraint \
         WHERE conrelid = 'public.api_provider'::regclass AND confrelid = 'public.api_customer'::regclass; \
         EXECUTE format('ALTER TABLE public.api_provider DROP CONSTRAINT %I', key); \
     END $fault$;"
        .to_owned()
}

fn drop_index(_: &Subject) -> String {
    "DO $fault$ DECLARE index regclass; BEGIN \
         SELECT indexrelid INTO STRICT index FROM pg_index \
         WHERE indrelid = 'public.api_provider'::regclass AND pg_get_indexdef(indexrelid) LIKE '%(customer_id)'; \
         EXECUTE format('DROP INDEX %s', index); \
     END $fault$;"
        .to_owned()
}

fn stray_trigger(_: &Subject) -> String {
    // A function of somebody else in public is nobody's finding; that it is called for each of Koku's rows is one.
    "CREATE FUNCTION public.audit_of_somebody() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; \
     CREATE TRIGGER audit AFTER INSERT ON public.api_tenant FOR EACH ROW EXECUTE FUNCTION public.audit_of_somebody();"
        .to_owned()
}

fn cap_sequence(_: &Subject) -> String {
    "ALTER SEQUENCE public.api_tenant_id_seq MAXVALUE 100;".to_owned()
}

fn drop_function(_: &Subject) -> String {
    "DROP FUNCTION public.trfn_partition_manager() CASCADE;".to_owned()
}
