//! The cluster target itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;

use super::context::Connection;
use super::door::Doors;
use super::error::AcquireError;
use super::installer::{ClusterInstaller, chart_of};
use super::ledger::{self, Ledger};
use super::namespace::{self, GOING_ALLOWED};
use super::options::Options;
use super::{images, kind};
use crate::catalog::Catalog;
use crate::cleanup::Cleanup;
use crate::clock::Clock;
use crate::driver::helm::{Helm, Release};
use crate::error::chain;
use crate::observer::cluster::ReleaseWatch;
use crate::profile::{Profile, TargetKind};
use crate::project::Project;
use crate::scenario::plan::{Plan, PlanTarget};
use crate::target::{Endpoints, Target, TargetError};

/// Charts are rendered for this version of Kubernetes before there is a cluster: to refuse one that does not render, and to know its images.
const ASSUMED_KUBERNETES: &str = "v1.34.0";

/// A cluster that may be used.
struct Found {
    connection: Connection,
    kubernetes: String,
    ledger: Ledger,
    summary: String,
}

/// The one cluster of a run. Each trial has a namespace of its own in it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ClusterTarget {
    connection: Connection,
    /// The version of its API server.
    kubernetes: String,
    helm: Helm,
    options: Options,
    /// What the cluster is, for people.
    summary: String,
    /// The number of the next namespace.
    next: Arc<AtomicUsize>,
    /// Whether anything is kept in it.
    keeps: Arc<AtomicBool>,
    #[expect(dead_code, reason = "the run lives as long as its ledger is open")]
    ledger: Arc<Ledger>,
}

impl ClusterTarget {
    /// Finds or makes the cluster. A chart that does not render, a context that is not there, is not marked or does not let us do what a run must
    /// do are refused before anything is touched. How to unmake what is made goes to `cleanup`, which lives as long as the run.
    pub async fn acquire<'a>(
        options: Options,
        plans: impl IntoIterator<Item = &'a Plan>,
        cleanup: &Cleanup,
    ) -> Result<Self, TargetError> {
        Self::try_acquire(options, plans, cleanup).await.map_err(|error| TargetError::of(&error))
    }

    async fn try_acquire<'a>(
        options: Options,
        plans: impl IntoIterator<Item = &'a Plan>,
        cleanup: &Cleanup,
    ) -> Result<Self, AcquireError> {
        let helm = Helm::find().await?;
        let fixtures = Project::find().fixtures();
        let mut profiles = BTreeMap::new();
        for plan in plans {
            profiles.insert(plan.profile.clone(), Profile::load(&fixtures, &plan.profile)?);
        }
        let keeps = Arc::new(AtomicBool::new(false));
        let found = if let Some(context) = &options.context {
            let connection = Connection::open(None, context).await?;
            let kubernetes = connection.version().await?;
            images::needed(&helm, &options, profiles.values(), &kubernetes).await?;
            existing(connection, kubernetes, &options, &keeps, cleanup).await?
        } else {
            let images = images::needed(&helm, &options, profiles.values(), ASSUMED_KUBERNETES).await?;
            made(&options, images, &keeps, cleanup).await?
        };
        let Found { connection, kubernetes, ledger, summary } = found;
        let summary = format!("{summary}, by Helm {}", helm.version());
        let (next, ledger) = (Arc::new(AtomicUsize::new(1)), Arc::new(ledger));
        Ok(Self { connection, kubernetes, helm, options, summary, next, keeps, ledger })
    }

    async fn try_ready(&self, profile: &Profile, cleanup: &Cleanup) -> Result<Endpoints, TargetError> {
        let release = Release {
            name: profile.chart.release.clone(),
            namespace: namespace::name(&self.options.run, self.next.fetch_add(1, Ordering::Relaxed)),
            access: self.connection.access().clone(),
        };
        let client = self.connection.client().map_err(|error| TargetError::of(&error))?;
        self.unmake_at_the_end(&release, cleanup);
        let made = namespace::make(&client, &release.namespace, &self.options.run).await;
        made.map_err(|error| TargetError::of(&error))?;

        let watch = ReleaseWatch::start(client.clone(), &release.namespace, &release.name, profile).await;
        let watch = Arc::new(watch.map_err(|error| TargetError::of(&error))?);
        let doors = Doors::open(&client, &release.namespace, profile, cleanup).await;
        let doors = doors.map_err(|error| TargetError::of(&error))?;
        let chart = chart_of(&self.options, profile, &Project::find().fixtures());
        let namespace = release.namespace.clone();
        let installer = ClusterInstaller {
            helm: self.helm.clone(),
            connection: self.connection.clone(),
            chart: chart.map_err(|error| TargetError::of(&error))?,
            options: self.options.clone(),
            release,
            kubernetes: self.kubernetes.clone(),
            profile: profile.clone(),
            watch: Arc::clone(&watch),
        };
        Ok(Endpoints {
            database: profile.database.name.clone(),
            owner_role: profile.database.owner.clone(),
            observer: doors.database(),
            koku: doors.koku(),
            sources: doors.sources(),
            upload: doors.upload(),
            clock: Clock::System,
            installer: Some(Arc::new(installer)),
            namespace: Some(namespace),
            release: Some(watch),
            administrator: Some(Arc::new(doors.administrator())),
        })
    }

    /// Takes the release and its namespace away, or keeps them where the trial failed and failed ones are to be kept.
    fn unmake_at_the_end(&self, release: &Release, cleanup: &Cleanup) {
        let (target, release, fate) = (self.clone(), release.clone(), cleanup.fate());
        cleanup.push_allowing(format!("namespace {}", release.namespace), GOING_ALLOWED, async move {
            if target.options.keep && fate.failed() {
                target.keeps.store(true, Ordering::Relaxed);
                fate.kept(format!("namespace {}: {}", release.namespace, target.look_at(&release)));
                return Ok(());
            }
            target.unmake(&release).await
        });
    }

    async fn unmake(&self, release: &Release) -> Result<(), String> {
        let client = self.connection.client().map_err(|error| chain(&error))?;
        // For what a chart makes outside of its namespace.
        let uninstalled = self.helm.remove(release).await.map_err(|error| chain(&error));
        let gone = namespace::unmake(&client, &release.namespace, self.options.run.as_str()).await;
        gone.map_err(|error| chain(&error))?;
        uninstalled
    }

    /// The command by which a person looks at what was kept.
    fn look_at(&self, release: &Release) -> String {
        let access = self.connection.access();
        let file = access.kubeconfig.as_ref().map(|file| format!("--kubeconfig {} ", file.display()));
        format!(
            "kubectl {}--context {} --namespace {} get all",
            file.unwrap_or_default(),
            access.context,
            release.namespace
        )
    }
}

/// An existing context that may be used.
async fn existing(
    connection: Connection,
    kubernetes: String,
    options: &Options,
    keeps: &Arc<AtomicBool>,
    cleanup: &Cleanup,
) -> Result<Found, AcquireError> {
    connection.require_mark(connection.namespace(), options.owned).await?;
    connection.require_rights().await?;
    let ledger = Ledger::open(options.state.as_deref(), &options.run)?;
    forget_at_the_end(&ledger, keeps, cleanup);
    ledger.works_in(connection.context())?;
    let summary = format!("context {} (Kubernetes {kubernetes})", connection.context());
    Ok(Found { connection, kubernetes, ledger, summary })
}

/// A cluster of kind for this run alone, with those of the images that this machine has.
async fn made(
    options: &Options,
    images: BTreeSet<String>,
    keeps: &Arc<AtomicBool>,
    cleanup: &Cleanup,
) -> Result<Found, AcquireError> {
    // Without kind or an engine there is nothing to unmake.
    kind::ours().await?;
    let ledger = Ledger::open(options.state.as_deref(), &options.run)?;
    forget_at_the_end(&ledger, keeps, cleanup);
    let (cluster, kubeconfig) = (kind::name(&options.run), ledger.kubeconfig());
    let line = kind::create(&cluster, options.node_image.as_deref(), &kubeconfig);
    {
        let (keeps, cluster, kubeconfig, fate) =
            (Arc::clone(keeps), cluster.clone(), kubeconfig.clone(), cleanup.fate());
        cleanup.push_allowing(format!("kind cluster {cluster}"), kind::DELETION_ALLOWED, async move {
            if keeps.load(Ordering::Relaxed) {
                fate.kept(format!("kind cluster {cluster}: kind delete cluster --name {cluster}"));
                return Ok(());
            }
            kind::delete(&cluster, &kubeconfig).await.map_err(|error| chain(&error))
        });
    }
    kind::created(&line).await?;
    let loaded = kind::load(&cluster, images).await?;
    let connection = Connection::open(Some(&kubeconfig), &kind::context(&cluster)).await?;
    let kubernetes = connection.version().await?;
    let loaded = if loaded.is_empty() { "no image of this machine".to_owned() } else { loaded.join(", ") };
    let summary = format!(
        "kind cluster {cluster} of this run (Kubernetes {kubernetes}), made by `{}`, with {loaded}",
        line.pasteable()
    );
    Ok(Found { connection, kubernetes, ledger, summary })
}

/// The first to be pushed, so that it comes last: when all has gone, nothing must be known of the run any more.
fn forget_at_the_end(ledger: &Ledger, keeps: &Arc<AtomicBool>, cleanup: &Cleanup) {
    let (folder, keeps) = (ledger.folder().to_owned(), Arc::clone(keeps));
    cleanup.push(format!("folder {}", folder.display()), async move {
        if keeps.load(Ordering::Relaxed) {
            return Ok(());
        }
        ledger::forget(&folder).map_err(|error| chain(&error))
    });
}

#[async_trait]
impl Target for ClusterTarget {
    fn kind(&self) -> PlanTarget {
        PlanTarget::own(TargetKind::Cluster)
    }

    fn summary(&self) -> String {
        self.summary.clone()
    }

    /// A namespace with nothing in it, what watches it, and doors to what will be in it.
    async fn ready(
        &self,
        _: &Plan,
        profile: &Profile,
        _: &Catalog,
        cleanup: &Cleanup,
    ) -> Result<Endpoints, TargetError> {
        self.try_ready(profile, cleanup).await
    }
}
