//! The contract: what the real programs were seen to do, replayed against any system, so that a fake is held to the real thing.
//!
//! A case says how it is known, what is given, what is asked and what must come of it. Most are recordings; all stand in
//! `fixtures/contract/`. A difference is a finding about the fake: which case, which field, recorded and seen.
//!
//! [`Library`] reads the cases, a [`System`] says where they are replayed, [`replay`] replays one suite, [`Account`] sums up.

mod account;
mod case;
mod error;
mod library;
mod matching;
mod payload;
mod replay;
mod rewriting;
mod rows;
mod system;

pub use account::{Account, CaseAccount, SuiteAccount, Tally};
pub use case::{
    Body, Case, Dialect, Exchange, Kind, NotKept, Observation, Outcome, PayloadCase, Preparation, Registered, Reply,
    RowsByTable, Sent,
};
pub use error::ContractError;
pub use library::{Library, Suite, SuiteCases};
pub use matching::Difference;
pub use replay::replay;
pub use rewriting::Rewriting;
pub use system::{Application, Behaviour, Day, System, Topics};
