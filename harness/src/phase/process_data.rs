//! `process-data`: uploads a payload and judges what becomes of it.

use async_trait::async_trait;

use super::context::Context;
use super::pipeline::Phase;
use crate::check::Outcome;
use crate::scenario::plan::PlannedPayload;

pub(super) struct ProcessData<'a>(pub(super) &'a PlannedPayload);

#[async_trait]
impl Phase for ProcessData<'_> {
    async fn run(&self, _: &mut Context<'_>) -> Outcome {
        Outcome::Errored { why: format!("payload {} cannot be sent yet", self.0.payload) }
    }
}
