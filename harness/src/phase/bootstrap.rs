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
                return context.judge(&[Group::NoTenantYet], &facts);
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
