//! One namespace a trial: made for it, and gone when it has ended.

use std::collections::BTreeMap;
use std::time::Duration;

use k8s_openapi::api::core::v1::{Namespace, Pod};
use kube::api::{DeleteParams, ListParams, ObjectMeta, PostParams};
use kube::{Api, Client};

use super::context::told;
use crate::run_id::RunId;
use crate::wait::{Progress, Wait, WaitError};

/// The label by which all is known that a run makes.
pub const RUN_LABEL: &str = "e2e-validate/run";
/// The label of a namespace that marks a test system, with the value `true`.
pub const TEST_SYSTEM_LABEL: &str = "e2e-validate/test-system";

/// How long a namespace may take to go.
pub(super) const GOING_ALLOWED: Duration = Duration::from_mins(2);
/// Seconds that pods have for their end: nobody needs what they would write.
const GRACE: u32 = 1;

/// A namespace could not be made or taken away.
#[derive(Debug, thiserror::Error)]
pub enum NamespaceError {
    /// One of this name is there, and the run has not made it.
    #[error("namespace {name} is there already and is not of this run ({label}); it was left as it is", label = whose(.run.as_deref()))]
    NotOurs {
        /// Its name.
        name: String,
        /// The run that made it, where one did.
        run: Option<String>,
    },
    /// The API server refuses.
    #[error("cannot {what} namespace {name}: {why}")]
    Refused {
        /// What was to be done.
        what: &'static str,
        /// Its name.
        name: String,
        /// What the server says.
        why: String,
    },
    /// It does not go.
    #[error(transparent)]
    Stays(#[from] WaitError<String>),
}

fn whose(run: Option<&str>) -> String {
    run.map_or_else(|| format!("it has no label {RUN_LABEL}"), |run| format!("{RUN_LABEL}={run}"))
}

/// The name of a run's namespace with this number.
pub(super) fn name(run: &RunId, number: usize) -> String {
    format!("e2e-{run}-{number}")
}

/// Makes a namespace of the run; one that is there already is refused, whoever made it.
pub(super) async fn make(client: &Client, name: &str, run: &RunId) -> Result<(), NamespaceError> {
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let labels = [(RUN_LABEL, run.as_str()), (TEST_SYSTEM_LABEL, "true")];
    let labels: BTreeMap<String, String> =
        labels.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let metadata = ObjectMeta { name: Some(name.to_owned()), labels: Some(labels), ..ObjectMeta::default() };
    let namespace = Namespace { metadata, ..Namespace::default() };
    match namespaces.create(&PostParams::default(), &namespace).await {
        Ok(_) => Ok(()),
        Err(kube::Error::Api(status)) if status.is_already_exists() => {
            let there = namespaces.get_opt(name).await.map_err(refused("look at", name))?;
            let run = there.and_then(|there| there.metadata.labels?.remove(RUN_LABEL));
            Err(NamespaceError::NotOurs { name: name.to_owned(), run })
        }
        Err(error) => Err(refused("make", name)(error)),
    }
}

/// Takes a namespace of ours away, and waits until it has gone. One that is not there is no error; one that is not of this run stays.
pub(super) async fn unmake(client: &Client, name: &str, run: &str) -> Result<(), NamespaceError> {
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let Some(there) = namespaces.get_opt(name).await.map_err(refused("look at", name))? else { return Ok(()) };
    let owner = there.metadata.labels.and_then(|mut labels| labels.remove(RUN_LABEL));
    if owner.as_deref() != Some(run) {
        return Err(NamespaceError::NotOurs { name: name.to_owned(), run: owner });
    }
    match namespaces.delete(name, &DeleteParams::default()).await {
        Ok(_) => {}
        Err(kube::Error::Api(status)) if status.is_not_found() => return Ok(()),
        Err(error) => return Err(refused("delete", name)(error)),
    }
    // Now that nothing can be made in it any more, its pods need not be given the time that they ask for.
    let pods: Api<Pod> = Api::namespaced(client.clone(), name);
    let quickly = DeleteParams { grace_period_seconds: Some(GRACE), ..DeleteParams::default() };
    if let Err(error) = pods.delete_collection(&quickly, &ListParams::default()).await {
        tracing::debug!(%error, name, "its pods take their time");
    }
    gone(&namespaces, name).await
}

async fn gone(namespaces: &Api<Namespace>, name: &str) -> Result<(), NamespaceError> {
    let waited = Wait::new(format!("namespace {name} to go"), GOING_ALLOWED)
        .until(async || match namespaces.get_opt(name).await {
            Ok(None) => Progress::Done(()),
            Ok(Some(there)) => Progress::NotYet(what_holds(&there)),
            Err(error) => Progress::NotYet(told(&error)),
        })
        .await;
    Ok(waited?)
}

/// What the cluster says of why a namespace is still there.
fn what_holds(namespace: &Namespace) -> String {
    let conditions = namespace.status.iter().filter_map(|status| status.conditions.as_ref()).flatten();
    let holding = conditions.filter(|condition| condition.status == "True");
    let messages: Vec<&str> = holding.filter_map(|condition| condition.message.as_deref()).collect();
    if messages.is_empty() { "it is being taken away".to_owned() } else { messages.join("; ") }
}

/// The namespaces that runs have made in a cluster, each with its run.
pub(super) async fn of_runs(client: &Client) -> Result<Vec<(String, String)>, kube::Error> {
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let found = namespaces.list(&ListParams::default().labels(RUN_LABEL)).await?;
    let named = found.items.into_iter().filter_map(|namespace| {
        let run = namespace.metadata.labels?.remove(RUN_LABEL)?;
        Some((namespace.metadata.name?, run))
    });
    Ok(named.collect())
}

fn refused(what: &'static str, name: &str) -> impl FnOnce(kube::Error) -> NamespaceError + use<> {
    let name = name.to_owned();
    move |error| NamespaceError::Refused { what, name, why: told(&error) }
}
