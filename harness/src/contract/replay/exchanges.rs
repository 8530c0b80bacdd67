//! Exchanges, one after another.

use std::collections::BTreeMap;

use reqwest::Client;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

use super::parallel;
use super::send::{Answered, NotAnswered, ready};
use super::upload::{Uploading, wait_until_same};
use crate::contract::case::{Body, Exchange, Outcome, Preparation, Sent};
use crate::contract::error::ContractError;
use crate::contract::matching::{Bindings, Difference, encode};
use crate::contract::rows::{Snapshot, changes, compare_expected};
use crate::contract::system::System;

/// The process that makes what a recording needs and does not hold, on the platform.
const USUAL: [&str; 2] = ["", "BYPASS_RBAC=true"];

/// Exchanges on their way through a system.
pub(super) struct Exchanges<'a> {
    pub(super) system: &'a System,
    pub(super) client: Client,
    pub(super) bindings: Bindings,
    /// The cases whose preparations could not be made, and why.
    unprepared: BTreeMap<String, String>,
    /// What became of cases that were sent beside an earlier one.
    done: BTreeMap<String, Outcome>,
}

impl<'a> Exchanges<'a> {
    pub(super) fn new(system: &'a System, client: Client) -> Self {
        let (unprepared, done) = (BTreeMap::new(), BTreeMap::new());
        Self { system, client, bindings: Bindings::default(), unprepared, done }
    }

    /// Replays them in order; an outcome for each.
    pub(super) async fn replay(mut self, exchanges: &[Exchange]) -> Result<Vec<Outcome>, ContractError> {
        let mut outcomes = Vec::new();
        for exchange in exchanges {
            let outcome = match self.done.remove(&exchange.case.id) {
                Some(outcome) => outcome,
                None => self.replay_one(exchange, exchanges).await?,
            };
            outcomes.push(exchange.case.held_to_the_list(self.system.is_fake, outcome));
        }
        Ok(outcomes)
    }

    async fn replay_one(&mut self, exchange: &Exchange, all: &[Exchange]) -> Result<Outcome, ContractError> {
        if let Some(why) = self.why_not(exchange) {
            if !exchange.preparations.is_empty() {
                self.unprepared.insert(exchange.case.id.clone(), why.clone());
            }
            return Ok(Outcome::NotRun { why });
        }
        if let Err(why) = self.prepare(exchange).await? {
            self.unprepared.insert(exchange.case.id.clone(), why.clone());
            return Ok(Outcome::NotRun { why });
        }
        let before = self.look(exchange).await?;
        let other = exchange.sent_with.as_ref().and_then(|id| all.iter().find(|other| other.case.id == *id));
        if let Some(other) = other {
            let (first, second) = parallel::replay(self, exchange, other, before).await?;
            self.done.insert(other.case.id.clone(), second);
            return Ok(first);
        }
        self.act_and_judge(exchange, before).await
    }

    async fn act_and_judge(&mut self, exchange: &Exchange, before: Option<Snapshot>) -> Result<Outcome, ContractError> {
        let mut differences = Vec::new();
        if let Some((payload, identity)) = &exchange.upload {
            let uploading = Uploading { system: self.system, client: &self.client };
            self.bindings.send_header(&encode(identity));
            match uploading.golden(payload, identity).await? {
                Ok(()) => {}
                Err(difference) => return Ok(Outcome::Differs { differences: vec![difference] }),
            }
            if let (Some(pool), Some(before)) = (&self.system.watcher, &before) {
                differences = wait_until_same(exchange, pool, before, &mut self.bindings, self.system.allowed).await?;
            }
            return Ok(Outcome::of(differences));
        }
        let Some(sent) = &exchange.sent else {
            return Ok(Outcome::NotRun { why: "nothing is sent in it".to_owned() });
        };
        if let Some(application) = &self.system.application {
            application.behave(exchange.application);
            application.take();
        }
        match self.act(exchange, sent).await {
            Ok(None) | Err(NotAnswered::GivenUp) => {}
            Ok(Some(answered)) => match &exchange.reply {
                Some(reply) => differences.extend(reply.compare(&answered, &mut self.bindings)),
                None => return Ok(Outcome::NotRun { why: "no single reply was recorded".to_owned() }),
            },
            Err(NotAnswered::Unbound(name)) => return Ok(unbound(&name)),
            Err(NotAnswered::Failed(why)) => differences.push(Difference::new("reply", "one", why)),
        }
        if let Some(before) = before {
            differences.extend(self.judge_rows(exchange, &before).await?);
        }
        differences.extend(self.judge_events(exchange));
        Ok(Outcome::of(differences))
    }

    /// Why an exchange cannot be sent here, if it cannot.
    fn why_not(&self, exchange: &Exchange) -> Option<String> {
        if let Some(not_kept) = exchange.case.not_kept.as_ref().filter(|not_kept| !not_kept.sent) {
            return Some(not_kept.reason.clone());
        }
        if let Some(why) = exchange.case.day.and_then(|day| day.why_not(self.system.today)) {
            return Some(why);
        }
        if exchange.needs_fresh && !self.system.fresh {
            return Some("needs a fresh database".to_owned());
        }
        if let Some(why) = exchange.needs.iter().find_map(|id| self.unprepared.get(id)) {
            return Some(why.clone());
        }
        let needs_sql = exchange.preparations.iter().any(|made| matches!(made, Preparation::Sql(_)));
        if needs_sql && self.system.administrator.is_none() {
            return Some("needs statements of an administrator of the database, and the system gives none".to_owned());
        }
        if exchange.upload.is_some() {
            return self.system.upload.is_none().then(|| "needs the ingress".to_owned());
        }
        let sent = exchange.sent.as_ref()?;
        if sent.method == "KAFKA" {
            return self
                .system
                .topics
                .is_none()
                .then(|| "needs the broker's topics, and the system gives none".to_owned());
        }
        let known = self.system.processes.contains_key(&exchange.configuration);
        (!known).then(|| format!("needs a process that is set up as {:?}", exchange.configuration))
    }

    /// Makes what the recording tells only in words.
    async fn prepare(&mut self, exchange: &Exchange) -> Result<Result<(), String>, ContractError> {
        for preparation in &exchange.preparations {
            match preparation {
                Preparation::Sql(statement) => {
                    let Some(pool) = &self.system.administrator else { continue };
                    let done = sqlx::raw_sql(AssertSqlSafe(statement.clone())).execute(pool).await;
                    if let Err(error) = done {
                        return Ok(Err(format!("its preparation was refused by the database: {error}")));
                    }
                }
                Preparation::Request { sent, binds } => {
                    if let Err(why) = self.prepare_by_request(sent, binds.as_deref()).await {
                        return Ok(Err(why));
                    }
                }
            }
        }
        if let Some(topics) = &self.system.topics {
            topics.take();
        }
        Ok(Ok(()))
    }

    async fn prepare_by_request(&mut self, sent: &Sent, binds: Option<&str>) -> Result<(), String> {
        let Some(base) = USUAL.iter().find_map(|name| self.system.processes.get(*name)) else {
            return Err("its preparation needs an API that is set up as usual".to_owned());
        };
        let answered = match ready(sent, &self.client, base, &mut self.bindings) {
            Ok(ready) => ready.send(self.system.allowed, false).await,
            Err(why) => Err(why),
        };
        let answered = answered.map_err(|why| format!("its preparation was not answered: {why:?}"))?;
        if !(200..300).contains(&answered.status) {
            return Err(format!("its preparation was refused: {} {}", answered.status, answered.body));
        }
        let body: Value = serde_json::from_str(&answered.body).unwrap_or_default();
        match (binds, body["id"].as_str()) {
            (Some(name), Some(id)) => self.bindings.bind(name, id),
            (Some(name), None) => return Err(format!("its preparation was to give {name}: {}", answered.body)),
            (None, _) => {}
        }
        Ok(())
    }

    async fn act(&mut self, exchange: &Exchange, sent: &Sent) -> Result<Option<Answered>, NotAnswered> {
        if sent.method == "KAFKA" {
            return self.put(sent).await.map(|()| None);
        }
        let base = &self.system.processes[&exchange.configuration];
        let ready = ready(sent, &self.client, base, &mut self.bindings)?;
        let allowed = exchange.given_up_after.unwrap_or(self.system.allowed);
        ready.send(allowed, exchange.given_up_after.is_some()).await.map(Some)
    }

    async fn put(&mut self, sent: &Sent) -> Result<(), NotAnswered> {
        let Some(topics) = &self.system.topics else { return Ok(()) };
        let mut headers = Vec::new();
        for (name, value) in &sent.headers {
            let value = self.bindings.fill(value).map_err(NotAnswered::Unbound)?;
            headers.push((name.clone(), value.as_str().unwrap_or_default().to_owned()));
        }
        headers.extend(sent.identity.iter().map(|identity| ("x-rh-identity".to_owned(), encode(identity))));
        let body = match &sent.body {
            Body::Json(body) => self.bindings.fill(body).map_err(NotAnswered::Unbound)?.to_string(),
            Body::Text(text) => self.bindings.fill_text(text).map_err(NotAnswered::Unbound)?,
            Body::Empty => String::new(),
        };
        topics.put(&sent.path, &headers, body).await.map_err(NotAnswered::Failed)
    }

    /// Looks at the watched tables, where the recording did and the database is open.
    async fn look(&self, exchange: &Exchange) -> Result<Option<Snapshot>, ContractError> {
        match (&self.system.watcher, &exchange.rows) {
            (Some(pool), Some(_)) => Snapshot::take(pool).await.map(Some).map_err(not_watched),
            _ => Ok(None),
        }
    }

    /// Of two requests the other one won: what was recorded behind it does not hold.
    pub(super) fn other_won(&mut self, id: &str) {
        let why = format!("in {id} the other of two requests at the same moment won");
        self.unprepared.insert(id.to_owned(), why);
    }

    pub(super) async fn judge_rows(
        &mut self,
        exchange: &Exchange,
        before: &Snapshot,
    ) -> Result<Vec<Difference>, ContractError> {
        let Some(pool) = &self.system.watcher else { return Ok(Vec::new()) };
        let after = Snapshot::take(pool).await.map_err(not_watched)?;
        Ok(compare_expected(exchange, changes(before, &after), &mut self.bindings))
    }

    fn judge_events(&mut self, exchange: &Exchange) -> Vec<Difference> {
        let mut differences = Vec::new();
        if let (Some(topics), Some(recorded)) = (&self.system.topics, &exchange.events) {
            let seen = topics.take();
            if recorded.len() == seen.len() {
                differences.extend(self.bindings.compare(&json!(recorded), &json!(seen), "events").err());
            } else {
                let kinds = |events: &[Value]| events.iter().map(|event| event["headers"].to_string()).collect();
                let [recorded, seen]: [Vec<String>; 2] = [kinds(recorded), kinds(&seen)];
                differences.push(Difference::new("events", format!("{recorded:?}"), format!("{seen:?}")));
            }
        }
        if let (Some(application), Some(recorded)) = (&self.system.application, &exchange.availability_requests) {
            let seen = json!(application.take());
            differences.extend(self.bindings.compare(&json!(recorded), &seen, "availability_requests").err());
        }
        differences
    }
}

/// The outcome of a request that cannot be filled in.
pub(super) fn unbound(name: &str) -> Outcome {
    let why = format!("nothing is bound to {{{{{name}}}}}: the case before it that binds it was not run, or differs");
    Outcome::NotRun { why }
}

pub(super) fn not_watched(source: sqlx::Error) -> ContractError {
    ContractError::Database { purpose: "watched", source }
}
