//! The whole contract, as its files tell it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::check::check;
use super::files::{read, read_renamed};
use super::replay_file::{Prepared, PreparedRequest, ReplayFile};
use super::suite::{Suite, SuiteCases};
use super::{koku, payloads, platform};
use crate::contract::case::{Body, Dialect, Exchange, NotKept, Preparation, Sent};
use crate::contract::error::ContractError;
use crate::contract::rewriting::Rewriting;

/// Reads the contract of a project.
#[derive(Debug, Clone)]
pub struct Library {
    folder: PathBuf,
    rewriting: Rewriting,
}

impl Library {
    /// The contract below a folder such as `fixtures/contract`, with the names in it rewritten for a run.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, rewriting: Rewriting) -> Self {
        Self { folder: folder.into(), rewriting }
    }

    /// The suites of a dialect, in the order in which they are replayed.
    ///
    /// # Errors
    /// A file that cannot be read, is no JSON, has a placeholder that means nothing, or names a case that is not recorded.
    pub fn suites(&self, dialect: Dialect) -> Result<Vec<Suite>, ContractError> {
        match dialect {
            Dialect::Platform => self.platform(),
            Dialect::Koku => self.koku(),
        }
    }

    fn platform(&self) -> Result<Vec<Suite>, ContractError> {
        let path = self.file("platform-sources.json");
        let (replay, _) = self.replay_file("platform-sources")?;
        let recorded: Vec<platform::RawExchange> = read_renamed(&path, &self.rewriting, &replay.renamed)?;
        let recorded = recorded.into_iter().map(platform::RawExchange::into_exchange).collect();
        let exchanges = self.arranged("platform-sources", recorded)?;
        check(&exchanges, &path)?;
        Ok(vec![suite("platform", Dialect::Platform, SuiteCases::Exchanges(exchanges))])
    }

    fn koku(&self) -> Result<Vec<Suite>, ContractError> {
        let mut together = Vec::new();
        let mut apart: BTreeMap<String, Vec<Exchange>> = BTreeMap::new();
        // One database for both: what the second recording finds there, the first has made.
        for name in ["koku-sources", "koku-reports"] {
            let (replay, _) = self.replay_file(name)?;
            let path = self.file(&format!("{name}.json"));
            let recording: koku::Recording = read_renamed(&path, &self.rewriting, &replay.renamed)?;
            for exchange in self.arranged(name, recording.into_exchanges())? {
                let own = replay.own_systems.iter().find(|own| begins_with_one(&exchange.case.id, &own.cases));
                match own {
                    Some(own) => apart.entry(own.suite.clone()).or_default().push(exchange),
                    None => together.push(exchange),
                }
            }
        }
        check(&together, &self.folder)?;
        let mut suites = vec![suite("koku", Dialect::Koku, SuiteCases::Exchanges(together))];
        for (name, exchanges) in apart {
            check(&exchanges, &self.folder)?;
            suites.push(suite(&name, Dialect::Koku, SuiteCases::Exchanges(exchanges)));
        }
        suites.push(suite("payloads", Dialect::Koku, SuiteCases::Payloads(self.payloads()?)));
        Ok(suites)
    }

    fn payloads(&self) -> Result<Vec<crate::contract::case::PayloadCase>, ContractError> {
        let measured: payloads::Measured = read(&self.file("koku-bad-payloads.json"), &self.rewriting)?;
        let data_path: payloads::DataPath = read(&self.file("koku-data-path.json"), &self.rewriting)?;
        let mut cases = measured.into_cases(data_path.days());
        cases.extend(data_path.into_cases(cases.len()));
        for case in &mut cases {
            case.registered.org_id = self.rewriting.apply(&case.registered.org_id);
            case.registered.cluster_id = self.rewriting.apply(&case.registered.cluster_id);
            case.sent_by = self.rewriting.apply(&case.sent_by);
        }
        Ok(cases)
    }

    fn replay_file(&self, name: &str) -> Result<(ReplayFile, PathBuf), ContractError> {
        let path = self.file(&format!("{name}-replay.json"));
        Ok((read(&path, &self.rewriting)?, path))
    }

    /// The recorded exchanges with what their replay file says.
    fn arranged(&self, name: &str, mut exchanges: Vec<Exchange>) -> Result<Vec<Exchange>, ContractError> {
        let (replay, path) = self.replay_file(name)?;
        Arrangement { replay: &replay, path: &path }.arrange(&mut exchanges)?;
        Ok(exchanges)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

fn suite(name: &str, dialect: Dialect, cases: SuiteCases) -> Suite {
    Suite { name: name.to_owned(), dialect, cases }
}

fn begins_with_one(id: &str, beginnings: &[String]) -> bool {
    beginnings.iter().any(|beginning| id.starts_with(beginning.as_str()))
}

/// A replay file on its way onto the exchanges.
struct Arrangement<'a> {
    replay: &'a ReplayFile,
    path: &'a Path,
}

impl Arrangement<'_> {
    fn arrange(&self, exchanges: &mut [Exchange]) -> Result<(), ContractError> {
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
