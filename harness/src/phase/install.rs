//! `install`: judges the slate, has the installer act, and judges the shared migration.

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
        let slate = Facts { slate: context.look_at_slate().await, ..Facts::default() };
        let clean = context.judge(&[Group::Slate], &slate);
        if !clean.passed() {
            return clean;
        }
        let request =
            InstallRequest { must_migrate: self.0.must_migrate, extensions: !context.state.extensions_withheld };
        let installed = context.endpoints.installer.install(request, &context.acted()).await;
        let facts = Facts { database: context.look_at_database().await, ..Facts::default() };
        let migrated = context.judge(&[Group::Install], &facts);
        context.after_acting("install", installed, migrated)
    }
}
