//! `process-data`: judges the provider as it is by now, uploads a payload, waits until Koku has processed it, and judges what became of
//! it.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use uuid::Uuid;

use super::context::Context;
use super::delivery::Delivery;
use super::pipeline::Phase;
use super::source::judge_again;
use super::state::{Sent, Upload};
use crate::check::{Expectation, Facts, Group, Observed, Outcome, PayloadExpectation};
use crate::driver::cost_models::read_cost_model;
use crate::error::chain;
use crate::fault::PayloadStrike;
use crate::oracle::{self, CostModel, Inputs, Resending};
use crate::payload::{Payload, Rewrite};
use crate::scenario::Resend;
use crate::scenario::plan::PlannedPayload;

pub(super) struct ProcessData<'a>(pub(super) &'a PlannedPayload);

/// A payload as it is sent in this run, and what must come of it.
struct Prepared {
    upload: Upload,
    expected: PayloadExpectation,
    /// How long it took when it was sent before, where it is the same upload again.
    took: Option<Duration>,
}

#[async_trait]
impl Phase for ProcessData<'_> {
    async fn run(&self, context: &mut Context<'_>) -> Outcome {
        // Whoever's provider is not there, or is paused, waits for numbers in vain.
        let provider = match context.state.providers.get(&self.0.provider.name) {
            Some(provider) => judge_again(context, provider).await,
            None => Outcome::Errored { why: format!("no phase made the provider {}", self.0.provider.name) },
        };
        if !provider.passed() {
            return provider;
        }
        let Prepared { upload, expected, took } = match self.prepare(context) {
            Ok(prepared) => prepared,
            Err(why) => return Outcome::Errored { why },
        };
        let strike = context.state.strikes.remove(&self.0.provider.name);
        let archive = strike.map_or_else(|| Ok(upload.archive.clone()), |strike| strike.archive(&upload.payload));
        let archive = match archive {
            Ok(archive) => archive,
            Err(error) => return Outcome::Errored { why: chain(&error) },
        };
        let (mut delivery, started) = match self.delivery(context).await {
            Ok(delivery) => (delivery, Instant::now()),
            Err(why) => return Outcome::Errored { why },
        };
        if strike == Some(PayloadStrike::SendAsNobody) {
            delivery.identity.org_id.clear();
        }
        let seen = match took {
            None => delivery.send(&expected, archive, context.acted()).await,
            Some(took) => delivery.send_again(&expected, archive, took, context.acted()).await,
        };
        let took = took.unwrap_or_else(|| started.elapsed());
        let seen = seen.map_or_else(|why| Observed::Failed { why }, Observed::Seen);
        let numbers = expected.expected.clone();
        let facts = Facts { payloads: [(expected.scope(), seen)].into(), ..Facts::default() };
        let expectation = Expectation { payloads: vec![expected], ..context.expectation() };
        let outcome = context.judge_against(&[Group::Data], &facts, &expectation);
        let provider = context.state.providers.get_mut(&self.0.provider.name);
        if let Some(provider) = provider.filter(|_| outcome.passed()) {
            provider.expected = Some(numbers);
            provider.sent.push(Sent { upload, took });
        }
        outcome
    }
}

impl ProcessData<'_> {
    /// Makes the upload and computes what must come of it, from the bytes that were and will be sent.
    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, String> {
        let (name, provider) = (&self.0.payload, &self.0.provider);
        let sent = context.state.providers.get(&provider.name).map_or(&[][..], |provider| &provider.sent);
        let (upload, took) = match self.0.resend {
            Some(Resend::SameUpload) => self.same_upload(sent)?,
            Some(Resend::NewUuid) | None => (self.rewritten(context, sent)?, None),
        };
        let payloads = sent.iter().map(|sent| &sent.upload).chain([&upload]);
        let payloads: Vec<Payload> = payloads.map(|upload| upload.payload.clone()).collect();
        // Judged is what users are told: whatever is sent again, each day counts once. Where Koku adds it up, that is found.
        let cost_model = provider.cost_model.as_ref().map(|name| cost_model(context, name)).transpose()?;
        let inputs =
            Inputs { resending: Resending::EachDayOnce, cost_model, ..Inputs::of_source(&provider.source_name) };
        let expected = oracle::expect_sequence(&payloads, &inputs).map_err(|error| chain(&error))?;
        let tenant = &provider.tenant;
        let siblings = || {
            let providers = context.state.providers.values();
            providers.filter(|sibling| sibling.planned.tenant.alias == tenant.alias)
        };
        let others = siblings().filter(|sibling| sibling.planned.cluster_id != provider.cluster_id);
        let manifest = upload.payload.manifest();
        let expected = PayloadExpectation {
            schema: tenant.schema.clone(),
            provider: provider.source_name.clone(),
            payload: name.clone(),
            uuid: manifest.uuid(),
            files: manifest.files().to_vec(),
            clusters: siblings().map(|sibling| sibling.planned.cluster_id.to_string()).collect(),
            expected,
            beside: others.filter_map(|sibling| sibling.expected.clone()).collect(),
        };
        Ok(Prepared { upload, expected, took })
    }

    /// What was sent last of this payload, byte for byte, and how long it took.
    fn same_upload(&self, sent: &[Sent]) -> Result<(Upload, Option<Duration>), String> {
        let of_name = sent.iter().rfind(|sent| sent.upload.name == self.0.payload);
        let same = of_name.ok_or_else(|| format!("payload {} was not sent before", self.0.payload))?;
        Ok((same.upload.clone(), Some(same.took)))
    }

    /// The payload under a uuid of its own, in its days of this run.
    fn rewritten(&self, context: &Context<'_>, sent: &[Sent]) -> Result<Upload, String> {
        let today = || context.endpoints.clock.now().date_naive();
        let today = sent.first().map_or_else(today, |first| first.upload.today);
        let rewrite = Rewrite { uuid: Uuid::new_v4(), cluster_id: self.0.provider.cluster_id.to_string(), today };
        let payload = Payload::named(context.fixtures, &self.0.payload).and_then(|payload| payload.rewritten(&rewrite));
        let payload = payload.and_then(|payload| match self.0.form {
            Some(form) => payload.in_form(form),
            None => Ok(payload),
        });
        let payload = payload.map_err(|error| chain(&error))?;
        let archive = payload.to_tar_gz().map_err(|error| chain(&error))?;
        Ok(Upload { name: self.0.payload.clone(), payload, archive, today })
    }

    async fn delivery<'a>(&self, context: &Context<'a>) -> Result<Delivery<'a>, String> {
        Ok(Delivery {
            upload: &context.endpoints.upload,
            koku: &context.endpoints.koku,
            observer: context.endpoints.observer.url().await.map_err(|error| error.0)?,
            identity: self.0.provider.tenant.user(),
            budgets: &context.profile.budgets,
            only_cluster: context.expectation().capabilities.tenants_shared().then_some(self.0.provider.cluster_id),
        })
    }
}

fn cost_model(context: &Context<'_>, name: &str) -> Result<CostModel, String> {
    let model = read_cost_model(context.fixtures, name).map_err(|error| chain(&error))?;
    CostModel::read(&model).map_err(|error| chain(&error))
}
