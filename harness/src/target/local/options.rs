//! What a caller may say about the server, mostly through the environment.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use super::postgres::Provider;
use crate::run_id::RunId;
use crate::secret::{NotAUrl, SecretUrl};

/// The image of the container provider where `E2E_POSTGRES_IMAGE` names none.
const DEFAULT_IMAGE: &str = "postgres:16";
/// How long a server outlives its last lease: longer than the pause between two test programs of one `cargo test`.
const DEFAULT_REAPER_DELAY: Duration = Duration::from_secs(3);

/// Where the server comes from, and how it is kept.
#[derive(Debug, Clone)]
pub struct Options {
    /// The only provider to try (`E2E_POSTGRES`); without one, the whole chain.
    pub pin: Option<Provider>,
    /// A server that runs already (`E2E_DATABASE_URL`).
    pub database_url: Option<SecretUrl>,
    /// The image of the container provider (`E2E_POSTGRES_IMAGE`).
    pub image: String,
    /// The folder of state folders (`E2E_STATE`); by default a folder of this user on memory-backed storage.
    pub state: Option<PathBuf>,
    /// Where the embedded archive is kept from run to run (`E2E_CACHE`).
    pub cache: Option<PathBuf>,
    /// Whether the database of a failed scenario stays (`E2E_KEEP`).
    pub keep: bool,
    /// How long the server outlives its last lease (`E2E_REAPER_DELAY_MS`).
    pub reaper_delay: Duration,
    /// A program whose `main` calls [`super::reaper::run_if_asked`]; by default this one, or `e2e-validate` beside it.
    pub reaper_program: Option<PathBuf>,
    /// The run whose id the databases carry in their names.
    pub run: RunId,
}

/// A setting in the environment that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum OptionsError {
    /// `E2E_POSTGRES` names no provider.
    #[error(
        "E2E_POSTGRES={0:?} names no provider (one of: url, docker, local, embedded; unset it to try them in this order)"
    )]
    UnknownProvider(String),
    /// `E2E_DATABASE_URL` is no URL of PostgreSQL.
    #[error("E2E_DATABASE_URL cannot be read")]
    UnreadableUrl(#[from] NotAUrl),
    /// `E2E_DATABASE_URL` has another scheme.
    #[error("E2E_DATABASE_URL speaks {0:?}, not PostgreSQL (expected postgres://user:password@host:port/database)")]
    OtherScheme(String),
    /// `E2E_REAPER_DELAY_MS` is no number.
    #[error("E2E_REAPER_DELAY_MS={0:?} is no whole number of milliseconds")]
    UnreadableDelay(String),
    /// `E2E_KEEP` is neither on nor off.
    #[error("E2E_KEEP={0:?} is neither 1 nor 0")]
    UnreadableKeep(String),
}

impl Options {
    /// What the environment says, for this run.
    pub fn from_environment(run: RunId) -> Result<Self, OptionsError> {
        Self::read(run, |name| env::var(name).ok().filter(|value| !value.is_empty()))
    }

    /// As [`Options::from_environment`], with another source of variables; an unset one is `None`.
    pub fn read(run: RunId, variable: impl Fn(&str) -> Option<String>) -> Result<Self, OptionsError> {
        Ok(Self {
            pin: variable("E2E_POSTGRES").map(read_pin).transpose()?,
            database_url: variable("E2E_DATABASE_URL").map(|text| read_url(&text)).transpose()?,
            image: variable("E2E_POSTGRES_IMAGE").unwrap_or_else(|| DEFAULT_IMAGE.to_owned()),
            state: variable("E2E_STATE").map(PathBuf::from),
            cache: variable("E2E_CACHE").map(PathBuf::from),
            keep: variable("E2E_KEEP").map_or(Ok(false), read_keep)?,
            reaper_delay: variable("E2E_REAPER_DELAY_MS").map_or(Ok(DEFAULT_REAPER_DELAY), read_delay)?,
            reaper_program: None,
            run,
        })
    }
}

fn read_pin(text: String) -> Result<Provider, OptionsError> {
    Provider::ALL.into_iter().find(|provider| provider.as_str() == text).ok_or(OptionsError::UnknownProvider(text))
}

fn read_url(text: &str) -> Result<SecretUrl, OptionsError> {
    let url = SecretUrl::parse(text)?;
    match url.url().scheme() {
        "postgres" | "postgresql" => Ok(url),
        other => Err(OptionsError::OtherScheme(other.to_owned())),
    }
}

fn read_keep(text: String) -> Result<bool, OptionsError> {
    match text.as_str() {
        "1" | "true" => Ok(true),
        "0" | "false" => Ok(false),
        _ => Err(OptionsError::UnreadableKeep(text)),
    }
}

fn read_delay(text: String) -> Result<Duration, OptionsError> {
    text.parse().map(Duration::from_millis).map_err(|_| OptionsError::UnreadableDelay(text))
}
