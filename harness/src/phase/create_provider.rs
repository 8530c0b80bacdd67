//! `create-provider`: makes a source through the Sources API, waits for Koku's provider, and judges both.

use async_trait::async_trait;

use super::context::Context;
use super::expectation;
use super::pipeline::Phase;
use super::state::Provider;
use crate::check::{Expectation, Facts, Group, Observed, Outcome};
use crate::driver::sources::{CreatedSource, NewSource, PlatformSources, ProviderKind, SourcesError};
use crate::error::chain;
use crate::fact::sources::SourceFacts;
use crate::identity::Identity;
use crate::observer::sources::{observe_source, refused};
use crate::profile::ProviderType;
use crate::scenario::plan::{PlannedProvider, PlannedTenant};
use crate::target::ActError;
use crate::wait::{Progress, Wait, WaitError};

pub(super) struct CreateProvider<'a>(pub(super) &'a PlannedProvider);

#[async_trait]
impl Phase for CreateProvider<'_> {
    async fn run(&self, context: &mut Context<'_>) -> Outcome {
        let planned = self.0;
        let identity = identity(&planned.tenant);
        let sources = PlatformSources::new(&context.endpoints.sources, &identity);
        let (source, waited) = match sources.create(&new_source(planned), context.acted()).await {
            Ok(created) => {
                let waited = wait_for_provider(context, &sources, &created, planned).await;
                let seen = observe_source(&context.endpoints.sources, &identity, &created).await;
                let state = Provider { planned: planned.clone(), expected: None };
                context.state.providers.insert(planned.name.clone(), state);
                (Observed::of(seen), waited)
            }
            Err(SourcesError::NotMade(error)) => (Observed::of(refused(error)), Ok(())),
            Err(error) => (Observed::Failed { why: chain(&error) }, Ok(())),
        };
        let expected = expectation::provider(planned, source_uuid(&source));
        let facts = Facts {
            database: context.look_at_database().await,
            sources: [(expected.scope(), source)].into(),
            ..Facts::default()
        };
        let expectation = Expectation { providers: vec![expected], ..context.expectation() };
        let judged = context.judge_against(&[Group::Provider], &facts, &expectation);
        context.after_acting("the wait for the provider", waited, judged)
    }
}

/// The identity of a tenant's user.
pub(super) fn identity(tenant: &PlannedTenant) -> Identity {
    Identity {
        org_id: tenant.org_id.clone(),
        account_number: tenant.account_number.clone(),
        user_name: tenant.user_name.clone(),
    }
}

fn new_source(planned: &PlannedProvider) -> NewSource {
    let kind = match planned.provider_type {
        ProviderType::Ocp => ProviderKind::Ocp { cluster_id: planned.cluster_id.to_string() },
        ProviderType::Aws => ProviderKind::Aws {
            role_arn: planned.role_arn.clone().unwrap_or_default(),
            bucket: planned.bucket.clone().unwrap_or_default(),
        },
    };
    NewSource { name: planned.source_name.clone(), kind }
}

fn source_uuid(source: &Observed<SourceFacts>) -> Option<uuid::Uuid> {
    match source {
        Observed::Seen(facts) => facts.uuid.as_deref().and_then(|text| text.parse().ok()),
        Observed::Failed { .. } | Observed::NotLookedAt => None,
    }
}

/// Waits until Koku has the provider, or has told the Sources API that it will not.
async fn wait_for_provider(
    context: &Context<'_>,
    sources: &PlatformSources<'_>,
    created: &CreatedSource,
    planned: &PlannedProvider,
) -> Result<(), ActError> {
    let expected = expectation::provider(planned, None);
    let awaited = format!("provider {} of tenant {}", expected.name, expected.schema);
    let observer = context.observer();
    let waited: Result<(), WaitError<String>> = Wait::new(awaited, context.profile.budgets.provider)
        .until(async || match observer.provider_names(&expected.schema).await {
            Ok(names) if names.contains(&expected.name) => Progress::Done(()),
            Ok(_) => without_provider(sources, created, "no row in api_provider").await,
            Err(error) => without_provider(sources, created, &chain(&error)).await,
        })
        .await;
    observer.close().await;
    waited.map_err(|error| ActError::of(&error))
}

/// Whether there is still hope, by what the Sources API was told.
async fn without_provider(sources: &PlatformSources<'_>, created: &CreatedSource, seen: &str) -> Progress<(), String> {
    match sources.availability(created).await {
        Ok(answer) if answer.availability_status.as_deref() == Some("unavailable") => {
            Progress::Never(answer.availability_status_error.unwrap_or_else(|| "no reason given".to_owned()))
        }
        Ok(answer) => Progress::NotYet(format!(
            "{seen}, and the application is {}",
            answer.availability_status.as_deref().unwrap_or("in no state")
        )),
        Err(error) => Progress::NotYet(chain(&error)),
    }
}
