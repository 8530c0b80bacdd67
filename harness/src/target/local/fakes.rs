//! The fakes of one trial: Koku, the Sources API and the ingress, each at an address of its own.

use fake_koku::koku::Koku;
use fake_koku::server::{Dialect, Server, ServerOptions};
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

/// Starts this Koku, whose database need not be there yet, with what stands around it, and has all stopped in the end.
pub(super) async fn start(koku: Koku, dialect: Dialect, cleanup: &Cleanup) -> Result<Fakes, TargetError> {
    let sessions = koku.pool.clone();
    cleanup.push("the fakes' sessions", async move {
        sessions.close().await;
        Ok(())
    });
    let options = ServerOptions { dialect, ..ServerOptions::default() };
    let server = Server::start(koku, options).await.map_err(|error| TargetError::of(&error))?;
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

/// The clock, in the fake's words.
pub(super) fn clock_of(clock: Clock) -> fake_koku::clock::Clock {
    match clock {
        Clock::System => fake_koku::clock::Clock::System,
        Clock::Fixed(moment) => fake_koku::clock::Clock::Fixed(moment),
    }
}
