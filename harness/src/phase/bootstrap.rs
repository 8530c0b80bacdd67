//! `bootstrap`: has the chart make its tenants, or waits for nothing where a hook has made them, and judges them.

use async_trait::async_trait;

use super::context::Context;
use super::pipeline::Phase;
use super::state::Provisioned;
use crate::check::{Facts, Group, Observed, Outcome};
use crate::scenario::plan::BootstrapMode;

pub(super) struct Bootstrap(pub(super) BootstrapMode);

#[async_trait]
impl Phase for Bootstrap {
    async fn run(&self, context: &mut Context<'_>) -> Outcome {
        let made = match self.0 {
            BootstrapMode::MakeTenants => {
                context.endpoints.installer.bootstrap(&context.plan.tenants, &context.acted()).await
            }
            BootstrapMode::JudgeTenants | BootstrapMode::JudgeNoTenantYet => Ok(()),
        };
        let database = context.look_at_database().await;
        if let Observed::Seen(seen) = &database {
            context.state.provisioned.get_or_insert(Provisioned { ended: seen.observed_at });
        }
        let facts = Facts { database, ..Facts::default() };
        let group = if self.0 == BootstrapMode::JudgeNoTenantYet { Group::Install } else { Group::Tenant };
        let judged = context.judge(&[group], &facts);
        context.after_acting("bootstrap", made, judged)
    }
}
