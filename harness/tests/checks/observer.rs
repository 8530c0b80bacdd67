//! What observers see, and that they cannot write.

use std::collections::{BTreeMap, BTreeSet};

use harness::check::{Group, Outcome, judge_all, registry};
use harness::fact::object::Shared;
use harness::observer::database::{DatabaseObserver, ObserveError, observe_slate};

use crate::healthy::{self, BROKEN, BYSTANDER, expectation, observe, of_database, server};

#[tokio::test]
async fn a_migrated_tenant_reads_back_as_the_catalog() {
    let server = server().await;
    let database = healthy::database(&server, "reads-back").await;
    let facts = observe(&database).await;
    let catalog = healthy::catalog();
    for schema in [BROKEN, BYSTANDER] {
        let observed: Vec<_> = facts.structure.tables_of(schema).collect();
        assert_eq!(observed.len(), catalog.tenant.tables.len(), "{schema}");
        for (name, table) in observed {
            assert_eq!(Some(table), catalog.tenant.tables.get(name), "{schema}.{name}");
        }
        assert_eq!(of(&facts.structure.sequences, schema), catalog.tenant.sequences, "{schema}");
        assert_eq!(of(&facts.structure.functions, schema), catalog.tenant.functions, "{schema}");
    }
    let public: Vec<_> = facts.structure.tables_of("public").collect();
    assert_eq!(public.len(), catalog.public.tables.len());
    for (name, table) in public {
        assert_eq!(Some(table), catalog.public.tables.get(name), "public.{name}");
    }
    assert_eq!(of(&facts.structure.sequences, "public"), catalog.public.sequences);
    assert_eq!(of(&facts.structure.functions, "public"), catalog.public.functions);
    let role = facts.roles.get(&facts.schemas[BROKEN].owner).expect("the owner's role");
    assert!(role.login && !role.superuser, "{role:?}");
    let text = serde_json::to_string(&facts).expect("serializes");
    assert_eq!(serde_json::from_str::<harness::fact::database::DatabaseFacts>(&text).expect("reads"), facts);
    database.discard().await.expect("dropped");
}

fn of<T: Clone>(shared: &Shared<T>, schema: &str) -> BTreeMap<String, T> {
    shared.of(schema).map(|(name, definition)| (name.to_owned(), definition.clone())).collect()
}

#[tokio::test]
async fn a_healthy_system_has_no_findings() {
    let server = server().await;
    let database = healthy::database(&server, "healthy").await;
    let facts = of_database(observe(&database).await);
    let checks = registry::of(&[Group::Install, Group::Tenant, Group::Tables]);
    let results = judge_all(checks, &facts, &expectation());
    let applying: Vec<_> = results.iter().filter(|result| !matches!(result.outcome, Outcome::Skipped { .. })).collect();
    assert!(applying.len() > 20, "{}", applying.len());
    for result in applying {
        assert!(result.outcome.passed(), "{} {}: {:?}", result.check, result.scope, result.outcome);
        assert!(result.examined > 0, "{}", result.check);
    }
    database.discard().await.expect("dropped");
}

#[tokio::test]
async fn an_observer_cannot_write() {
    let server = server().await;
    let database = healthy::database(&server, "cannot-write").await;
    // Even as superuser, since on some systems there is no other role to be had.
    for url in [database.observer_url(), database.superuser_url()] {
        let observer = DatabaseObserver::connect(url).await.expect("a session");
        let writes = [
            "INSERT INTO public.api_tenant (schema_name) VALUES ('intruder')",
            "UPDATE public.api_tenant SET schema_name = 'intruder'",
            "DELETE FROM public.api_domain",
            "CREATE TABLE public.intruder (id int)",
            "DROP SCHEMA public CASCADE",
            "SELECT nextval('public.api_tenant_id_seq')",
        ];
        for write in writes {
            refused(&observer, write).await;
            // Neither a setting of the session nor an end of the transaction opens a way for what comes next.
            for opening in ["SET default_transaction_read_only = off", "COMMIT", "SET TRANSACTION READ WRITE"] {
                let _ = observer.read("an attempt to write", opening).await;
                refused(&observer, write).await;
            }
            let both = format!("SET TRANSACTION READ WRITE; {write}");
            observer.read("two at once", sqlx::AssertSqlSafe(both)).await.expect_err("two statements in one message");
        }
        observer.close().await;
    }
    let facts = observe(&database).await;
    assert_eq!(facts.real_tenants().count(), 2);
    assert!(facts.structure.table("public", "intruder").is_none());
    database.discard().await.expect("dropped");
}

async fn refused(observer: &DatabaseObserver, write: &'static str) {
    match observer.read("an attempt to write", write).await {
        Err(ObserveError::WouldWrite { .. } | ObserveError::NotAllowed { .. }) => {}
        other => panic!("{write}: {other:?}"),
    }
}

#[tokio::test]
async fn what_cannot_be_observed_is_an_error_that_says_why() {
    let server = server().await;
    let database = server.empty("errors").await.expect("a database");
    let missing = database.owner_url().with_database("no_such_database");
    let error = DatabaseObserver::connect(&missing).await.expect_err("no such database");
    assert!(matches!(&error, ObserveError::NoSuchDatabase { database } if database == "no_such_database"), "{error:?}");

    let mut wrong = database.owner_url().url().clone();
    wrong.set_password(Some("hunter2")).expect("a URL with a host");
    let wrong = harness::secret::SecretUrl::from(wrong);
    let error = DatabaseObserver::connect(&wrong).await.expect_err("a wrong password");
    assert!(matches!(error, ObserveError::Refused { .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");

    let nobody = harness::secret::SecretUrl::parse("postgres://koku:hunter2@127.0.0.1:1/koku").expect("a URL");
    let error = DatabaseObserver::connect(&nobody).await.expect_err("nobody listens");
    assert!(matches!(error, ObserveError::NotReachable { .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");

    let observer = DatabaseObserver::connect(database.owner_url()).await.expect("a session");
    let error = observer.read("nothing", "SELECT * FROM no_such_table").await.expect_err("no such table");
    assert!(matches!(error, ObserveError::QueryFailed { .. }), "{error:?}");
    let error = observer.read("passwords", "SELECT * FROM pg_authid").await.expect_err("no right");
    assert!(matches!(error, ObserveError::NotAllowed { .. }), "{error:?}");
    let facts =
        observer.observe(&BTreeSet::new()).await.expect("an empty database is a fact, and the session still works");
    assert_eq!(facts.tenants, None, "a table that is missing is not an empty one");
    observer.close().await;
    database.discard().await.expect("dropped");
}

#[tokio::test]
async fn the_slate_is_a_fact_whether_there_is_a_database_or_not() {
    let server = server().await;
    let database = server.empty("slate").await.expect("a database");
    let none = observe_slate(&database.owner_url().with_database("no_such_database")).await.expect("a fact");
    assert_eq!(none.contents, None);
    let empty = observe_slate(database.owner_url()).await.expect("a fact");
    assert_eq!(empty.contents, Some(harness::fact::slate::SlateContents::default()));
    database.discard().await.expect("dropped");

    let full = healthy::database(&server, "slate-full").await;
    let contents = observe_slate(full.observer_url()).await.expect("a fact").contents.expect("a database");
    assert!(contents.tenants.contains(BROKEN) && contents.schemas.contains(BYSTANDER), "{contents:?}");
    full.discard().await.expect("dropped");
}
