//! Removes what was left behind: by crashed machines, and by runs that kept a failed scenario's database.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::dismantle::{self, DismantleError, Removed};
use super::options::Options;
use super::postgres::container;
use super::state::{self, State};
use super::{lease, reaper};
use crate::error::chain;

/// What a sweep did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Swept {
    /// What was removed.
    pub removed: Vec<Removed>,
    /// State folders that a running process uses; they go with their last lease.
    pub in_use: Vec<PathBuf>,
    /// What could not be removed, and why.
    pub failed: Vec<String>,
}

/// Removes everything of ours that no running process uses: servers, containers, databases and roles on the given server,
/// folders.
pub async fn sweep(options: &Options) -> Swept {
    let mut swept = Swept::default();
    match state::all(&state::base(options.state.as_deref())) {
        Ok(states) => {
            for state in states {
                one(&state, &mut swept).await;
            }
        }
        Err(error) => swept.failed.push(chain(&error)),
    }
    // Without an engine there are no containers to look for.
    if let Ok(orphans) = container::remove_orphans().await {
        swept.removed.extend(orphans.into_iter().map(Removed::Container));
    }
    if let Some(url) = &options.database_url {
        let state = State::of(options);
        if !swept.in_use.iter().any(|folder| folder == state.folder()) {
            note(dismantle::on_given_server(&state, url).await, &mut swept);
        }
    }
    swept
}

/// Removes what crashed machines left in other state folders than this one; what runs, is being reaped or is kept stays.
/// A leftover that resists is no reason not to start a server: `sweep` names it.
pub(super) async fn abandoned(options: &Options, but: &State) {
    let states = state::all(&state::base(options.state.as_deref())).unwrap_or_default();
    for state in states.iter().filter(|state| *state != but && !state.keep().exists()) {
        if reaper::lives(state).is_ok_and(|lives| !lives) {
            let mut swept = Swept::default();
            one(state, &mut swept).await;
            tracing::debug!(?swept, "looked for leftovers");
        }
    }
}

async fn one(state: &State, swept: &mut Swept) {
    let locked = state.try_start_lock().and_then(|lock| match lock {
        Some(lock) => Ok(lease::none(state)?.map(|none| (lock, none))),
        None => Ok(None),
    });
    match locked {
        Ok(Some((lock, none))) => note(dismantle::whole(state, lock, none).await, swept),
        Ok(None) => swept.in_use.push(state.folder().to_owned()),
        Err(error) => swept.failed.push(chain(&error)),
    }
}

fn note(outcome: Result<Vec<Removed>, DismantleError>, swept: &mut Swept) {
    match outcome {
        Ok(removed) => swept.removed.extend(removed),
        Err(error) => swept.failed.push(chain(&error)),
    }
}
