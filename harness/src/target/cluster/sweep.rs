//! Removes from clusters what runs left behind that have ended: kind clusters, namespaces, and what was written down of them.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::context::{Connection, told};
use super::ledger::{self, Standing};
use super::{kind, namespace};
use crate::driver::helm::{Helm, Release};
use crate::error::chain;

/// What a sweep of clusters did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Swept {
    /// What was removed.
    pub removed: Vec<Removed>,
    /// What belongs to a run that lives, or may.
    pub in_use: Vec<Removed>,
    /// What could not be removed, and why.
    pub failed: Vec<String>,
}

/// Something that a run made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Removed {
    /// A cluster of kind.
    KindCluster(String),
    /// A namespace.
    Namespace {
        /// The context of its cluster.
        context: String,
        /// Its name.
        namespace: String,
    },
}

impl fmt::Display for Removed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KindCluster(name) => write!(formatter, "kind cluster {name}"),
            Self::Namespace { context, namespace } => write!(formatter, "namespace {namespace} in context {context}"),
        }
    }
}

/// Removes what ended runs left in clusters of kind, in the contexts in which runs of this machine worked, and in the one that is named.
pub async fn sweep(state: Option<&Path>, context: Option<&str>) -> Swept {
    let mut swept = Swept::default();
    let known = match ledger::known(state) {
        Ok(known) => known,
        Err(error) => {
            swept.failed.push(chain(&error));
            Vec::new()
        }
    };
    kind_clusters(state, &mut swept).await;
    let gone = |run: &str| matches!(ledger::standing(state, run), Ok(Standing::Gone));
    let ended: Vec<_> = known.into_iter().filter(|(run, _)| gone(run)).collect();
    let worked_in = ended.iter().filter_map(|(_, folder)| ledger::context_of(folder));
    let contexts: BTreeSet<String> = worked_in.chain(context.map(str::to_owned)).collect();
    for context in contexts {
        if let Err(why) = namespaces(state, &context, &mut swept).await {
            swept.failed.push(why);
        }
    }
    if swept.failed.is_empty() {
        for (_, folder) in ended {
            if let Err(error) = ledger::forget(&folder) {
                swept.failed.push(chain(&error));
            }
        }
    }
    swept
}

async fn kind_clusters(state: Option<&Path>, swept: &mut Swept) {
    // Without an engine there are no clusters to look for.
    for cluster in kind::ours().await.unwrap_or_default() {
        let Some(run) = kind::run_of(&cluster) else { continue };
        match ledger::standing(state, run) {
            Ok(Standing::Lives) => swept.in_use.push(Removed::KindCluster(cluster)),
            // No kubeconfig knows it but the one in the run's folder.
            Ok(Standing::Gone) => match kind::delete(&cluster, Path::new("/dev/null")).await {
                Ok(()) => swept.removed.push(Removed::KindCluster(cluster)),
                Err(error) => swept.failed.push(chain(&error)),
            },
            Err(error) => swept.failed.push(chain(&error)),
        }
    }
}

async fn namespaces(state: Option<&Path>, context: &str, swept: &mut Swept) -> Result<(), String> {
    let connection = Connection::open(None, context).await.map_err(|error| chain(&error))?;
    let client = connection.client().map_err(|error| chain(&error))?;
    let found = namespace::of_runs(&client).await.map_err(|error| format!("context {context}: {}", told(&error)))?;
    for (namespace, run) in found {
        let named = Removed::Namespace { context: context.to_owned(), namespace: namespace.clone() };
        match ledger::standing(state, &run).map_err(|error| chain(&error))? {
            Standing::Lives => swept.in_use.push(named),
            Standing::Gone => {
                uninstall(&connection, &namespace).await;
                match namespace::unmake(&client, &namespace, &run).await {
                    Ok(()) => swept.removed.push(named),
                    Err(error) => swept.failed.push(chain(&error)),
                }
            }
        }
    }
    Ok(())
}

/// Takes releases away, for what a chart makes outside of its namespace. Without Helm only the namespace goes.
async fn uninstall(connection: &Connection, namespace: &str) {
    let Ok(helm) = Helm::find().await else { return };
    for name in helm.releases(connection.access(), namespace).await.unwrap_or_default() {
        let release = Release { name, namespace: namespace.to_owned(), access: connection.access().clone() };
        if let Err(error) = helm.remove(&release).await {
            tracing::warn!(error = chain(&error), "a release could not be uninstalled");
        }
    }
}
