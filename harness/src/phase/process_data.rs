//! `process-data`: uploads a payload, waits until Koku has processed it, and judges what became of it.

use async_trait::async_trait;
use chrono::Utc;
use uuid::Uuid;

use super::context::Context;
use super::create_provider::identity;
use super::pipeline::Phase;
use crate::check::{Expectation, Facts, Group, Observed, Outcome, PayloadExpectation};
use crate::driver::upload::upload;
use crate::error::chain;
use crate::fact::usage::{FileState, IngestFacts, PayloadFacts, ReportQuery, Scope, UploadFact};
use crate::http::Reply;
use crate::observer::database::DatabaseObserver;
use crate::observer::usage::reports;
use crate::oracle::{self, Inputs};
use crate::payload::{Payload, Rewrite};
use crate::scenario::plan::PlannedPayload;
use crate::wait::{Progress, Wait, WaitError};

pub(super) struct ProcessData<'a>(pub(super) &'a PlannedPayload);

/// A payload as it is sent in this run, and what must come of it.
struct Prepared {
    archive: Vec<u8>,
    expected: PayloadExpectation,
}

#[async_trait]
impl Phase for ProcessData<'_> {
    async fn run(&self, context: &mut Context<'_>) -> Outcome {
        let prepared = match self.prepare(context) {
            Ok(prepared) => prepared,
            Err(why) => return Outcome::Errored { why },
        };
        let seen = match self.send_and_look(context, prepared.archive, &prepared.expected).await {
            Ok(facts) => Observed::Seen(facts),
            Err(why) => Observed::Failed { why },
        };
        let expected = prepared.expected;
        let facts = Facts { payloads: [(expected.scope(), seen)].into(), ..Facts::default() };
        let expectation = Expectation { payloads: vec![expected], ..context.expectation() };
        context.judge_against(&[Group::Data], &facts, &expectation)
    }
}

impl ProcessData<'_> {
    /// Rewrites the payload for this run and computes what must come of it, from the bytes that will be sent.
    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, String> {
        let (name, provider) = (&self.0.payload, &self.0.provider);
        let rewrite = Rewrite {
            uuid: Uuid::new_v4(),
            cluster_id: provider.cluster_id.to_string(),
            today: Utc::now().date_naive(),
        };
        let payload = Payload::named(context.fixtures, name).and_then(|payload| payload.rewritten(&rewrite));
        let payload = payload.map_err(|error| chain(&error))?;
        let archive = payload.to_tar_gz().map_err(|error| chain(&error))?;
        let inputs = Inputs { cluster_alias: provider.source_name.clone() };
        let expected = oracle::expect(&payload, &inputs).map_err(|error| chain(&error))?;
        let tenant = &provider.tenant;
        let siblings = context.state.providers.values().filter(|sibling| sibling.planned.tenant.alias == tenant.alias);
        let expected = PayloadExpectation {
            schema: tenant.schema.clone(),
            provider: provider.source_name.clone(),
            payload: name.clone(),
            uuid: rewrite.uuid,
            files: payload.manifest().files().to_vec(),
            clusters: siblings.map(|sibling| sibling.planned.cluster_id.to_string()).collect(),
            expected,
        };
        Ok(Prepared { archive, expected })
    }

    async fn send_and_look(
        &self,
        context: &Context<'_>,
        archive: Vec<u8>,
        expected: &PayloadExpectation,
    ) -> Result<PayloadFacts, String> {
        let identity = identity(&self.0.provider.tenant);
        let file = format!("{}.tar.gz", expected.uuid);
        let reply = upload(&context.endpoints.upload, &identity, &file, archive, context.acted()).await;
        let reply = reply.map_err(|error| chain(&error))?;
        let upload = upload_fact(&reply);
        let observer = DatabaseObserver::connect(&context.endpoints.observer).await.map_err(|error| chain(&error))?;
        let stalled = match upload.status {
            ACCEPTED => wait_until_processed(context, &observer, expected).await.err().map(|error| error.to_string()),
            _ => None,
        };
        let usage = observer.usage(&expected.schema, &expected.expected.cluster_id, expected.uuid).await;
        observer.close().await;
        let mut usage = usage.map_err(|error| chain(&error))?;
        if let (None, Some((first, last))) = (&stalled, expected.expected.days()) {
            let days = Scope::Days { first, last };
            let asked = reports(&context.endpoints.koku, &identity, &ReportQuery::suite(days, days)).await;
            usage.reports = asked.map_err(|error| chain(&error))?;
        }
        Ok(PayloadFacts { upload, stalled, usage })
    }
}

/// The status with which the ingress takes a payload in.
const ACCEPTED: u16 = 202;

fn upload_fact(reply: &Reply) -> UploadFact {
    UploadFact { request: reply.request().to_owned(), status: reply.status(), body: reply.start() }
}

/// Waits for the manifest, then for the end of its processing, each as long as the profile allows.
async fn wait_until_processed(
    context: &Context<'_>,
    observer: &DatabaseObserver,
    expected: &PayloadExpectation,
) -> Result<(), WaitError<String>> {
    let budgets = &context.profile.budgets;
    let look = async || observer.ingest(&expected.schema, expected.uuid).await;
    Wait::new(format!("the manifest of payload {}", expected.uuid), budgets.manifest)
        .until(async || match look().await {
            Ok(IngestFacts { manifest: Some(_), .. }) => Progress::Done(()),
            Ok(_) => Progress::NotYet("no manifest of this uuid".to_owned()),
            Err(error) => Progress::NotYet(chain(&error)),
        })
        .await?;
    Wait::new(format!("the processing of payload {}", expected.uuid), budgets.processing)
        .until(async || match look().await {
            Ok(facts) => progress(&facts, expected.files.len()),
            Err(error) => Progress::NotYet(chain(&error)),
        })
        .await
}

/// How far processing is, by the manifest's and the files' own states.
fn progress(facts: &IngestFacts, files: usize) -> Progress<(), String> {
    if let Some(failed) = facts.files.iter().find(|file| file.state == FileState::Failed) {
        return Progress::Never(format!("file {} failed", failed.name));
    }
    let done = facts.files.iter().filter(|file| file.state == FileState::Done).count();
    let completed = facts.manifest.as_ref().is_some_and(|manifest| manifest.completed_datetime.is_some());
    if completed && done == files {
        return Progress::Done(());
    }
    let manifest = if completed { "completed" } else { "not completed" };
    Progress::NotYet(format!("{done} of {files} files are done, and the manifest is {manifest}"))
}
