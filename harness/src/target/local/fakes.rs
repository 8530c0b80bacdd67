//! The fakes of one trial: Koku, the Sources API and the ingress, each at an address of its own.

use fake_koku::koku::{Koku, SchemaRule, Settings};
use fake_koku::server::{Server, ServerOptions};
use sqlx::PgPool;
use url::Url;

use crate::cleanup::Cleanup;
use crate::clock::Clock;
use crate::target::TargetError;

/// Where the fakes answer.
pub(super) struct Fakes {
    pub(super) koku: Url,
    pub(super) sources: Url,
    pub(super) upload: Url,
}

/// Starts the fakes over this database, which need not be there yet, and has them stopped in the end.
pub(super) async fn start(
    pool: PgPool,
    schema_rule: SchemaRule,
    clock: Clock,
    cleanup: &Cleanup,
) -> Result<Fakes, TargetError> {
    let sessions = pool.clone();
    cleanup.push("the fakes' sessions", async move {
        sessions.close().await;
        Ok(())
    });
    let koku = Koku { pool, settings: Settings { schema_rule, clock: of_fake(clock), ..Settings::default() } };
    let server = Server::start(koku, ServerOptions::default()).await.map_err(|error| TargetError::of(&error))?;
    let url = |text: String| Url::parse(&text).map_err(|error| TargetError(format!("{text:?} is no URL: {error}")));
    let fakes = Fakes {
        koku: url(server.koku_url())?,
        sources: url(server.sources_url())?,
        upload: url(server.ingress_url())?,
    };
    cleanup.push("the fakes", async move {
        server.stop().await;
        Ok(())
    });
    Ok(fakes)
}

fn of_fake(clock: Clock) -> fake_koku::clock::Clock {
    match clock {
        Clock::System => fake_koku::clock::Clock::System,
        Clock::Fixed(moment) => fake_koku::clock::Clock::Fixed(moment),
    }
}
