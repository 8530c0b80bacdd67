//! The system that the contract is replayed against: what of it can be reached decides which cases can be run.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;
use sqlx::PgPool;
use url::Url;

use super::rewriting::Rewriting;

/// A system, as far as it can be reached.
#[derive(Clone)]
pub struct System {
    /// The processes of the API by their set-up; the one set up as usual has an empty name or is the recording's own.
    pub processes: BTreeMap<String, Url>,
    /// The ingress.
    pub upload: Option<Url>,
    /// Sessions that only read, in Koku's database.
    pub watcher: Option<PgPool>,
    /// Sessions of an administrator of Koku's database, for half-provisioned states.
    pub administrator: Option<PgPool>,
    /// The topics.
    pub topics: Option<Arc<dyn Topics>>,
    /// The application that the platform's API asks whether a source is available.
    pub application: Option<Arc<dyn Application>>,
    /// Whether nothing was in its database before.
    pub fresh: bool,
    /// Whether it is our fake, which is held to the list of what it does not keep.
    pub is_fake: bool,
    /// How names of the recordings were made the run's own.
    pub rewriting: Rewriting,
    /// What day it is for the system (UTC).
    pub today: NaiveDate,
    /// How long one request may take, and how long what an upload does.
    pub allowed: Duration,
}

/// The topics of a system's broker.
#[async_trait]
pub trait Topics: Send + Sync {
    /// The records that were put on topics since the last call, in order: topic, key, headers, value.
    fn take(&self) -> Vec<Value>;

    /// The answer on `platform.upload.validation` to this upload, when it has come.
    fn validation(&self, request_id: &str) -> Option<String>;

    /// Puts a message on a topic.
    async fn put(&self, topic: &str, headers: &[(String, String)], body: String) -> Result<(), String>;
}

/// The application that the platform's API asks whether a source is available.
pub trait Application: Send + Sync {
    /// How it answers from now on.
    fn behave(&self, behaviour: Behaviour);

    /// What it was asked since the last call.
    fn take(&self) -> Vec<Value>;
}

/// How an application answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Behaviour {
    /// At once, with 200.
    #[default]
    Answers,
    /// Late, within what it may take.
    Slow,
    /// Not within what it may take.
    Hangs,
    /// With 500.
    Fails,
}

/// The days on which cases hold, where what they expect depends on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Day {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
}

impl Day {
    /// Why cases of these days cannot be run today, if they cannot.
    pub(super) fn why_not(self, today: NaiveDate) -> Option<String> {
        let holds = (self.from..=self.to).contains(&today);
        let days =
            if self.from == self.to { format!("{}", self.from) } else { format!("{} to {}", self.from, self.to) };
        (!holds).then(|| format!("holds when today is {days}, and for this system it is {today}"))
    }
}

impl fmt::Debug for System {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("System")
            .field("processes", &self.processes)
            .field("upload", &self.upload)
            .field("fresh", &self.fresh)
            .field("today", &self.today)
            .finish_non_exhaustive()
    }
}
