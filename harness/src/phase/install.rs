//! `install`: judges the slate, has the installer act, and judges the shared migration. Where the system runs already, it only judges
//! that migration.

use async_trait::async_trait;

use super::context::Context;
use super::pipeline::Phase;
use crate::check::sql::identifier;
use crate::check::{Facts, Group, Observed, Outcome};
use crate::outlook::{Grace, holds_hooks_up};
use crate::scenario::plan::PlannedInstall;
use crate::target::{ActError, InstallRequest, Installer};

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
        let request = self.request(context);
        let rendered = judge_rendered(context, &**installer, &request).await;
        if let Some(outcome) = rendered.filter(|outcome| !outcome.passed()) {
            return outcome;
        }
        let acted = installer.install(request, &context.acted()).await;
        if context.state.extensions_come_late
            && let Err(error) = make_extensions(context).await
        {
            return Outcome::Errored { why: format!("the extensions could not be made afterwards: {error}") };
        }
        let judged = match acted {
            Ok(()) => judge_installed(context).await,
            Err(_) => judge_broken_off(context).await,
        };
        context.after_acting("install", acted, judged)
    }
}

impl Install<'_> {
    fn request(&self, context: &Context<'_>) -> InstallRequest {
        InstallRequest {
            must_migrate: self.0.must_migrate,
            extensions: !context.state.extensions_withheld,
            tenants: context.plan.tenants.clone(),
            chart_faults: context.state.chart_faults.clone(),
            waits: context.state.install_waits,
        }
    }
}

/// Judges what the chart renders to, before anything of it is installed; `None` where no chart is rendered.
async fn judge_rendered(context: &Context<'_>, installer: &dyn Installer, request: &InstallRequest) -> Option<Outcome> {
    let chart = match installer.render(request).await {
        Ok(None) => return None,
        Ok(Some(chart)) => Observed::Seen(chart),
        Err(error) => Observed::Failed { why: error.0 },
    };
    Some(context.judge(&[Group::Chart], &Facts { chart, ..Facts::default() }))
}

/// Judges the shared migration as it is, and the jobs that made it where there is a cluster.
async fn judge_installed(context: &Context<'_>) -> Outcome {
    let (database, release) = (context.look_at_database().await, context.look_at_release().await);
    if let Observed::NotLookedAt = release {
        return context.judge(&[Group::Install], &Facts { database, ..Facts::default() });
    }
    let facts = Facts { chart: release.part(|seen| &seen.chart), release, database, ..Facts::default() };
    context.judge(&[Group::Chart, Group::Install, Group::Hooks], &facts)
}

/// Judges what an installation that failed has left. Where its database cannot be looked at, the cluster says why.
async fn judge_broken_off(context: &Context<'_>) -> Outcome {
    let release = context.look_at_release().await;
    if let Observed::NotLookedAt = release {
        return judge_installed(context).await;
    }
    let database = context.look_at_database().await;
    let of_cluster = [Group::Hooks, Group::Workloads];
    let of_both = [Group::Install, Group::Hooks, Group::Workloads];
    let is_held_up = match &release {
        Observed::Seen(seen) => holds_hooks_up(seen, &Grace::of(context.profile), seen.observed_at),
        _ => false,
    };
    // What a hook would have done in the database is not done for want of the hook.
    let groups = if matches!(database, Observed::Seen(_)) && !is_held_up { &of_both[..] } else { &of_cluster[..] };
    context.judge(groups, &Facts { release, database, ..Facts::default() })
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
