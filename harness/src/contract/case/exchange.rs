//! A case that is one exchange: a request, and what must come of it.

use std::time::Duration;

use serde_json::Value;

use super::kind::{Dialect, Kind};
use super::recorded::{Reply, RowsByTable, Sent};
use crate::contract::system::{Behaviour, Day};

/// A case of the contract.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its name.
    pub id: String,
    /// How it is known.
    pub kind: Kind,
    /// Whose contract it is of.
    pub dialect: Dialect,
    /// What is there before, in words.
    pub given: String,
    /// The days on which it holds, where that matters.
    pub day: Option<Day>,
    /// Whether the fake is known not to keep it.
    pub not_kept: Option<NotKept>,
}

/// A case that the fake is known not to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotKept {
    /// Why nobody needs it.
    pub reason: String,
    /// Whether it is sent all the same: those behind it may need what it does, and one that is kept is taken off the list.
    pub sent: bool,
}

/// A request, and what must come of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    /// What every case has.
    pub case: Case,
    /// What is made before, in order.
    pub preparations: Vec<Preparation>,
    /// The ids of earlier cases whose preparations it needs.
    pub needs: Vec<String>,
    /// The set-up of the process that is asked; empty where there is only one.
    pub configuration: String,
    /// What is sent; nothing where the case is an upload.
    pub sent: Option<Sent>,
    /// The payload that is uploaded, a folder below `fixtures/payloads`, and the identity that uploads it.
    pub upload: Option<(String, Value)>,
    /// How the application behaves that is asked whether a source is available.
    pub application: Behaviour,
    /// After how long the client goes away, where it does.
    pub given_up_after: Option<Duration>,
    /// Whether the case holds only of a database in which nothing was before.
    pub needs_fresh: bool,
    /// The id of the exchange that is sent at the same moment, where this is the first of the two.
    pub sent_with: Option<String>,
    /// The reply; nothing for a message on a topic, and where the client went away.
    pub reply: Option<Reply>,
    /// Rows that appear or change; nothing where nobody watched.
    pub rows: Option<RowsByTable>,
    /// Tables whose changes are not compared.
    pub unwatched: Vec<String>,
    /// Rows that go.
    pub rows_deleted: RowsByTable,
    /// The records on topics, in order; nothing where nobody watched.
    pub events: Option<Vec<Value>>,
    /// What applications were asked; nothing where nobody watched.
    pub availability_requests: Option<Vec<Value>>,
}

impl Exchange {
    /// A case in which nothing is sent, watched or expected yet.
    pub(crate) fn of(case: Case) -> Self {
        Self {
            case,
            preparations: Vec::new(),
            needs: Vec::new(),
            configuration: String::new(),
            sent: None,
            upload: None,
            application: Behaviour::default(),
            given_up_after: None,
            needs_fresh: false,
            sent_with: None,
            reply: None,
            rows: None,
            unwatched: Vec::new(),
            rows_deleted: RowsByTable::new(),
            events: None,
            availability_requests: None,
        }
    }
}

/// Something that is made before an exchange is sent, since the recording tells it only in `given`.
#[derive(Debug, Clone, PartialEq)]
pub enum Preparation {
    /// Statements of an administrator of the database.
    Sql(String),
    /// A request; the id in its reply is bound to a placeholder.
    Request {
        /// What is sent.
        sent: Sent,
        /// The placeholder.
        binds: Option<String>,
    },
}
