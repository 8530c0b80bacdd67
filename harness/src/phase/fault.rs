//! `fault`: puts a named defect into a system that is ours to break.

use async_trait::async_trait;

use super::context::Context;
use super::pipeline::Phase;
use crate::check::Outcome;
use crate::error::chain;
use crate::fault::{Strike, Subject, registry};
use crate::scenario::plan::PlannedFault;

pub(super) struct PutIn<'a>(pub(super) &'a PlannedFault);

#[async_trait]
impl Phase for PutIn<'_> {
    async fn run(&self, context: &mut Context<'_>) -> Outcome {
        match self.put_in(context).await {
            Ok(()) => Outcome::Passed,
            Err(why) => Outcome::Errored { why: format!("the fault {} was not put in: {why}", self.0.name()) },
        }
    }
}

impl PutIn<'_> {
    async fn put_in(&self, context: &mut Context<'_>) -> Result<(), String> {
        let name = self.0.name().to_string();
        let fault = registry::find(&name).ok_or_else(|| format!("no fault is named {name}"))?;
        if matches!(fault.strike, Strike::MigrateWithoutExtension) {
            context.state.extensions_withheld = true;
            context.acted()("no superuser makes the extensions before the migration".to_owned());
            return Ok(());
        }
        let administrator = context.endpoints.administrator.as_ref();
        let administrator = administrator.ok_or("this target gives nobody the right to break it")?;
        let subject = self.subject(context)?;
        let sessions = administrator.sessions().await.map_err(|error| chain(&error))?;
        context.acted()(fault.statements(&subject).unwrap_or_default());
        let put_in = fault.put_in(&sessions, &subject).await;
        sessions.close().await;
        put_in.map_err(|error| chain(&error))
    }

    fn subject(&self, context: &Context<'_>) -> Result<Subject, String> {
        let tenant = self.0.tenant().ok_or("it strikes no tenant")?;
        let table = match self.0 {
            PlannedFault::DropTable { table, .. } => Some(table.clone()),
            _ => None,
        };
        let owner_role = context.endpoints.owner_role.clone();
        Ok(Subject { schema: tenant.schema.clone(), org_id: tenant.org_id.clone(), owner_role, table })
    }
}
