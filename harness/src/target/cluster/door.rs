//! The ways into a release: its database and its services, each at a port of this machine.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, PersistentVolumeClaimSpec, VolumeResourceRequirements};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use kube::api::{ObjectMeta, PostParams};
use kube::{Api, Client};
use url::Url;

use super::administrator::ClusterAdministrator;
use super::credentials::{self, Role};
use super::forward::{Forward, ForwardError, ServicePort};
use crate::cleanup::Cleanup;
use crate::http::HttpEndpoint;
use crate::profile::{ClusterSettings, Profile, Service};
use crate::secret::SecretUrl;
use crate::target::{ActError, AsksForDatabase, DatabaseDoor};

/// The port of a PostgreSQL service.
const POSTGRES: u16 = 5432;

/// The ways into a release, which need not be installed yet.
#[derive(Clone)]
pub struct Doors {
    database: Database,
    koku: Forward,
    sources: Forward,
    upload: Forward,
    allowed: Duration,
}

impl Doors {
    /// Opens a port of this machine for the database and for each service of a profile, until `cleanup` ends them. Nothing of them need be
    /// there yet.
    pub async fn open(
        client: &Client,
        namespace: &str,
        profile: &Profile,
        cleanup: &Cleanup,
    ) -> Result<Self, ForwardError> {
        let open = async |service: &str, port: u16| {
            let to = ServicePort { namespace: namespace.to_owned(), service: service.to_owned(), port };
            Forward::open(client, to, cleanup).await
        };
        let database = open(&profile.database.component.name, POSTGRES).await?;
        let at = async |service: &Service| open(&service.service, service.port).await;
        let koku = at(&profile.koku).await?;
        let sources = if profile.sources == profile.koku { koku.clone() } else { at(&profile.sources).await? };
        Ok(Self {
            database: Database {
                client: client.clone(),
                namespace: namespace.to_owned(),
                settings: profile.cluster.clone(),
                name: profile.database.name.clone(),
                owner: profile.database.owner.clone(),
                forward: database,
            },
            koku,
            sources,
            upload: at(&profile.upload).await?,
            allowed: profile.budgets.request,
        })
    }

    /// Koku's API.
    #[must_use]
    pub fn koku(&self) -> HttpEndpoint {
        HttpEndpoint::new("Koku API", self.koku_url(), self.allowed)
    }

    /// The Sources API.
    #[must_use]
    pub fn sources(&self) -> HttpEndpoint {
        HttpEndpoint::new("Sources API", self.sources_url(), self.allowed)
    }

    /// Where cost reports are uploaded.
    #[must_use]
    pub fn upload(&self) -> HttpEndpoint {
        HttpEndpoint::new("ingress", self.upload_url(), self.allowed)
    }

    /// Where Koku's API is reached.
    #[must_use]
    pub fn koku_url(&self) -> Url {
        http(self.koku.address())
    }

    /// Where the Sources API is reached.
    #[must_use]
    pub fn sources_url(&self) -> Url {
        http(self.sources.address())
    }

    /// Where the ingress is reached.
    #[must_use]
    pub fn upload_url(&self) -> Url {
        http(self.upload.address())
    }

    /// Koku's database, as the role that can only read, or as its owner where the chart has no such role.
    #[must_use]
    pub fn database(&self) -> DatabaseDoor {
        DatabaseDoor::Asked(Arc::new(self.database.clone()))
    }

    /// The database's own door, for whoever needs another role.
    pub(super) fn any_database(&self) -> &Database {
        &self.database
    }

    /// Makes a claim of storage, as an earlier installation leaves one behind. It goes with the namespace.
    pub(super) async fn leave_claim(&self, name: &str) -> Result<(), kube::Error> {
        let Database { client, namespace, .. } = &self.database;
        let requests = BTreeMap::from([("storage".to_owned(), Quantity("1Mi".to_owned()))]);
        let claim = PersistentVolumeClaim {
            metadata: ObjectMeta { name: Some(name.to_owned()), ..ObjectMeta::default() },
            spec: Some(PersistentVolumeClaimSpec {
                access_modes: Some(vec!["ReadWriteOnce".to_owned()]),
                resources: Some(VolumeResourceRequirements { requests: Some(requests), ..Default::default() }),
                ..PersistentVolumeClaimSpec::default()
            }),
            ..PersistentVolumeClaim::default()
        };
        let claims: Api<PersistentVolumeClaim> = Api::namespaced(client.clone(), namespace);
        claims.create(&PostParams::default(), &claim).await.map(drop)
    }

    /// Who may put defects into it.
    #[must_use]
    pub fn administrator(&self) -> ClusterAdministrator {
        ClusterAdministrator::new(self.clone())
    }
}

fn http(address: SocketAddr) -> Url {
    Url::parse(&format!("http://{address}")).expect("an address makes a URL")
}

/// Koku's database behind its service.
#[derive(Clone)]
pub(super) struct Database {
    client: Client,
    namespace: String,
    settings: ClusterSettings,
    /// The database's name.
    pub(super) name: String,
    /// The role that owns it.
    pub(super) owner: String,
    forward: Forward,
}

impl Database {
    /// Its address as this role. Where no pod serves it, the error says why: a session would only be closed.
    pub(super) async fn url(&self, role: Role) -> Result<SecretUrl, ActError> {
        self.forward.pod().await.map_err(|error| ActError::of(&error))?;
        let credential = credentials::read(&self.client, &self.namespace, &self.settings, role).await;
        let credential = credential.map_err(|error| ActError::of(&error))?;
        Ok(credential.url(self.forward.address(), &self.name))
    }
}

#[async_trait]
impl AsksForDatabase for Database {
    async fn observer(&self) -> Result<SecretUrl, ActError> {
        self.url(Role::Observer).await
    }
}
