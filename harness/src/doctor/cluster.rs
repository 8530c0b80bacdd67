//! Looking at a release in its cluster, and through the cluster at its database and its API. Changes nothing.

use std::time::Duration;

use chrono::Utc;
use kube::Client;

use super::facts_file::{Seen, SeenRelease};
use super::knowledge::Knowledge;
use super::look::{Place, look};
use super::recognise::{Chosen, NotRecognised};
use crate::check::Observed;
use crate::cleanup::Cleanup;
use crate::error::chain;
use crate::fact::release::ReleaseFacts;
use crate::observer::cluster::ReleaseWatch;
use crate::outlook::{Grace, hindrances};
use crate::profile::Profile;
use crate::target::cluster::{Doors, names};

/// How long one port-forward may take to end.
const END_ALLOWED: Duration = Duration::from_secs(5);

/// Where a release is looked at.
#[derive(Clone)]
pub struct ClusterPlace {
    /// The cluster.
    pub client: Client,
    /// The namespace.
    pub namespace: String,
}

/// Why nobody knows by which names a release is to be looked at.
#[derive(Debug, thiserror::Error)]
pub enum CannotLook {
    /// No profile is known by the name that a person gave.
    #[error(transparent)]
    Unknown(#[from] NotRecognised),
    /// What is in the namespace tells of none.
    #[error(transparent)]
    NotRecognised(#[from] names::NotRecognised),
}

/// Looks at a release by the names of a profile: the one that a person named, or the one of which most names are there.
///
/// # Errors
/// Where no profile is known by that name, or none is recognised.
pub async fn look_in_cluster(
    knowledge: &Knowledge,
    place: &ClusterPlace,
    profile: Option<&str>,
    tenant: Option<&str>,
) -> Result<Seen, CannotLook> {
    let chosen = choose(knowledge, place, profile).await?;
    let known = knowledge.chart(chosen.profile());
    let (profile, _) = known.ok_or_else(|| knowledge.unknown(chosen.profile()))?;
    let release = look_at_release(place, profile).await;
    let cleanup = Cleanup::new(END_ALLOWED);
    let seen = look_through(knowledge, place, profile, tenant, &cleanup).await;
    // What does not end ends with the process.
    cleanup.run().await;
    let database = match seen.database {
        Observed::Failed { why } => Observed::Failed { why: with_hindrance(&why, &release, profile) },
        other => other,
    };
    let because = match &chosen {
        Chosen::Named { .. } => Vec::new(),
        Chosen::Recognised { because, .. } => because.clone(),
    };
    let release = match release {
        Ok(facts) => Observed::Seen(SeenRelease { profile: profile.name.clone(), because, facts }),
        Err(why) => Observed::Failed { why },
    };
    Ok(Seen { database, release, ..seen })
}

async fn choose(knowledge: &Knowledge, place: &ClusterPlace, named: Option<&str>) -> Result<Chosen, CannotLook> {
    if let Some(name) = named {
        return Ok(knowledge.named(name)?);
    }
    let profiles = knowledge.charts().map(|(profile, _)| profile);
    let recognised = names::recognise(&place.client, &place.namespace, profiles).await?;
    let names::RecognisedByNames { profile, matched, of } = recognised;
    let because = vec![format!("{matched} of its {of} names, which are in namespace {}", place.namespace)];
    Ok(Chosen::Recognised { profile: profile.name.clone(), because })
}

async fn look_at_release(place: &ClusterPlace, profile: &Profile) -> Result<ReleaseFacts, String> {
    let release = &profile.chart.release;
    let watch = ReleaseWatch::start(place.client.clone(), &place.namespace, release, profile).await;
    Ok(watch.map_err(|error| chain(&error))?.explained().await)
}

/// Looks at the database and the API at ports of this machine.
async fn look_through(
    knowledge: &Knowledge,
    place: &ClusterPlace,
    profile: &Profile,
    tenant: Option<&str>,
    cleanup: &Cleanup,
) -> Seen {
    let nothing = |why: String| Seen {
        database: Observed::Failed { why },
        owner_role: None,
        koku: Observed::NotLookedAt,
        release: Observed::NotLookedAt,
    };
    let doors = match Doors::open(&place.client, &place.namespace, profile, cleanup).await {
        Ok(doors) => doors,
        Err(error) => return nothing(chain(&error)),
    };
    match doors.database().url().await {
        Ok(database) => {
            let koku = doors.koku_url();
            let through = Place { database: &database, koku: Some(&koku) };
            look(knowledge, &through, Some(&profile.name), tenant).await
        }
        Err(error) => nothing(error.0),
    }
}

/// Why the database cannot be seen, with what the cluster says of its pods and claims. What else is wrong there, checks tell.
fn with_hindrance(why: &str, release: &Result<ReleaseFacts, String>, profile: &Profile) -> String {
    let causes = release.as_ref().map(|facts| hindrances(facts, &Grace::of(profile), Utc::now())).unwrap_or_default();
    let database = &profile.database.component.name;
    let cause = causes.iter().find(|cause| cause.of.contains(database) || cause.object.contains(database));
    cause.map_or_else(|| why.to_owned(), |cause| format!("{why}; in the cluster: {cause}"))
}
