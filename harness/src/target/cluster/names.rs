//! Names of a profile against what is there: a name that matches nothing is an error, never an empty answer.

use std::collections::BTreeSet;
use std::fmt::{self, Debug};

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::core::v1::{Secret, Service};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::api::ListParams;
use kube::{Api, Client, Resource};
use serde::de::DeserializeOwned;

use crate::profile::Profile;
use crate::yaml::{listed, nearest};

/// What the objects of a namespace are called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LiveNames {
    /// The services.
    pub services: BTreeSet<String>,
    /// The secrets.
    pub secrets: BTreeSet<String>,
    /// The values of the component label at deployments and stateful sets.
    pub components: BTreeSet<String>,
}

/// A name of a profile that matches nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    /// What it names.
    pub what: &'static str,
    /// The keys under which it stands in the profile.
    pub keys: String,
    /// The name.
    pub name: String,
    /// The one that is most like it.
    pub nearest: Option<String>,
}

/// Names of a profile that match nothing, or that nothing could be looked for.
#[derive(Debug, thiserror::Error)]
pub enum NamesError {
    /// Some match nothing.
    #[error("{} nothing in namespace {namespace}:{}", count(.unmatched.len(), .profile), lines(.unmatched))]
    Unmatched {
        /// The profile.
        profile: String,
        /// The namespace.
        namespace: String,
        /// The names.
        unmatched: Vec<Unmatched>,
    },
    /// The objects cannot be listed.
    #[error("the {what} of namespace {namespace} cannot be listed")]
    NotListed {
        /// Which objects.
        what: String,
        /// The namespace.
        namespace: String,
        /// What the cluster's API says.
        source: Box<kube::Error>,
    },
}

/// No profile stands out by what is in a namespace.
#[derive(Debug, thiserror::Error)]
pub enum NotRecognised {
    /// Nothing of any profile is there.
    #[error("nothing in namespace {namespace} has a name of any profile: {known}")]
    Nothing {
        /// The namespace.
        namespace: String,
        /// The profiles.
        known: String,
    },
    /// As much is there of one as of another.
    #[error("namespace {namespace} may hold any of {known}; name the chart by --profile")]
    Ambiguous {
        /// The namespace.
        namespace: String,
        /// The profiles.
        known: String,
    },
    /// The namespace cannot be looked at.
    #[error(transparent)]
    NotListed(#[from] NamesError),
}

/// A profile that was recognised by what is in a namespace.
#[derive(Debug, Clone, Copy)]
pub struct RecognisedByNames<'a> {
    /// The profile.
    pub profile: &'a Profile,
    /// How many of its names match something.
    pub matched: usize,
    /// How many there are.
    pub of: usize,
}

/// The profile of which most names match live objects of a namespace.
pub async fn recognise<'a>(
    client: &Client,
    namespace: &str,
    profiles: impl IntoIterator<Item = &'a Profile>,
) -> Result<RecognisedByNames<'a>, NotRecognised> {
    let mut seen = Vec::new();
    for profile in profiles {
        let live = LiveNames::list(client, namespace, &profile.chart.component_label).await?;
        seen.push(RecognisedByNames { profile, matched: live.matched(profile), of: expected(profile).len() });
    }
    let most = seen.iter().map(|one| one.matched).max().unwrap_or_default();
    let namespace = namespace.to_owned();
    if most == 0 {
        return Err(NotRecognised::Nothing { namespace, known: listed_profiles(&seen) });
    }
    seen.retain(|one| one.matched == most);
    match seen.as_slice() {
        [one] => Ok(*one),
        several => Err(NotRecognised::Ambiguous { namespace, known: listed_profiles(several) }),
    }
}

fn listed_profiles(seen: &[RecognisedByNames<'_>]) -> String {
    listed(&seen.iter().map(|one| one.profile.name.as_str()).collect::<Vec<_>>())
}

fn count(names: usize, profile: &str) -> String {
    match names {
        1 => format!("1 name of profile {profile} matches"),
        names => format!("{names} names of profile {profile} match"),
    }
}

fn lines(unmatched: &[Unmatched]) -> String {
    unmatched.iter().fold(String::new(), |lines, one| lines + "\n  " + &one.to_string())
}

impl fmt::Display for Unmatched {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, keys, name, nearest } = self;
        write!(formatter, "no {what} {name} (`{keys}`)")?;
        match nearest {
            Some(nearest) => write!(formatter, "; did you mean `{nearest}`?"),
            None => Ok(()),
        }
    }
}

/// Whether each name of a profile that a running release must have matches a live object.
pub async fn compare(client: &Client, namespace: &str, profile: &Profile) -> Result<(), NamesError> {
    let live = LiveNames::list(client, namespace, &profile.chart.component_label).await?;
    let unmatched = live.unmatched(profile);
    if unmatched.is_empty() {
        return Ok(());
    }
    Err(NamesError::Unmatched { profile: profile.name.clone(), namespace: namespace.to_owned(), unmatched })
}

impl LiveNames {
    /// What is in a namespace.
    pub async fn list(client: &Client, namespace: &str, label: &str) -> Result<Self, NamesError> {
        let labelled = |metadata: &ObjectMeta| metadata.labels.as_ref()?.get(label).cloned();
        let (services, secrets, deployments, sets) = tokio::try_join!(
            list::<Service>(client, namespace, name_of),
            list::<Secret>(client, namespace, name_of),
            list::<Deployment>(client, namespace, labelled),
            list::<StatefulSet>(client, namespace, labelled),
        )?;
        Ok(Self { services, secrets, components: deployments.into_iter().chain(sets).collect() })
    }

    /// The names of a profile that match nothing, each once, in the profile's order.
    #[must_use]
    pub fn unmatched(&self, profile: &Profile) -> Vec<Unmatched> {
        let mut unmatched: Vec<Unmatched> = Vec::new();
        for (what, key, name) in expected(profile) {
            let live = self.of(what);
            if live.contains(name) {
                continue;
            }
            if let Some(known) = unmatched.iter_mut().find(|known| known.what == what && known.name == *name) {
                known.keys = format!("{}`, `{key}", known.keys);
                continue;
            }
            // What another name of the profile means is not meant by this one.
            let meant = |other: &&str| expected(profile).iter().any(|(kind, _, known)| *kind == what && known == other);
            let others: Vec<&str> = live.iter().map(String::as_str).filter(|other| !meant(other)).collect();
            let nearest = nearest(name, &others).map(str::to_owned);
            unmatched.push(Unmatched { what, keys: key.to_owned(), name: name.to_owned(), nearest });
        }
        unmatched
    }

    /// How many names of a profile match something.
    #[must_use]
    pub fn matched(&self, profile: &Profile) -> usize {
        expected(profile).iter().filter(|(what, _, name)| self.of(what).contains(*name)).count()
    }

    fn of(&self, what: &str) -> &BTreeSet<String> {
        match what {
            SERVICE => &self.services,
            SECRET => &self.secrets,
            _ => &self.components,
        }
    }
}

const SERVICE: &str = "service";
const SECRET: &str = "secret";
const COMPONENT: &str = "workload of component";

/// What a running release must have: what it names, where that stands in the profile, and the name. Jobs are not among them: Helm may
/// have deleted a hook that is done.
fn expected(profile: &Profile) -> [(&'static str, &'static str, &str); 10] {
    [
        (SERVICE, "database.component.name", &profile.database.component.name),
        (COMPONENT, "database.component.component", &profile.database.component.component),
        (SERVICE, "sources.service", &profile.sources.service),
        (COMPONENT, "sources.component", &profile.sources.component),
        (SERVICE, "koku.service", &profile.koku.service),
        (COMPONENT, "koku.component", &profile.koku.component),
        (SERVICE, "upload.service", &profile.upload.service),
        (COMPONENT, "upload.component", &profile.upload.component),
        (COMPONENT, "processor.component", &profile.processor.component),
        (SECRET, "cluster.credentials.secret", &profile.cluster.credentials.secret),
    ]
}

/// What one asks of the objects of a kind: only their metadata is read, so that no secret is.
async fn list<K>(
    client: &Client,
    namespace: &str,
    named: impl Fn(&ObjectMeta) -> Option<String>,
) -> Result<BTreeSet<String>, NamesError>
where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + DeserializeOwned + Debug,
{
    let objects = Api::<K>::namespaced(client.clone(), namespace);
    match objects.list_metadata(&ListParams::default()).await {
        Ok(list) => Ok(list.items.iter().filter_map(|object| named(&object.metadata)).collect()),
        Err(source) => Err(NamesError::NotListed {
            what: K::plural(&()).into_owned(),
            namespace: namespace.to_owned(),
            source: Box::new(source),
        }),
    }
}

fn name_of(metadata: &ObjectMeta) -> Option<String> {
    metadata.name.clone()
}

#[cfg(test)]
mod tests;
