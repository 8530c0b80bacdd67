//! Uploads, and waiting for what they do.

use std::time::Duration;

use reqwest::Client;
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use sqlx::PgPool;

use super::exchanges::not_watched;
use super::reach::unreachable;
use crate::contract::case::Exchange;
use crate::contract::error::ContractError;
use crate::contract::matching::{Bindings, Difference, encode};
use crate::contract::payload::Archive;
use crate::contract::rows::{Snapshot, changes, compare_expected};
use crate::contract::system::System;
use crate::wait::{Progress, Wait, WaitError};

/// The content type of the chart's operator (source: read, facts koku.md §7).
const CONTENT_TYPE: &str = "application/vnd.redhat.hccm.filename+tgz";
/// Where the ingress takes uploads.
const PATH: &str = "/api/ingress/v1/upload";

/// Uploads to a system.
pub(super) struct Uploading<'a> {
    pub(super) system: &'a System,
    pub(super) client: &'a Client,
}

/// The ingress' reply.
pub(super) struct Taken {
    pub(super) status: u16,
    pub(super) request_id: Option<String>,
}

impl Uploading<'_> {
    /// Uploads a payload of `fixtures/payloads` as it stands there.
    pub(super) async fn golden(
        &self,
        payload: &str,
        identity: &Value,
    ) -> Result<Result<(), Difference>, ContractError> {
        let bytes = Archive::read(payload, &self.system.rewriting)?.to_tar_gz();
        let taken = self.send(bytes, CONTENT_TYPE, Some(identity)).await?;
        Ok(if taken.status == 202 { Ok(()) } else { Err(Difference::new("upload", 202, taken.status)) })
    }

    /// Uploads these bytes.
    pub(super) async fn send(
        &self,
        bytes: Vec<u8>,
        content_type: &str,
        identity: Option<&Value>,
    ) -> Result<Taken, ContractError> {
        let Some(base) = &self.system.upload else { return Ok(Taken { status: 0, request_id: None }) };
        let part = Part::bytes(bytes).file_name("upload.tar.gz").mime_str(content_type);
        let part = part.map_err(ContractError::Client)?;
        let address = format!("{}{PATH}", base.as_str().trim_end_matches('/'));
        let mut request = self.client.post(address).multipart(Form::new().part("file", part));
        if let Some(identity) = identity {
            request = request.header("x-rh-identity", encode(identity));
        }
        let failed = |error: reqwest::Error| unreachable("the ingress", base, &error);
        let reply = request.timeout(self.system.allowed).send().await.map_err(failed)?;
        let status = reply.status().as_u16();
        let body: Value = serde_json::from_str(&reply.text().await.map_err(failed)?).unwrap_or_default();
        Ok(Taken { status, request_id: body["request_id"].as_str().map(str::to_owned) })
    }
}

/// Waits until the rows are as recorded; at the deadline, the differences of the last look.
pub(super) async fn wait_until_same(
    exchange: &Exchange,
    pool: &PgPool,
    before: &Snapshot,
    bindings: &mut Bindings,
    allowed: Duration,
) -> Result<Vec<Difference>, ContractError> {
    let known = bindings.clone();
    let last = std::sync::Mutex::new(Vec::new());
    let waited = Wait::new("the rows of the upload", allowed)
        .until(async || {
            let after = match Snapshot::take(pool).await {
                Ok(after) => after,
                Err(error) => return Progress::Never(not_watched(error)),
            };
            let mut tried = known.clone();
            let differences = compare_expected(exchange, changes(before, &after), &mut tried);
            if differences.is_empty() {
                return Progress::Done(tried);
            }
            let told = differences.first().map(ToString::to_string).unwrap_or_default();
            if let Ok(mut last) = last.lock() {
                *last = differences;
            }
            Progress::NotYet(told)
        })
        .await;
    match waited {
        Ok(met) => {
            *bindings = met;
            Ok(Vec::new())
        }
        Err(WaitError::Never { why, .. }) => Err(why),
        Err(_) => Ok(last.into_inner().unwrap_or_default()),
    }
}
