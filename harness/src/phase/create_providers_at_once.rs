//! `create-providers-at-once`: asks for several sources at the same moment, and judges what comes of each.

use async_trait::async_trait;
use futures::future::join_all;

use super::context::Context;
use super::pipeline::Phase;
use super::source::{Turn, judge, make};
use crate::check::Outcome;
use crate::scenario::plan::PlannedProvider;

pub(super) struct CreateProvidersAtOnce<'a>(pub(super) &'a [PlannedProvider]);

#[async_trait]
impl Phase for CreateProvidersAtOnce<'_> {
    async fn run(&self, context: &mut Context<'_>) -> Outcome {
        let shared: &Context<'_> = context;
        let made = join_all(self.0.iter().map(|planned| make(shared, planned, Turn::AtOnce))).await;
        judge(context, made).await
    }
}
