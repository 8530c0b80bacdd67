//! `install`: judges the slate, has the installer act, and judges the shared migration. Where the system runs already, it only judges
//! that migration.

use async_trait::async_trait;

use super::context::Context;
use super::pipeline::Phase;
use crate::check::{Facts, Group, Outcome};
use crate::scenario::plan::PlannedInstall;
use crate::target::InstallRequest;

pub(super) struct Install<'a>(pub(super) &'a PlannedInstall);

#[async_trait]
impl Phase for Install<'_> {
    async fn run(&self, context: &mut Context<'_>) -> Outcome {
        let Some(installer) = &context.endpoints.installer else { return judge_installed(context).await };
        let slate = Facts { slate: context.look_at_slate().await, ..Facts::default() };
        let clean = context.judge(&[Group::Slate], &slate);
        if !clean.passed() {
            return clean;
        }
        let request =
            InstallRequest { must_migrate: self.0.must_migrate, extensions: !context.state.extensions_withheld };
        let acted = installer.install(request, &context.acted()).await;
        let migrated = judge_installed(context).await;
        context.after_acting("install", acted, migrated)
    }
}

/// Judges the shared migration as it is.
async fn judge_installed(context: &Context<'_>) -> Outcome {
    let facts = Facts { database: context.look_at_database().await, ..Facts::default() };
    context.judge(&[Group::Install], &facts)
}
