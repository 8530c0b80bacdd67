//! Capturing a catalog: what the fake builds from a catalog is captured as that catalog, and a database that is not good is refused.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use harness::catalog::{CaptureError, CaptureRequest, Catalog, CatalogDiff, CatalogFile, Kind, capture, look};
use harness::observer::database::DatabaseObserver;
use harness::profile::TenantMaker;
use harness::target::local::Database;
use sqlx::AssertSqlSafe;

use crate::healthy::{BROKEN, BYSTANDER, fixtures, pool, server};
use crate::world::World;

fn request(name: &str, tenant: Option<&str>) -> CaptureRequest {
    let commit = Some("0123456789abcdef0123456789abcdef01234567".to_owned());
    CaptureRequest { name: name.to_owned(), tenant: tenant.map(str::to_owned), koku_commit: commit }
}

fn known() -> Vec<CatalogFile> {
    let names = Catalog::names(&fixtures()).expect("names");
    names.iter().map(|name| CatalogFile::load(&fixtures(), name).expect("a catalog")).collect()
}

async fn captured(database: &Database, tenant: Option<&str>) -> Result<CatalogFile, CaptureError> {
    let observer = DatabaseObserver::connect(database.observer_url()).await.expect("a session");
    let captured = capture(&observer, &request("koku-captured", tenant), &known()).await;
    observer.close().await;
    captured
}

/// What differs between two catalogs, without what no database of the fake can have: versions of extensions are the server's.
fn differences(left: &CatalogFile, right: &CatalogFile) -> Vec<String> {
    let diff = CatalogDiff::of(left, right);
    let all = diff.differences().iter();
    all.filter(|one| one.kind != Kind::Extension).map(|one| format!("{:?} {one}", one.schema)).collect()
}

/// From each shipped catalog the fake migrates a database, which is captured; from what was captured it migrates another one, which is
/// captured again. All three say the same in every part: tables, partitions, columns, keys, indexes, triggers, sequences, functions,
/// migrations in their order, first rows and the numbers that they took. What a catalog says beside that - `about`, `measured_on` and the
/// `counts` that were measured apart - is of how it came about.
#[tokio::test]
async fn what_the_fake_builds_from_a_catalog_is_captured_as_that_catalog() {
    let server = server().await;
    let folder = tempfile::tempdir().expect("a folder");
    for world in World::all() {
        let shipped = CatalogFile::load(&fixtures(), &world.catalog.name).expect("a catalog");
        let database = world.tenants(&server, "captured").await;
        let first = captured(&database, None).await.expect("it is captured");
        assert_eq!(differences(&shipped, &first), [""; 0], "{}", world.catalog.name);
        let names = |file: &CatalogFile| file.extension_names().map(str::to_owned).collect::<BTreeSet<_>>();
        assert_eq!(names(&shipped), names(&first), "{}", world.catalog.name);
        // Of whatever is compared there is something to compare.
        assert!(shipped.counts().iter().all(|(_, count)| *count > 0), "{:?}", shipped.counts());
        assert_eq!(shipped.counts(), first.counts());

        let folder = folder.path().join(&world.catalog.name);
        let path = first.write(&folder).expect("it is written");
        assert_eq!(CatalogFile::read(&path).expect("it is read"), first);
        let catalog = Arc::new(Catalog::load_file(&path).expect("it is a catalog"));
        let again = World { catalog, ..world }.tenants(&server, "captured again").await;
        let second = captured(&again, None).await.expect("it is captured");
        assert_eq!(differences(&first, &second), [""; 0], "{}", shipped.name());
    }
}

/// A clone of the template is the template, but for the types of sequences, which give the same numbers.
#[tokio::test]
async fn a_tenant_that_koku_cloned_is_seen_as_its_catalog() {
    let server = server().await;
    for world in World::all().into_iter().filter(|world| world.maker() == TenantMaker::FirstSource) {
        let database = world.tenants(&server, "captured clone").await;
        let observer = DatabaseObserver::connect(database.observer_url()).await.expect("a session");
        let seen = look(&observer, Some(BROKEN)).await.expect("it is seen");
        observer.close().await;
        let shipped = CatalogFile::load(&fixtures(), &world.catalog.name).expect("a catalog");
        // Its provider has left rows, since it is no fresh one.
        let structural = CatalogDiff::of(&shipped, &seen);
        let structural =
            structural.differences().iter().filter(|one| !matches!(one.kind, Kind::Extension | Kind::SeedRows));
        assert_eq!(structural.map(ToString::to_string).collect::<Vec<_>>(), [""; 0]);
    }
}

/// What is done to a database, and what capturing says of it.
struct Case {
    what: &'static str,
    tenant: Option<&'static str>,
    sql: &'static [&'static str],
}

const CASES: [Case; 9] = [
    Case {
        what: "a column of one tenant is gone",
        tenant: None,
        sql: &["ALTER TABLE {bystander}.cost_model DROP COLUMN name"],
    },
    Case {
        what: "the same column of both tenants is gone",
        tenant: None,
        sql: &[
            "ALTER TABLE {bystander}.cost_model DROP COLUMN name",
            "ALTER TABLE {broken}.cost_model DROP COLUMN name",
        ],
    },
    Case {
        what: "many indexes of one tenant are gone",
        tenant: None,
        sql: &[
            "DO $$ DECLARE one regclass; BEGIN FOR one IN SELECT indexrelid FROM pg_index JOIN pg_class ON pg_class.oid = indrelid \
             WHERE relnamespace = '{broken}'::regnamespace AND NOT indisunique AND relkind = 'r' LIMIT 30 \
             LOOP EXECUTE 'DROP INDEX ' || one; END LOOP; END $$",
        ],
    },
    Case {
        what: "a tenant stopped half way",
        tenant: None,
        sql: &["DELETE FROM {broken}.django_migrations WHERE app = 'reporting' AND id > 100"],
    },
    Case { what: "a tenant has no schema", tenant: None, sql: &["DROP SCHEMA {bystander} CASCADE"] },
    Case {
        what: "nobody is registered",
        tenant: None,
        sql: &["DELETE FROM public.api_domain", "DELETE FROM public.api_tenant WHERE schema_name <> 'public'"],
    },
    Case { what: "public is not migrated", tenant: None, sql: &["DROP TABLE public.api_tenant CASCADE"] },
    Case { what: "another tenant is named", tenant: Some("org1234568"), sql: &[] },
    Case {
        what: "an index is not valid",
        tenant: None,
        sql: &["UPDATE pg_index SET indisvalid = false WHERE indexrelid = (SELECT min(indexrelid) FROM pg_index \
                WHERE indrelid = '{broken}.cost_model_map'::regclass AND NOT indisprimary)"],
    },
];

#[tokio::test]
async fn a_database_that_is_not_good_is_refused_and_the_way_out_is_told() {
    let server = server().await;
    let world = World::bootstrapped();
    let mut text = String::new();
    for case in &CASES {
        let database = world.tenants(&server, "not good").await;
        let superuser = pool(database.superuser_url()).await;
        for statement in case.sql {
            let quoted = format!("\"{BROKEN}\"");
            let statement = statement.replace("{broken}", &quoted).replace("{bystander}", BYSTANDER);
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&superuser).await.expect(case.what);
        }
        superuser.close().await;
        let error = captured(&database, case.tenant).await.expect_err(case.what);
        let error = error.to_string().replace(database.name(), "[DATABASE]");
        let _ = writeln!(text, "{}\n  {error}\n", case.what);
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!("catalog__refused", text));
}

#[tokio::test]
async fn where_every_tenant_holds_data_none_is_captured() {
    let server = server().await;
    let database = World::bootstrapped().providers(&server, "all hold data").await;
    let error = captured(&database, None).await.expect_err("both have providers");
    assert!(matches!(&error, CaptureError::HoldsData { tenants } if tenants.len() == 2), "{error}");
    let error = captured(&database, Some(BROKEN)).await.expect_err("it has a provider");
    let told = error.to_string();
    assert!(told.contains(BROKEN) && told.contains("--tenant"), "{told}");
}
