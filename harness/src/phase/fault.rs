//! `fault`: puts a named defect into a system that is ours to break.

use async_trait::async_trait;

use super::context::Context;
use super::pipeline::Phase;
use crate::check::Outcome;
use crate::error::chain;
use crate::fault::{ChartStrike, OtherTenant, Strike, Subject};
use crate::scenario::plan::PlannedFault;
use crate::target::Administrator;

pub(super) struct PutIn<'a>(pub(super) &'a PlannedFault);

#[async_trait]
impl Phase for PutIn<'_> {
    async fn run(&self, context: &mut Context<'_>) -> Outcome {
        match self.put_in(context).await {
            Ok(()) => Outcome::Passed,
            Err(why) => Outcome::Errored { why: format!("the fault {} was not put in: {why}", self.0.fault.name) },
        }
    }
}

impl PutIn<'_> {
    async fn put_in(&self, context: &mut Context<'_>) -> Result<(), String> {
        let fault = self.0.fault;
        if matches!(fault.strike, Strike::MigrateWithoutExtension | Strike::StopMigration) {
            context.state.extensions_withheld = true;
            context.state.extensions_come_late = matches!(fault.strike, Strike::StopMigration);
            context.acted()("no superuser makes the extensions before the migration".to_owned());
            return Ok(());
        }
        if let Strike::Chart(strike) = fault.strike {
            context.acted()(format!("the installation, when it comes: {}", fault.summary));
            match strike {
                ChartStrike::Values => context.state.chart_faults.push(fault.name),
                ChartStrike::Wait => context.state.install_waits = true,
                ChartStrike::OldClaim => leave_claim(context).await?,
            }
            return Ok(());
        }
        if let (Strike::Payload(strike), Some(provider)) = (fault.strike, &self.0.provider) {
            context.acted()(format!("the next payload of {}: {}", provider.name, fault.summary));
            context.state.strikes.insert(provider.name.clone(), strike);
            return Ok(());
        }
        let administrator = administrator(context)?;
        if let Some(troubles) = fault.troubles(&context.profile.budgets) {
            for trouble in troubles {
                context.acted()(trouble.to_string());
                administrator.make_trouble(&trouble).await.map_err(|error| chain(&error))?;
            }
            return Ok(());
        }
        let subject = self.subject(context);
        let sessions = administrator.sessions().await.map_err(|error| chain(&error))?;
        context.acted()(fault.statements(&subject).unwrap_or_default());
        let put_in = fault.put_in(&sessions, &subject).await;
        sessions.close().await;
        put_in.map_err(|error| chain(&error))
    }

    fn subject(&self, context: &Context<'_>) -> Subject {
        let PlannedFault { tenant, other, provider, choices, .. } = self.0;
        let other = other.as_ref();
        Subject {
            schema: tenant.schema.clone(),
            org_id: tenant.org_id.clone(),
            other: other.map(|other| OtherTenant { schema: other.schema.clone(), org_id: other.org_id.clone() }),
            provider: provider.as_ref().map(|provider| provider.source_name.clone()),
            owner_role: context.endpoints.owner_role.clone(),
            choices: choices.clone(),
        }
    }
}

fn administrator<'a>(context: &Context<'a>) -> Result<&'a dyn Administrator, String> {
    let administrator = context.endpoints.administrator.as_deref();
    administrator.ok_or_else(|| "this target gives nobody the right to break it".to_owned())
}

/// Leaves the claim that the chart's database had in an earlier installation.
async fn leave_claim(context: &Context<'_>) -> Result<(), String> {
    let claim = format!("data-{}-0", context.profile.database.component.name);
    administrator(context)?.leave_claim(&claim).await.map_err(|error| chain(&error))
}
