//! An existing cluster, named by its context in a kubeconfig.

use std::collections::BTreeSet;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kube::config::{KubeConfigOptions, Kubeconfig, KubeconfigError};
use kube::{Client, Config};

use crate::driver::helm::ClusterAccess;
use crate::error::chain;
use crate::yaml::nearest;

/// How long one question to the API server may take.
const ALLOWED: Duration = Duration::from_secs(10);
/// A connection is made sooner than that, or never.
const CONNECT_ALLOWED: Duration = Duration::from_secs(5);

/// A context does not serve. Nothing was touched.
#[derive(Debug, thiserror::Error)]
pub enum ContextError {
    /// There is no kubeconfig.
    #[error(
        "there is no kubeconfig (looked for {looked_for}); name one by KUBECONFIG, or give no context: then the run makes a cluster with kind"
    )]
    NoKubeconfig {
        /// Where it was looked for.
        looked_for: String,
    },
    /// It cannot be read.
    #[error("the kubeconfig cannot be used")]
    Unreadable(#[source] Box<KubeconfigError>),
    /// It has no such context.
    #[error("the kubeconfig has no context {context:?}{}; it has {}", nearest_of(.nearest.as_deref()), list(.known))]
    Unknown {
        /// What was asked for.
        context: String,
        /// The nearest that there is.
        nearest: Option<String>,
        /// All that there are.
        known: Vec<String>,
    },
    /// The API server cannot be reached, or refuses.
    #[error("the API server of context {context} ({server}) cannot be asked for {what}: {why}")]
    Refused {
        /// The context.
        context: String,
        /// The server's URL.
        server: String,
        /// What it was asked for.
        what: String,
        /// What it answered, or why it did not.
        why: String,
    },
    /// The API server does not answer.
    #[error("the API server of context {context} ({server}) did not answer within {} s when it was asked for {what}", .allowed.as_secs())]
    Silent {
        /// The context.
        context: String,
        /// The server's URL.
        server: String,
        /// What it was asked for.
        what: String,
        /// How long it had.
        allowed: Duration,
    },
    /// Nobody has called it a test system.
    #[error(
        "nothing was touched: context {context} is not marked as a test system; mark its namespace {namespace} \
         (kubectl --context {context} label namespace {namespace} {}=true), or give --i-own-this-system",
        super::namespace::TEST_SYSTEM_LABEL
    )]
    Unmarked {
        /// The context.
        context: String,
        /// The namespace whose label would mark it.
        namespace: String,
    },
    /// What the run must do there is not allowed.
    #[error("nothing was touched: in context {context} we have no right to {}", .missing.join(", "))]
    MissingRights {
        /// The context.
        context: String,
        /// Each verb with what it is about.
        missing: Vec<String>,
    },
}

fn nearest_of(nearest: Option<&str>) -> String {
    nearest.map(|nearest| format!(" (did you mean {nearest:?}?)")).unwrap_or_default()
}

fn list(known: &[String]) -> String {
    if known.is_empty() { "none".to_owned() } else { known.join(", ") }
}

/// A context that is there; nothing has been asked of its cluster yet. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Connection {
    access: ClusterAccess,
    config: Config,
}

impl Connection {
    /// The context of this name, in this kubeconfig or else in the one that kubectl would take.
    pub async fn open(kubeconfig: Option<&Path>, context: &str) -> Result<Self, ContextError> {
        // An error only says that a provider was chosen before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let read = read(kubeconfig)?;
        let known: Vec<String> = read.contexts.iter().map(|named| named.name.clone()).collect();
        if !known.iter().any(|name| name == context) {
            let names: Vec<&str> = known.iter().map(String::as_str).collect();
            let nearest = nearest(context, &names).map(str::to_owned);
            return Err(ContextError::Unknown { context: context.to_owned(), nearest, known });
        }
        let chosen = KubeConfigOptions { context: Some(context.to_owned()), ..KubeConfigOptions::default() };
        let mut config = Config::from_custom_kubeconfig(read, &chosen).await.map_err(unreadable)?;
        config.connect_timeout = Some(CONNECT_ALLOWED);
        let access = ClusterAccess { kubeconfig: kubeconfig.map(Path::to_owned), context: context.to_owned() };
        Ok(Self { access, config })
    }

    /// The context's name.
    #[must_use]
    pub fn context(&self) -> &str {
        &self.access.context
    }

    /// How Helm and kubectl are told of it.
    #[must_use]
    pub const fn access(&self) -> &ClusterAccess {
        &self.access
    }

    /// The namespace that the context names, or `default`.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.config.default_namespace
    }

    /// A client of its own, which lives on the runtime that it is made on.
    pub fn client(&self) -> Result<Client, ContextError> {
        Client::try_from(self.config.clone()).map_err(|error| self.refused("a connection", chain(&error)))
    }

    /// The server's version: proof that it answers and lets us in.
    pub async fn version(&self) -> Result<String, ContextError> {
        let client = self.client()?;
        let version = self.asked("its version", client.apiserver_version()).await?;
        Ok(version.git_version)
    }

    /// The API groups that the server knows.
    pub(super) async fn api_groups(&self) -> Result<BTreeSet<String>, ContextError> {
        let client = self.client()?;
        let groups = self.asked("its API groups", client.list_api_groups()).await?;
        Ok(groups.groups.into_iter().map(|group| group.name).collect())
    }

    /// Asks the API server, within the time that one question may take.
    pub(super) async fn asked<T>(
        &self,
        what: &str,
        question: impl Future<Output = Result<T, kube::Error>>,
    ) -> Result<T, ContextError> {
        match tokio::time::timeout(ALLOWED, question).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(self.refused(what, told(&error))),
            Err(_) => Err(ContextError::Silent {
                context: self.context().to_owned(),
                server: self.server(),
                what: what.to_owned(),
                allowed: ALLOWED,
            }),
        }
    }

    fn refused(&self, what: &str, why: String) -> ContextError {
        let (context, server, what) = (self.context().to_owned(), self.server(), what.to_owned());
        ContextError::Refused { context, server, what, why }
    }

    fn server(&self) -> String {
        self.config.cluster_url.to_string().trim_end_matches('/').to_owned()
    }
}

/// What the API server said, in its own words, or why it said nothing.
pub(super) fn told(error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) => status.message.clone(),
        error => chain(error),
    }
}

fn read(given: Option<&Path>) -> Result<Kubeconfig, ContextError> {
    let places = given.map_or_else(usual_places, |path| vec![path.to_owned()]);
    if !places.iter().any(|place| place.is_file()) {
        let looked_for = places.iter().map(|place| place.display().to_string()).collect::<Vec<_>>().join(", ");
        return Err(ContextError::NoKubeconfig { looked_for });
    }
    match given {
        Some(path) => Kubeconfig::read_from(path).map_err(unreadable),
        None => Kubeconfig::read().map_err(unreadable),
    }
}

/// Where kubectl looks.
fn usual_places() -> Vec<PathBuf> {
    match std::env::var_os("KUBECONFIG").filter(|value| !value.is_empty()) {
        Some(value) => std::env::split_paths(&value).collect(),
        None => vec![std::env::home_dir().unwrap_or_default().join(".kube/config")],
    }
}

fn unreadable(error: KubeconfigError) -> ContextError {
    ContextError::Unreadable(Box::new(error))
}
