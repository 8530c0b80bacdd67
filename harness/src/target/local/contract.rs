//! Fresh systems for the contract: the fake with its clock at the recorded day, and everything around it that can be watched.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use fake_koku::catalog::Catalog;
use fake_koku::clock::Clock;
use fake_koku::koku::{Koku, SchemaRule, Settings};
use fake_koku::server::{Dialect as FakeDialect, Server as FakeServer, ServerOptions};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use url::Url;

use super::contract_platform::platform;
use super::contract_topics::Answers;
use super::database::Database;
use super::installer::{LocalInstaller, pool};
use super::server::Server;
use crate::cleanup::Cleanup;
use crate::contract::{Dialect, Rewriting, Suite, System};
use crate::error::chain;
use crate::secret::SecretUrl;
use crate::target::{InstallRequest, Installer as _, TargetError};

/// Noon of the day on which the recordings were made: the default ranges and relative periods of reports depend on it.
const RECORDED: &str = "2026-11-24T12:00:00Z";
/// How much longer the first source of a database takes where a client is to go away meanwhile; the recorded one took 49 s, and its
/// client went away after 30 s. The case gives up after a second.
const SLOW_TEMPLATE: Duration = Duration::from_millis(1500);
/// The suite of that client.
const CUT: &str = "koku-cut";
/// How long one request, and what an upload does, may take.
const ALLOWED: Duration = Duration::from_mins(1);

/// A fresh system for this suite, which `cleanup` unmakes.
///
/// # Errors
/// A database that cannot be made, or addresses that cannot be listened at.
pub async fn contract_system(server: &Server, suite: &Suite, cleanup: &Cleanup) -> Result<System, TargetError> {
    let recorded: DateTime<Utc> = RECORDED.parse().map_err(|error| TargetError(format!("{RECORDED}: {error}")))?;
    match suite.dialect {
        Dialect::Platform => platform(recorded, cleanup).await,
        Dialect::Koku => koku(server, suite, recorded, cleanup).await,
    }
}

async fn koku(
    server: &Server,
    suite: &Suite,
    recorded: DateTime<Utc>,
    cleanup: &Cleanup,
) -> Result<System, TargetError> {
    let database = Arc::new(server.reserve(&format!("contract-{}", suite.name)));
    discard_at_the_end(&database, cleanup);
    let installer = LocalInstaller {
        server: server.clone(),
        database: Arc::clone(&database),
        catalog: Catalog::koku_224(),
        schema_rule: SchemaRule::OrgPrefix,
        profile: "contract".to_owned(),
    };
    installer
        .install(
            InstallRequest {
                must_migrate: false,
                extensions: true,
                tenants: vec![],
                chart_faults: vec![],
                waits: false,
            },
            &|_| {},
        )
        .await?;
    let answers = Answers::start(cleanup).await?;
    let settings = Settings {
        clock: Clock::going_on_from(recorded),
        catalog: Catalog::koku_224(),
        schema_rule: SchemaRule::OrgPrefix,
        template_delay: if suite.name == CUT { SLOW_TEMPLATE } else { Duration::ZERO },
        answer_to: Some(answers.address().clone()),
        ..Settings::default()
    };
    let sessions = pool(database.owner_url())?;
    close_at_the_end("the fake's sessions", sessions.clone(), cleanup);
    let options = ServerOptions { dialect: FakeDialect::Koku, ..ServerOptions::default() };
    let fake = FakeServer::start(Koku { pool: sessions, settings }, options).await;
    let fake = fake.map_err(|error| TargetError::of(&error))?;
    let [api, upload] = [fake.koku_url(), fake.ingress_url()]
        .map(|text| Url::parse(&text).map_err(|error| TargetError(format!("{text:?} is no URL: {error}"))));
    let (api, upload) = (api?, upload?);
    cleanup.push("the fake", async move {
        fake.stop().await;
        Ok(())
    });
    let watcher = utc_sessions(database.observer_url())?;
    close_at_the_end("the watcher's sessions", watcher.clone(), cleanup);
    let administrator = utc_sessions(database.superuser_url())?;
    close_at_the_end("the administrator's sessions", administrator.clone(), cleanup);
    Ok(System {
        processes: [(String::new(), api)].into(),
        upload: Some(upload),
        watcher: Some(watcher),
        administrator: Some(administrator),
        topics: Some(Arc::new(answers)),
        application: None,
        fresh: true,
        is_fake: true,
        rewriting: Rewriting::none(),
        today: recorded.date_naive(),
        allowed: ALLOWED,
    })
}

/// Sessions whose moments are written in UTC, as in the recordings.
fn utc_sessions(url: &SecretUrl) -> Result<PgPool, TargetError> {
    let options: PgConnectOptions = url.reveal().parse().map_err(|error: sqlx::Error| TargetError::of(&error))?;
    Ok(PgPoolOptions::new().max_connections(2).connect_lazy_with(options.options([("timezone", "UTC")])))
}

fn close_at_the_end(what: &str, pool: PgPool, cleanup: &Cleanup) {
    cleanup.push(what, async move {
        pool.close().await;
        Ok(())
    });
}

fn discard_at_the_end(database: &Arc<Database>, cleanup: &Cleanup) {
    let database = Arc::clone(database);
    cleanup.push(format!("database {}", database.name()), async move {
        database.discard().await.map_err(|error| chain(&error))
    });
}
