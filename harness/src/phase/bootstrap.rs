//! `bootstrap`: has the chart make its tenants, where no hook has made them, and judges them; or judges that none is there yet, where
//! they come with their first source.

use async_trait::async_trait;

use super::context::Context;
use super::pipeline::Phase;
use super::state::Provisioned;
use crate::check::{Facts, Group, Observed, Outcome};
use crate::scenario::plan::BootstrapMode;
use crate::target::ActError;

pub(super) struct Bootstrap(pub(super) BootstrapMode);

#[async_trait]
impl Phase for Bootstrap {
    async fn run(&self, context: &mut Context<'_>) -> Outcome {
        let made = match self.0 {
            BootstrapMode::MakeTenants => match &context.endpoints.installer {
                Some(installer) => installer.bootstrap(&context.plan.tenants, &context.acted()).await,
                None => Err(ActError("nobody makes tenants in a system that runs already".to_owned())),
            },
            BootstrapMode::JudgeTenants => Ok(()),
            BootstrapMode::JudgeNoTenantYet => {
                let facts = Facts { database: context.look_at_database().await, ..Facts::default() };
                let judged = context.judge(&[Group::NoTenantYet], &facts);
                return with_workloads(context, judged).await;
            }
        };
        let database = context.look_at_database().await;
        if let Observed::Seen(seen) = &database {
            context.state.provisioned.get_or_insert(Provisioned { ended: seen.observed_at });
        }
        let facts = Facts { database, ..Facts::default() };
        let judged = context.judge(&[Group::Tenant], &facts);
        let judged = context.after_acting("bootstrap", made, judged);
        with_workloads(context, judged).await
    }
}

/// Where all is well so far and there is a cluster, waits for the workloads and judges them: some are ready only when the tenants are.
async fn with_workloads(context: &Context<'_>, judged: Outcome) -> Outcome {
    if !judged.passed() || context.endpoints.release.is_none() {
        return judged;
    }
    let facts = Facts { release: context.look_at_settled_release().await, ..Facts::default() };
    context.judge(&[Group::Workloads], &facts)
}
