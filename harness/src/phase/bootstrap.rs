//! `bootstrap`: has the chart make its tenants, where no hook has made them, and judges them.

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
            BootstrapMode::JudgeTenants => Ok(()),
            // To judge the shared migration alone would pass for more than it proves.
            BootstrapMode::JudgeNoTenantYet => {
                return Outcome::Errored { why: "no check judges yet that no tenant is there".to_owned() };
            }
        };
        let database = context.look_at_database().await;
        if let Observed::Seen(seen) = &database {
            context.state.provisioned.get_or_insert(Provisioned { ended: seen.observed_at });
        }
        let facts = Facts { database, ..Facts::default() };
        let judged = context.judge(&[Group::Tenant], &facts);
        context.after_acting("bootstrap", made, judged)
    }
}
