//! What a replay file says, put onto the exchanges of its recording.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::replay_file::{Prepared, PreparedRequest, ReplayFile};
use crate::contract::case::{Body, Exchange, NotKept, Preparation, Sent};
use crate::contract::error::ContractError;

/// Whether an id begins with one of these.
pub(super) fn begins_with_one(id: &str, beginnings: &[String]) -> bool {
    beginnings.iter().any(|beginning| id.starts_with(beginning.as_str()))
}

/// A replay file on its way onto the exchanges.
pub(super) struct Arrangement<'a> {
    pub(super) replay: &'a ReplayFile,
    pub(super) path: &'a Path,
}

impl Arrangement<'_> {
    /// Puts it onto them.
    pub(super) fn arrange(&self, exchanges: &mut [Exchange]) -> Result<(), ContractError> {
        for exchange in exchanges.iter_mut() {
            exchange.case.day = self.replay.day;
            exchange.needs_fresh = begins_with_one(&exchange.case.id, &self.replay.fresh);
            let made = self.replay.preparations.iter().filter(|prepared| !prepared.sql.is_empty());
            let needed = made.filter(|prepared| begins_with_one(&exchange.case.id, &prepared.for_cases));
            exchange.needs = needed.map(|prepared| prepared.before.clone()).collect();
        }
        for prepared in &self.replay.preparations {
            let made = self.preparation(prepared, exchanges)?;
            self.find(exchanges, &prepared.before)?.preparations.extend(made);
        }
        self.arrange_replies(exchanges)
    }

    fn arrange_replies(&self, exchanges: &mut [Exchange]) -> Result<(), ContractError> {
        for of_winner in &self.replay.of_winner {
            self.find(exchanges, &of_winner.id)?.needs.push(of_winner.pair.clone());
        }
        for unwatched in &self.replay.unwatched {
            self.find(exchanges, &unwatched.id)?.unwatched.push(unwatched.table.clone());
        }
        for worded in &self.replay.worded {
            let reply = self.find(exchanges, &worded.id)?.reply.as_mut();
            let place = reply.and_then(|reply| match &mut reply.body {
                Body::Json(body) => body.pointer_mut(&worded.pointer),
                _ => None,
            });
            let unknown = || ContractError::UnknownCase {
                path: self.path.to_owned(),
                case: format!("{}{}", worded.id, worded.pointer),
            };
            *place.ok_or_else(unknown)? = worded.compared_with.as_str().into();
        }
        self.arrange_sending(exchanges)
    }

    fn arrange_sending(&self, exchanges: &mut [Exchange]) -> Result<(), ContractError> {
        for answering in &self.replay.application {
            self.find(exchanges, &answering.id)?.application = answering.behaviour;
        }
        for uploaded in &self.replay.uploads {
            let identity = self.identity_of(exchanges, &uploaded.identity_of)?;
            let exchange = self.find(exchanges, &uploaded.id)?;
            exchange.upload = Some((uploaded.payload.clone(), identity));
        }
        for given_up in &self.replay.given_up {
            self.find(exchanges, &given_up.id)?.given_up_after = Some(Duration::from_millis(given_up.after_ms));
        }
        for not_kept in &self.replay.not_kept {
            let told = NotKept { reason: not_kept.reason.clone(), sent: not_kept.sent };
            self.find(exchanges, &not_kept.id)?.case.not_kept = Some(told);
        }
        Ok(())
    }

    fn find<'e>(&self, exchanges: &'e mut [Exchange], id: &str) -> Result<&'e mut Exchange, ContractError> {
        let found = exchanges.iter_mut().find(|exchange| exchange.case.id == id);
        found.ok_or_else(|| ContractError::UnknownCase { path: self.path.to_owned(), case: id.to_owned() })
    }

    fn identity_of(&self, exchanges: &mut [Exchange], id: &str) -> Result<Value, ContractError> {
        let sent = self.find(exchanges, id)?.sent.as_ref();
        Ok(sent.and_then(|sent| sent.identity.clone()).unwrap_or_default())
    }

    fn preparation(&self, prepared: &Prepared, exchanges: &mut [Exchange]) -> Result<Vec<Preparation>, ContractError> {
        let mut made = Vec::new();
        if let Some(request) = &prepared.request {
            let sent = self.request(request, &prepared.before, exchanges)?;
            made.push(Preparation::Request { sent, binds: request.binds.clone() });
        }
        made.extend(prepared.sql.iter().cloned().map(Preparation::Sql));
        Ok(made)
    }

    fn request(
        &self,
        request: &PreparedRequest,
        before: &str,
        exchanges: &mut [Exchange],
    ) -> Result<Sent, ContractError> {
        let of = request.identity_of.as_deref().unwrap_or(before);
        let mut identity = match &request.identity {
            Some(identity) => identity.clone(),
            None => self.identity_of(exchanges, of)?,
        };
        if let Some(username) = &request.username {
            identity["identity"]["user"]["username"] = username.as_str().into();
        }
        let body = if request.body.is_null() { Body::Empty } else { Body::Json(request.body.clone()) };
        let content_type = [("Content-Type".to_owned(), Value::from("application/json"))];
        Ok(Sent {
            method: request.method.clone(),
            path: request.path.clone(),
            headers: if body == Body::Empty { BTreeMap::new() } else { content_type.into() },
            identity: Some(identity),
            body,
        })
    }
}
