//! Uploads of whole and of faulty payloads, and what comes of each in the database.

use std::collections::BTreeSet;

use reqwest::Client;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgPool};

use super::upload::{Taken, Uploading};
use crate::contract::case::{Case, Outcome, PayloadCase};
use crate::contract::error::ContractError;
use crate::contract::matching::{Difference, encode};
use crate::contract::payload::{Archive, uploads};
use crate::contract::system::System;
use crate::wait::{Progress, Wait, WaitError};

/// Where Koku takes sources.
const SOURCES: &str = "/api/cost-management/v1/sources/";
/// The payload that all are made of.
const PAYLOAD: &str = "one-pod";

/// Payload cases on their way through a system.
pub(super) struct Payloads<'a> {
    system: &'a System,
    client: Client,
}

/// A case that was uploaded.
struct Uploaded<'c> {
    case: &'c PayloadCase,
    taken: Taken,
    so_far: Result<(), Outcome>,
}

impl<'a> Payloads<'a> {
    pub(super) fn new(system: &'a System, client: Client) -> Self {
        Self { system, client }
    }

    /// Uploads each and waits for what it does; then looks at all of them once more, since something may come late.
    pub(super) async fn replay(self, cases: &[&PayloadCase]) -> Result<Vec<(Case, Outcome)>, ContractError> {
        let mut uploaded = Vec::new();
        for case in cases {
            uploaded.push(self.upload(case).await?);
        }
        let mut outcomes = Vec::new();
        for uploaded in uploaded {
            let case = uploaded.case;
            let outcome = match uploaded.so_far {
                Err(outcome) => outcome,
                Ok(()) => Outcome::of(self.judge(case, &uploaded.taken).await?),
            };
            outcomes.push((case.case.clone(), case.case.held_to_the_list(self.system.is_fake, outcome)));
        }
        Ok(outcomes)
    }

    fn why_not(&self, case: &PayloadCase) -> Option<String> {
        if let Some(not_kept) = case.case.not_kept.as_ref().filter(|not_kept| !not_kept.sent) {
            return Some(not_kept.reason.clone());
        }
        if self.system.upload.is_none() {
            return Some("needs the ingress".to_owned());
        }
        if self.system.watcher.is_none() && !case.observations.is_empty() {
            return Some("needs a look into the database, and the system gives none".to_owned());
        }
        case.case.day.and_then(|day| day.why_not(self.system.today))
    }

    async fn upload<'c>(&self, case: &'c PayloadCase) -> Result<Uploaded<'c>, ContractError> {
        let nothing = Taken { status: 0, request_id: None };
        let ended =
            |outcome: Outcome| Uploaded { case, taken: Taken { status: 0, request_id: None }, so_far: Err(outcome) };
        if let Some(why) = self.why_not(case) {
            return Ok(ended(Outcome::NotRun { why }));
        }
        if let Err(why) = self.register(case).await {
            return Ok(ended(Outcome::NotRun { why }));
        }
        let uuid = self.system.rewriting.apply(&format!("09000000-0000-4000-8000-{:012}", case.registered.number));
        let payload = Archive::read(PAYLOAD, &self.system.rewriting)?.of_cluster(&case.registered.cluster_id, &uuid);
        let mut uploaded = Uploaded { case, taken: nothing, so_far: Ok(()) };
        for bytes in uploads(&case.fault, payload)? {
            uploaded.taken = self.send(case, bytes).await?;
            if uploaded.taken.status == 202 {
                self.wait(case, &uploaded.taken).await?;
            }
        }
        Ok(uploaded)
    }

    async fn send(&self, case: &PayloadCase, bytes: Vec<u8>) -> Result<Taken, ContractError> {
        let identity = identity_of(&case.sent_by);
        let identity = case.with_identity.then_some(&identity);
        Uploading { system: self.system, client: &self.client }.send(bytes, &case.content_type, identity).await
    }

    /// Registers the cluster, as a person would: by a source of its own.
    async fn register(&self, case: &PayloadCase) -> Result<(), String> {
        let base = self.system.processes.values().next().ok_or("needs the Sources API")?;
        let body = json!({ "name": case.case.id, "source_type_id": "1", "source_ref": case.registered.cluster_id });
        let reply = self
            .client
            .post(format!("{}{SOURCES}", base.as_str().trim_end_matches('/')))
            .header("x-rh-identity", encode(&identity_of(&case.registered.org_id)))
            .json(&body)
            .timeout(self.system.allowed)
            .send()
            .await
            .map_err(|error| format!("its source was not made: {}", error.without_url()))?;
        let status = reply.status().as_u16();
        if status == 201 { Ok(()) } else { Err(format!("its source was not made: {status}")) }
    }

    /// Waits until all is as expected; at the deadline it is judged as it is.
    async fn wait(&self, case: &PayloadCase, taken: &Taken) -> Result<(), ContractError> {
        let waited = Wait::new("what the upload does", self.system.allowed)
            .until(async || match self.judge(case, taken).await {
                Ok(differences) => match differences.first() {
                    None => Progress::Done(()),
                    Some(difference) => Progress::NotYet(difference.to_string()),
                },
                Err(error) => Progress::Never(error),
            })
            .await;
        match waited {
            Err(WaitError::Never { why, .. }) => Err(why),
            Ok(()) | Err(WaitError::TimedOut { .. }) => Ok(()),
        }
    }

    async fn judge(&self, case: &PayloadCase, taken: &Taken) -> Result<Vec<Difference>, ContractError> {
        if taken.status != case.status {
            return Ok(vec![Difference::new("status of the upload", case.status, taken.status)]);
        }
        let mut differences = Vec::new();
        if let (Some(topics), Some(request)) = (&self.system.topics, &taken.request_id) {
            let seen = topics.validation(request);
            if seen != case.validation {
                let told = |answer: &Option<String>| answer.clone().unwrap_or_else(|| "no answer".to_owned());
                differences.push(Difference::new("validation", told(&case.validation), told(&seen)));
            }
        }
        if let Some(pool) = &self.system.watcher {
            differences.extend(observed(pool, case).await?);
        }
        Ok(differences)
    }
}

async fn observed(pool: &PgPool, case: &PayloadCase) -> Result<Vec<Difference>, ContractError> {
    let refused = |source| ContractError::Database { purpose: "observed", source };
    let schema: Option<String> = sqlx::query_scalar("SELECT schema_name FROM public.api_customer WHERE org_id = $1")
        .bind(&case.registered.org_id)
        .fetch_optional(pool)
        .await
        .map_err(refused)?;
    let Some(schema) = schema else {
        return Ok(vec![Difference::new("the org's schema", "there", "no api_customer row")]);
    };
    let mut differences = Vec::new();
    for observation in &case.observations {
        let query = observation
            .sql
            .replace("{schema}", &format!("\"{}\"", schema.replace('"', "\"\"")))
            .replace("{cluster}", &format!("'{}'", case.registered.cluster_id.replace('\'', "''")));
        let statement = AssertSqlSafe(format!("SELECT coalesce(({query})::text, 'null')"));
        let text: String = sqlx::query_scalar(statement).fetch_one(pool).await.map_err(refused)?;
        let seen: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        if !same(&observation.expected, &seen) {
            differences.push(Difference::new(&observation.what, &observation.expected, seen));
        }
    }
    Ok(differences)
}

/// The same value; numbers are compared as numbers, so that 6 is 6.0.
fn same(expected: &Value, seen: &Value) -> bool {
    match (expected, seen) {
        (Value::Array(expected), Value::Array(seen)) => {
            expected.len() == seen.len() && expected.iter().zip(seen).all(|(expected, seen)| same(expected, seen))
        }
        (Value::Object(expected), Value::Object(seen)) => {
            let names = |members: &serde_json::Map<String, Value>| members.keys().cloned().collect::<BTreeSet<_>>();
            names(expected) == names(seen) && expected.iter().all(|(name, member)| same(member, &seen[name]))
        }
        (Value::Number(expected), Value::Number(seen)) => expected.as_f64() == seen.as_f64(),
        _ => expected == seen,
    }
}

fn identity_of(org_id: &str) -> Value {
    json!({
        "identity": {"org_id": org_id, "type": "User",
            "user": {"username": format!("user-{org_id}"), "email": "", "is_org_admin": true}},
        "entitlements": {"cost_management": {"is_entitled": true}},
    })
}
