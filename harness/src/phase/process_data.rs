//! `process-data`: uploads a payload, waits until Koku has processed it, and judges what became of it.

use async_trait::async_trait;
use uuid::Uuid;

use super::context::Context;
use super::delivery::Delivery;
use super::pipeline::Phase;
use super::source::identity;
use crate::check::{Expectation, Facts, Group, Observed, Outcome, PayloadExpectation};
use crate::error::chain;
use crate::oracle::{self, Inputs};
use crate::payload::{Payload, Rewrite};
use crate::scenario::plan::PlannedPayload;

pub(super) struct ProcessData<'a>(pub(super) &'a PlannedPayload);

/// A payload as it is sent in this run, and what must come of it.
struct Prepared {
    archive: Vec<u8>,
    expected: PayloadExpectation,
}

#[async_trait]
impl Phase for ProcessData<'_> {
    async fn run(&self, context: &mut Context<'_>) -> Outcome {
        let Prepared { archive, expected } = match self.prepare(context) {
            Ok(prepared) => prepared,
            Err(why) => return Outcome::Errored { why },
        };
        let seen = match self.delivery(context).send(&expected, archive, context.acted()).await {
            Ok(facts) => Observed::Seen(facts),
            Err(why) => Observed::Failed { why },
        };
        let numbers = expected.expected.clone();
        let facts = Facts { payloads: [(expected.scope(), seen)].into(), ..Facts::default() };
        let expectation = Expectation { payloads: vec![expected], ..context.expectation() };
        let outcome = context.judge_against(&[Group::Data], &facts, &expectation);
        let provider = context.state.providers.get_mut(&self.0.provider.name);
        if let Some(provider) = provider.filter(|_| outcome.passed()) {
            provider.expected = Some(numbers);
        }
        outcome
    }
}

impl ProcessData<'_> {
    /// Rewrites the payload for this run and computes what must come of it, from the bytes that will be sent.
    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, String> {
        let (name, provider) = (&self.0.payload, &self.0.provider);
        let rewrite = Rewrite {
            uuid: Uuid::new_v4(),
            cluster_id: provider.cluster_id.to_string(),
            today: context.endpoints.clock.now().date_naive(),
        };
        let payload = Payload::named(context.fixtures, name).and_then(|payload| payload.rewritten(&rewrite));
        let payload = payload.map_err(|error| chain(&error))?;
        let archive = payload.to_tar_gz().map_err(|error| chain(&error))?;
        let inputs = Inputs { cluster_alias: provider.source_name.clone() };
        let expected = oracle::expect(&payload, &inputs).map_err(|error| chain(&error))?;
        let tenant = &provider.tenant;
        let siblings = || {
            let providers = context.state.providers.values();
            providers.filter(|sibling| sibling.planned.tenant.alias == tenant.alias)
        };
        let others = siblings().filter(|sibling| sibling.planned.cluster_id != provider.cluster_id);
        let expected = PayloadExpectation {
            schema: tenant.schema.clone(),
            provider: provider.source_name.clone(),
            payload: name.clone(),
            uuid: rewrite.uuid,
            files: payload.manifest().files().to_vec(),
            clusters: siblings().map(|sibling| sibling.planned.cluster_id.to_string()).collect(),
            expected,
            beside: others.filter_map(|sibling| sibling.expected.clone()).collect(),
        };
        Ok(Prepared { archive, expected })
    }

    fn delivery<'a>(&self, context: &Context<'a>) -> Delivery<'a> {
        Delivery {
            upload: &context.endpoints.upload,
            koku: &context.endpoints.koku,
            observer: &context.endpoints.observer,
            identity: identity(&self.0.provider.tenant),
            budgets: &context.profile.budgets,
            only_cluster: context.expectation().capabilities.tenants_shared().then_some(self.0.provider.cluster_id),
        }
    }
}
