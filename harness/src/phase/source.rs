//! Making a source and waiting for its provider, and judging both: what the phases that make providers share.

use super::context::Context;
use super::expectation;
use super::state::Provider;
use crate::check::{Expectation, Facts, Group, Observed, Outcome, ProviderExpectation};
use crate::driver::cost_models::{create_cost_model, read_cost_model};
use crate::driver::sources::{CreatedSource, NewSource, Outlook, ProviderKind, Sources};
use crate::error::chain;
use crate::fact::sources::SourceFacts;
use crate::observer::sources::{observe_asked, observe_source};
use crate::profile::ProviderType;
use crate::scenario::plan::PlannedProvider;
use crate::target::ActError;
use crate::wait::{Progress, Wait, WaitError};

/// When a source is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// When no other is being made, where two at once collide.
    OneByOne,
    /// At the same moment as others.
    AtOnce,
}

/// What became of one source.
pub(super) struct Made<'a> {
    planned: &'a PlannedProvider,
    /// What the Sources API says that it made, if it did.
    created: Option<CreatedSource>,
    seen: Observed<SourceFacts>,
    /// How the wait for the provider ended.
    waited: Result<(), ActError>,
}

/// Makes a source and waits for its provider.
pub(super) async fn make<'a>(context: &Context<'_>, planned: &'a PlannedProvider, turn: Turn) -> Made<'a> {
    let identity = planned.tenant.user();
    let (dialect, endpoint) = (context.profile.sources_dialect, &context.endpoints.sources);
    let sources = Sources::new(dialect, endpoint, &identity);
    let asked = match turn {
        Turn::OneByOne => sources.create(&new_source(planned), context.acted()).await,
        Turn::AtOnce => sources.create_at_once(&new_source(planned), context.acted()).await,
    };
    let made = asked.as_ref().ok().cloned();
    let waited = match &made {
        Some(created) => wait_for_provider(context, &sources, created, planned).await,
        None => Ok(()),
    };
    let seen = Observed::of(observe_asked(dialect, endpoint, &identity, asked).await);
    let waited = match waited {
        Ok(()) if made.is_some() => give_cost_model(context, planned, source_uuid(&seen)).await,
        other => other,
    };
    Made { planned, created: made, seen, waited }
}

/// Judges what became of these sources, and leaves those that were made to the phases behind.
pub(super) async fn judge(context: &mut Context<'_>, made: Vec<Made<'_>>) -> Outcome {
    let mut waits = Ok(());
    let (mut sources, mut providers) = (std::collections::BTreeMap::new(), Vec::new());
    for Made { planned, created, seen, waited } in made {
        if let Some(created) = created {
            context.state.tenants.insert(planned.tenant.alias.clone());
            let state = Provider { planned: planned.clone(), created, sent: Vec::new(), expected: None };
            context.state.providers.insert(planned.name.clone(), state);
        }
        let expected = expectation::provider(planned, context.profile, source_uuid(&seen));
        sources.insert(ProviderExpectation::scope(&expected), seen);
        providers.push(expected);
        waits = waits.and(waited);
    }
    let facts = Facts { database: context.look_at_database().await, sources, ..Facts::default() };
    let expectation = Expectation { providers, ..context.expectation() };
    let judged = context.judge_against(&[Group::Provider], &facts, &expectation);
    context.after_acting("the wait for the provider", waits, judged)
}

/// Gives the provider its cost model, where it is to have one.
async fn give_cost_model(
    context: &Context<'_>,
    planned: &PlannedProvider,
    source: Option<uuid::Uuid>,
) -> Result<(), ActError> {
    let Some(name) = &planned.cost_model else { return Ok(()) };
    let source = source.ok_or_else(|| ActError(format!("nobody knows the uuid of source {}", planned.source_name)))?;
    let model = read_cost_model(context.fixtures, name).map_err(|error| ActError::of(&error))?;
    let (koku, identity) = (&context.endpoints.koku, planned.tenant.user());
    let named = format!("{name} of {}", planned.source_name);
    let made = create_cost_model(koku, &identity, &named, source, &model, context.acted()).await;
    made.map_err(|error| ActError::of(&error))
}

/// Judges a provider that an earlier phase made, as it is by now.
pub(super) async fn judge_again(context: &Context<'_>, provider: &Provider) -> Outcome {
    let (dialect, endpoint) = (context.profile.sources_dialect, &context.endpoints.sources);
    let identity = provider.planned.tenant.user();
    let seen = Observed::of(observe_source(dialect, endpoint, &identity, &provider.created).await);
    let expected = expectation::provider(&provider.planned, context.profile, source_uuid(&seen));
    let sources = [(expected.scope(), seen)].into();
    let facts = Facts { database: context.look_at_database().await, sources, ..Facts::default() };
    let expectation = Expectation { providers: vec![expected], ..context.expectation() };
    context.judge_against(&[Group::Provider], &facts, &expectation)
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

/// Waits until Koku has the provider, or never will.
async fn wait_for_provider(
    context: &Context<'_>,
    sources: &Sources<'_>,
    created: &CreatedSource,
    planned: &PlannedProvider,
) -> Result<(), ActError> {
    let (name, schema) = (&planned.source_name, &planned.tenant.schema);
    let awaited = format!("provider {name} of tenant {schema}");
    let observer = context.observer().await?;
    let waited: Result<(), WaitError<String>> = Wait::new(awaited, context.profile.budgets.provider)
        .until(async || match observer.provider_names(schema).await {
            Ok(names) if names.contains(name) => Progress::Done(()),
            Ok(_) => without_provider(sources, created, "no row in api_provider").await,
            Err(error) => without_provider(sources, created, &chain(&error)).await,
        })
        .await;
    observer.close().await;
    waited.map_err(|error| ActError::of(&error))
}

/// Whether there is still hope, by what the Sources API was told.
async fn without_provider(sources: &Sources<'_>, created: &CreatedSource, seen: &str) -> Progress<(), String> {
    match sources.outlook(created).await {
        Ok(Outlook::Never(why)) => Progress::Never(why),
        Ok(Outlook::MayCome(state)) => Progress::NotYet(format!("{seen}, and {state}")),
        Err(error) => Progress::NotYet(chain(&error)),
    }
}
