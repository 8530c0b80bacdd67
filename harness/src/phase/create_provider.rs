//! `create-provider`: makes a source through the Sources API, waits for Koku's provider, and judges both.

use async_trait::async_trait;

use super::context::Context;
use super::pipeline::Phase;
use super::source::{Turn, judge, make};
use crate::check::Outcome;
use crate::scenario::plan::PlannedProvider;

pub(super) struct CreateProvider<'a>(pub(super) &'a PlannedProvider);

#[async_trait]
impl Phase for CreateProvider<'_> {
    async fn run(&self, context: &mut Context<'_>) -> Outcome {
        let made = make(context, self.0, Turn::OneByOne).await;
        judge(context, vec![made]).await
    }
}
