//! What a phase works with: the plan, the endpoints, the state of earlier phases; and how it looks, judges and tells.

use std::path::Path;
use std::sync::Arc;

use super::expectation;
use super::state::State;
use crate::catalog::Catalog;
use crate::check::{Expectation, Facts, Group, Observed, Outcome, judge_all, registry};
use crate::event::{Happening, Journal};
use crate::fact::database::DatabaseFacts;
use crate::fact::release::ReleaseFacts;
use crate::fact::slate::SlateFacts;
use crate::observer::database::{DatabaseObserver, observe_slate};
use crate::profile::Profile;
use crate::scenario::plan::Plan;
use crate::target::{ActError, Endpoints};

/// What a phase works with.
pub struct Context<'a> {
    /// What runs.
    pub plan: &'a Plan,
    /// The chart's names and capabilities.
    pub profile: &'a Profile,
    /// The structure that the database must have.
    pub catalog: Arc<Catalog>,
    /// The folder of payloads, catalogs and profiles.
    pub fixtures: &'a Path,
    /// The system under test.
    pub endpoints: &'a Endpoints,
    /// What earlier phases left.
    pub state: State,
    journal: &'a Journal,
    step: usize,
}

impl<'a> Context<'a> {
    /// A context for the first step of this plan.
    #[must_use]
    pub fn new(
        plan: &'a Plan,
        profile: &'a Profile,
        catalog: Arc<Catalog>,
        fixtures: &'a Path,
        endpoints: &'a Endpoints,
        journal: &'a Journal,
    ) -> Self {
        Self { plan, profile, catalog, fixtures, endpoints, state: State::default(), journal, step: 0 }
    }

    pub(super) fn enter(&mut self, step: usize) {
        self.step = step;
    }

    pub(super) fn record(&self, what: Happening) {
        self.journal.record(what);
    }

    /// Tells an action as it is done.
    pub(super) fn acted(&self) -> impl Fn(String) + Send + Sync + use<'a> {
        let (journal, step) = (self.journal, self.step);
        move |action| {
            tracing::info!(%action, "acted");
            journal.record(Happening::Acted { step, action });
        }
    }

    pub(super) async fn look_at_slate(&self) -> Observed<SlateFacts> {
        let Some(release) = &self.endpoints.release else { return self.look_at_empty_database().await };
        let contents = release.contents().await;
        Observed::of(contents.map(|contents| SlateFacts {
            database: self.endpoints.database.clone(),
            contents: None,
            namespace: Some(contents),
        }))
    }

    async fn look_at_empty_database(&self) -> Observed<SlateFacts> {
        match self.endpoints.observer.url().await {
            Ok(url) => Observed::of(observe_slate(&url).await),
            Err(error) => Observed::Failed { why: error.0 },
        }
    }

    /// What the cluster says of the release; nobody looks where there is none.
    pub(super) async fn look_at_release(&self) -> Observed<ReleaseFacts> {
        match &self.endpoints.release {
            Some(release) => Observed::of(release.observe().await),
            None => Observed::NotLookedAt,
        }
    }

    /// The same, once all workloads are ready or it is known that they never will be.
    pub(super) async fn look_at_settled_release(&self) -> Observed<ReleaseFacts> {
        match &self.endpoints.release {
            Some(release) => Observed::of(release.settled(self.profile.budgets.install).await),
            None => Observed::NotLookedAt,
        }
    }

    /// An observer for what is asked again and again: its session stays open.
    pub(super) async fn observer(&self) -> Result<DatabaseObserver, ActError> {
        Ok(DatabaseObserver::lazily(self.endpoints.observer.url().await?))
    }

    pub(super) async fn look_at_database(&self) -> Observed<DatabaseFacts> {
        let looking = async |url| {
            let observer = DatabaseObserver::connect(&url).await?;
            observer.observe(&self.catalog.seeded_tables()).await
        };
        match self.endpoints.observer.url().await {
            Ok(url) => Observed::of(looking(url).await),
            Err(error) => Observed::Failed { why: error.0 },
        }
    }

    /// Judges facts by the checks of these groups and by what they presuppose, and tells each result.
    pub(super) fn judge(&self, groups: &[Group], facts: &Facts) -> Outcome {
        self.judge_against(groups, facts, &self.expectation())
    }

    /// As [`Context::judge`], against an expectation of the phase's own.
    pub(super) fn judge_against(&self, groups: &[Group], facts: &Facts, expectation: &Expectation) -> Outcome {
        let applying = registry::of(groups).filter(|check| self.plan.applies(check.id));
        let results = judge_all(applying, facts, expectation);
        for result in &results {
            let step = self.step;
            let (check, scope, examined) = (result.check.to_owned(), result.scope.clone(), result.examined);
            self.record(Happening::Judged { step, check, scope, examined, outcome: result.outcome.clone() });
        }
        Outcome::of_parts(results.iter().map(|result| &result.outcome))
    }

    /// What the plan expects of the system and of the tenants that are there by now, and of no provider yet.
    pub(super) fn expectation(&self) -> Expectation {
        expectation::of_plan(self.plan, self.profile, &self.catalog, self.endpoints, &self.state)
    }

    /// The outcome of a phase that acted and then judged. Where the action failed, findings say why; without any, the
    /// failure itself is the outcome.
    pub(super) fn after_acting(&self, what: &str, acted: Result<(), ActError>, judged: Outcome) -> Outcome {
        let Err(error) = acted else { return judged };
        self.acted()(format!("{what} failed: {error}"));
        match judged {
            Outcome::Failed { .. } => judged,
            _ => Outcome::Errored { why: format!("{what} failed: {error}") },
        }
    }
}
