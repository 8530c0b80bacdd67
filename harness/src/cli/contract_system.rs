//! A system that runs already, for `contract`.

use std::time::Duration;

use chrono::Utc;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use url::Url;
use uuid::Uuid;

use super::failure::Failure;
use crate::contract::{Dialect, Rewriting, Suite, System};
use crate::secret::SecretUrl;

/// How long one request of another system, and what an upload does, may take. The first source of a database takes a minute.
const ALLOWED: Duration = Duration::from_mins(2);
/// The set-up of a platform's process that is as usual.
const USUAL: &str = "BYPASS_RBAC=true";

/// A system that runs already.
#[derive(Debug, clap::Args)]
pub(super) struct OwnSystem {
    /// Replay against the Koku at this URL, instead of a fresh fake
    #[arg(long, value_name = "URL", requires = "i_own_this_system")]
    koku_url: Option<Url>,
    /// The platform's Sources API of that system, where it has one
    #[arg(long, value_name = "URL", requires = "i_own_this_system")]
    sources_url: Option<Url>,
    /// The ingress of that system
    #[arg(long, value_name = "URL", requires = "i_own_this_system")]
    upload_url: Option<Url>,
    /// Koku's database of that system; its watched tables are read
    #[arg(long, env = "E2E_CONTRACT_DATABASE_URL", hide_env_values = true, value_name = "URL", value_parser = SecretUrl::parse)]
    database_url: Option<SecretUrl>,
    /// The same as a role that may put half-provisioned states there; without it those cases are not run
    #[arg(long, env = "E2E_CONTRACT_ADMINISTRATOR_URL", hide_env_values = true, value_name = "URL", value_parser = SecretUrl::parse)]
    administrator_url: Option<SecretUrl>,
    /// Nothing was in its database before: cases that hold only there are run too, and no name is rewritten
    #[arg(long)]
    fresh: bool,
    /// The system is yours: what the cases make stays in it
    #[arg(long)]
    i_own_this_system: bool,
}

/// A system that was given, and what of it can be reached.
pub(super) struct Given {
    pub(super) rewriting: Rewriting,
    koku: Option<Url>,
    sources: Option<Url>,
    upload: Option<Url>,
    watcher: Option<PgPool>,
    administrator: Option<PgPool>,
    fresh: bool,
}

/// The system that the arguments name, if they name one.
pub(super) fn own_system(arguments: &OwnSystem) -> Result<Option<Given>, Failure> {
    if arguments.koku_url.is_none() && arguments.sources_url.is_none() {
        return match &arguments.upload_url {
            Some(_) => Err(Failure::usage("--upload-url needs --koku-url: what an upload does is seen there")),
            None => Ok(None),
        };
    }
    let chance = u32::from_le_bytes(Uuid::new_v4().into_bytes()[..4].try_into().unwrap_or_default());
    Ok(Some(Given {
        rewriting: if arguments.fresh { Rewriting::none() } else { Rewriting::by(chance) },
        koku: arguments.koku_url.clone(),
        sources: arguments.sources_url.clone(),
        upload: arguments.upload_url.clone(),
        watcher: arguments.database_url.as_ref().map(|url| sessions(url, true)).transpose()?,
        administrator: arguments.administrator_url.as_ref().map(|url| sessions(url, false)).transpose()?,
        fresh: arguments.fresh,
    }))
}

impl Given {
    /// The system as a suite sees it; nothing where the suite is of a dialect that the system was not given for.
    pub(super) fn for_suite(&self, suite: &Suite) -> Option<System> {
        let (name, url) = match suite.dialect {
            Dialect::Koku => ("", self.koku.clone()?),
            Dialect::Platform => (USUAL, self.sources.clone()?),
        };
        Some(System {
            processes: [(name.to_owned(), url)].into(),
            upload: self.upload.clone(),
            watcher: self.watcher.clone(),
            administrator: self.administrator.clone(),
            topics: None,
            application: None,
            fresh: self.fresh,
            is_fake: false,
            rewriting: self.rewriting.clone(),
            today: Utc::now().date_naive(),
            allowed: ALLOWED,
        })
    }
}

/// Sessions whose moments are written in UTC, and that can only read where they are to.
fn sessions(url: &SecretUrl, only_read: bool) -> Result<PgPool, Failure> {
    let options: PgConnectOptions = url.reveal().parse().map_err(|error: sqlx::Error| Failure::usage(error))?;
    let options = options.options([("timezone", "UTC")]);
    let options = if only_read { options.options([("default_transaction_read_only", "on")]) } else { options };
    Ok(PgPoolOptions::new().max_connections(2).connect_lazy_with(options))
}
