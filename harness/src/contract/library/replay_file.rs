//! What stands beside a recording: how it is replayed, and what is not kept.

use serde::Deserialize;
use serde_json::Value;

use crate::contract::system::{Behaviour, Day};

/// A file `<recording>-replay.json`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplayFile {
    /// What it is for.
    #[serde(rename = "about")]
    _about: String,
    /// The days on which the recording holds.
    #[serde(default)]
    pub(super) day: Option<Day>,
    /// Placeholders by which the recording names one thing twice.
    #[serde(default)]
    pub(super) renamed: Vec<Renamed>,
    /// What the recording tells only in words, made before a case.
    #[serde(default)]
    pub(super) preparations: Vec<Prepared>,
    /// Cases that hold only when the same of two requests won as in the recording.
    #[serde(default)]
    pub(super) of_winner: Vec<OfWinner>,
    /// Texts of replies whose wording is the installation's.
    #[serde(default)]
    pub(super) worded: Vec<Worded>,
    /// Tables whose changes are not compared in a case.
    #[serde(default)]
    pub(super) unwatched: Vec<Unwatched>,
    /// How the application answers in a case.
    #[serde(default)]
    pub(super) application: Vec<Answering>,
    /// Uploads by which a recorded event is made again.
    #[serde(default)]
    pub(super) uploads: Vec<Uploaded>,
    /// Cases whose client goes away.
    #[serde(default)]
    pub(super) given_up: Vec<GivenUp>,
    /// Beginnings of the ids of cases that hold only of a fresh database.
    #[serde(default)]
    pub(super) fresh: Vec<String>,
    /// Cases that are replayed against a system of their own, by the beginnings of their ids.
    #[serde(default)]
    pub(super) own_systems: Vec<OwnSystem>,
    /// What the fake does not keep.
    #[serde(default)]
    pub(super) not_kept: Vec<NotKept>,
}

/// A placeholder that stands for the same as another one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Renamed {
    /// Its name.
    pub(super) placeholder: String,
    /// The other one's.
    pub(super) is: String,
}

/// Something that is made before a case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Prepared {
    /// The case.
    pub(super) before: String,
    /// Beginnings of the ids of the cases that hold only when it was made.
    #[serde(default)]
    pub(super) for_cases: Vec<String>,
    /// Statements of an administrator.
    #[serde(default)]
    pub(super) sql: Vec<String>,
    /// A request.
    #[serde(default)]
    pub(super) request: Option<PreparedRequest>,
}

/// A request that prepares.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PreparedRequest {
    /// GET, POST, …
    pub(super) method: String,
    /// Path and query.
    pub(super) path: String,
    /// The case whose identity is sent, where the identity is not given.
    #[serde(default)]
    pub(super) identity_of: Option<String>,
    /// The identity.
    #[serde(default)]
    pub(super) identity: Option<Value>,
    /// The user's name in it, where it is another.
    #[serde(default)]
    pub(super) username: Option<String>,
    /// The body.
    #[serde(default)]
    pub(super) body: Value,
    /// The placeholder of the id in the reply.
    #[serde(default)]
    pub(super) binds: Option<String>,
}

/// A case that holds only when the same of two requests won as in the recording.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfWinner {
    pub(super) id: String,
    /// The first case of the pair.
    pub(super) pair: String,
}

/// A text of a reply whose wording is the installation's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Worded {
    pub(super) id: String,
    /// Where in the reply's body, as a JSON pointer.
    pub(super) pointer: String,
    /// What it is compared with instead, `{{wording}}` standing for anything.
    #[serde(rename = "as")]
    pub(super) compared_with: String,
    #[serde(rename = "reason")]
    _reason: String,
}

/// A table whose changes are not compared in a case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unwatched {
    pub(super) id: String,
    pub(super) table: String,
    #[serde(rename = "reason")]
    _reason: String,
}

/// How the application answers in a case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answering {
    pub(super) id: String,
    pub(super) behaviour: Behaviour,
}

/// An upload by which a recorded event is made again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Uploaded {
    pub(super) id: String,
    /// The folder below `fixtures/payloads`.
    pub(super) payload: String,
    /// The case whose identity uploads it.
    pub(super) identity_of: String,
}

/// A case whose client goes away.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenUp {
    pub(super) id: String,
    pub(super) after_ms: u64,
}

/// Cases with a system of their own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnSystem {
    pub(super) suite: String,
    /// Beginnings of ids.
    pub(super) cases: Vec<String>,
}

/// A case that the fake does not keep.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NotKept {
    pub(super) id: String,
    pub(super) reason: String,
    /// Whether it is sent all the same: those behind it may need what it does, and one that is kept is taken off the list.
    #[serde(default = "yes")]
    pub(super) sent: bool,
}

fn yes() -> bool {
    true
}
