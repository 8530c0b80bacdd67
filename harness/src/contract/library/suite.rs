//! Cases that are replayed one after another against one system.

use crate::contract::case::{Case, Dialect, Exchange, PayloadCase};

/// Cases that are replayed one after another against one system, each in what those before it left behind.
#[derive(Debug, Clone, PartialEq)]
pub struct Suite {
    /// Its name.
    pub name: String,
    /// Which system it is for.
    pub dialect: Dialect,
    /// The cases, in order.
    pub cases: SuiteCases,
}

/// The cases of a suite.
#[derive(Debug, Clone, PartialEq)]
pub enum SuiteCases {
    /// Requests and replies.
    Exchanges(Vec<Exchange>),
    /// Uploads, and what comes of them.
    Payloads(Vec<PayloadCase>),
}

impl Suite {
    /// What every case has, in order.
    #[must_use]
    pub fn cases(&self) -> Vec<&Case> {
        match &self.cases {
            SuiteCases::Exchanges(exchanges) => exchanges.iter().map(|exchange| &exchange.case).collect(),
            SuiteCases::Payloads(payloads) => payloads.iter().map(|payload| &payload.case).collect(),
        }
    }
}
