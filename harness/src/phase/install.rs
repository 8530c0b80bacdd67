//! `install`: judges the slate, has the installer act, and judges the shared migration. Where the system runs already, it only judges
//! that migration.

use async_trait::async_trait;

use super::context::Context;
use super::pipeline::Phase;
use crate::check::sql::identifier;
use crate::check::{Facts, Group, Outcome};
use crate::scenario::plan::PlannedInstall;
use crate::target::{ActError, InstallRequest};

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
        let request = InstallRequest {
            must_migrate: self.0.must_migrate,
            extensions: !context.state.extensions_withheld,
            tenants: context.plan.tenants.clone(),
            chart_faults: Vec::new(),
            waits: false,
        };
        let acted = installer.install(request, &context.acted()).await;
        if context.state.extensions_come_late
            && let Err(error) = make_extensions(context).await
        {
            return Outcome::Errored { why: format!("the extensions could not be made afterwards: {error}") };
        }
        let migrated = judge_installed(context).await;
        context.after_acting("install", acted, migrated)
    }
}

/// Judges the shared migration as it is.
async fn judge_installed(context: &Context<'_>) -> Outcome {
    let facts = Facts { database: context.look_at_database().await, ..Facts::default() };
    context.judge(&[Group::Install], &facts)
}

/// Makes the extensions that were withheld from the migration, too late for it.
async fn make_extensions(context: &Context<'_>) -> Result<(), ActError> {
    let administrator = context.endpoints.administrator.as_ref();
    let administrator = administrator.ok_or_else(|| ActError("this target gives nobody the right to".to_owned()))?;
    let sessions = administrator.sessions().await?;
    let statements = |name: &String| format!("CREATE EXTENSION IF NOT EXISTS {} SCHEMA public;", identifier(name));
    let statements: String = context.profile.database.extensions.iter().map(statements).collect();
    context.acted()(statements.clone());
    let made = sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(&sessions).await;
    sessions.close().await;
    made.map(drop).map_err(|error| ActError::of(&error))
}
