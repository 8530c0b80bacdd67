//! Providers of a healthy system, made as a person makes them: through the Sources API of a running fake.

use std::collections::BTreeMap;
use std::time::Duration;

use fake_koku::clock::Clock;
use fake_koku::koku::Settings;
use fake_koku::server::Server;
use futures::future::join_all;
use harness::check::{Observed, ProviderExpectation, Scope};
use harness::driver::sources::{CreatedSource, NewSource, ProviderKind, Sources, SourcesError};
use harness::fact::sources::SourceFacts;
use harness::fault::SourcesStrike;
use harness::http::HttpEndpoint;
use harness::identity::Identity;
use harness::observer::database::DatabaseObserver;
use harness::observer::sources::{misreported, observe_source, refused};
use harness::profile::ProviderType;
use harness::secret::SecretUrl;
use harness::target::local::DatabaseUrls;
use harness::wait::{Progress, Wait};
use sqlx::{PgPool, Row};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::healthy::{BROKEN, BYSTANDER, pool};
use crate::world::World;

/// What the Sources API said, by provider.
pub(crate) type Told = BTreeMap<Scope, Observed<SourceFacts>>;

/// How long a reply is held back.
const HELD_BACK: Duration = Duration::from_millis(60);
/// A budget that is over by then.
pub(crate) const TOO_SHORT: Duration = Duration::from_millis(30);

/// A provider that was made.
pub(crate) struct Made {
    pub(crate) scope: Scope,
    identity: Identity,
    created: CreatedSource,
}

/// A running fake on one database.
pub(crate) struct Live {
    world: World,
    server: Server,
    pool: PgPool,
    observer: SecretUrl,
    base: Url,
    sources: HttpEndpoint,
}

/// What is wanted of a world: an account of Amazon too, where its Sources API takes one.
fn wanted(world: &World) -> Vec<(&'static str, &'static str, ProviderKind)> {
    let account = ProviderKind::Aws { role_arn: "arn:aws:iam::1:role/cost".into(), bucket: "cost-reports".into() };
    let mut wanted = vec![(BROKEN, "cluster-a", cluster("cluster-id-a"))];
    wanted.extend(world.dialect().accepts(ProviderType::Aws).then_some((BROKEN, "account-a", account)));
    wanted.push((BYSTANDER, "cluster-b", cluster("cluster-id-b")));
    wanted
}

fn cluster(id: &str) -> ProviderKind {
    ProviderKind::Ocp { cluster_id: id.to_owned() }
}

/// What is expected of them.
pub(crate) fn expected(world: &World) -> Vec<ProviderExpectation> {
    let expectation = |(schema, name, kind): (&str, &str, ProviderKind)| {
        let entry = |key: &str, value: String| BTreeMap::from([(key.to_owned(), value)]);
        let (provider_type, credentials, billing) = match kind {
            ProviderKind::Ocp { cluster_id } => ("OCP", entry("cluster_id", cluster_id), BTreeMap::new()),
            ProviderKind::Aws { role_arn, bucket } => ("AWS", entry("role_arn", role_arn), entry("bucket", bucket)),
        };
        ProviderExpectation {
            schema: schema.to_owned(),
            name: name.to_owned(),
            provider_type: provider_type.to_owned(),
            credentials,
            application_type: "/insights/platform/cost-management".to_owned(),
            application_extra: billing.clone(),
            billing,
            source_uuid: None,
            dialect: world.dialect(),
            reply_within: world.profile.budgets.source,
        }
    };
    wanted(world).into_iter().map(expectation).collect()
}

impl Live {
    pub(crate) async fn start(world: &World, urls: &DatabaseUrls) -> Self {
        let pool = pool(&urls.owner).await;
        let server = world.serve(pool.clone(), Clock::System, Settings::default()).await;
        let base: Url = server.sources_url().parse().expect("a URL");
        let sources = HttpEndpoint::new("Sources API", base.clone(), Duration::from_mins(1));
        Self { world: world.clone(), server, pool, observer: urls.observer.clone(), base, sources }
    }

    /// Makes them all and waits until Koku has them.
    pub(crate) async fn make_providers(&self) -> Vec<Made> {
        let mut made = Vec::new();
        for (schema, name, kind) in wanted(&self.world) {
            let identity = self.world.identity(schema);
            let source = NewSource { name: name.to_owned(), kind };
            let sources = Sources::new(self.world.dialect(), &self.sources, &identity);
            let created = sources.create(&source, |_| {}).await.expect("a source");
            let scope = Scope::Provider { schema: schema.to_owned(), name: name.to_owned() };
            made.push(Made { scope, identity, created });
        }
        let observer = DatabaseObserver::connect(&self.observer).await.expect("a session");
        let count = async || {
            let rows =
                observer.read("api_provider", "SELECT count(*) FROM public.api_provider").await.expect("a count");
            match usize::try_from(rows[0].get::<i64, _>(0)).expect("fits") {
                count if count == made.len() => Progress::Done(()),
                count => Progress::<(), String>::NotYet(format!("{count} of {} providers", made.len())),
            }
        };
        let wait = Wait::new("the providers", Duration::from_secs(30));
        wait.until(count).await.expect("Koku makes the providers");
        observer.close().await;
        made
    }

    /// What the Sources API says of them.
    pub(crate) async fn observe(&self, made: &[Made]) -> Told {
        let mut told = Told::new();
        for one in made {
            told.insert(one.scope.clone(), Observed::Seen(self.look(&one.identity, &one.created).await));
        }
        told
    }

    async fn look(&self, identity: &Identity, created: &CreatedSource) -> SourceFacts {
        let facts = observe_source(self.world.dialect(), &self.sources, identity, created).await;
        facts.expect("the source is there")
    }

    /// Does one thing wrong at the Sources API, and says what it says then; `healthy` is what it said before.
    pub(crate) async fn strike(&self, strike: SourcesStrike, made: &Made, healthy: &Told) -> SourceFacts {
        match strike {
            SourcesStrike::Nameless => {
                let source = NewSource { name: String::new(), kind: cluster("of-no-name") };
                let api = Sources::new(self.world.dialect(), &self.sources, &made.identity);
                let error = api.create(&source, |_| {}).await.expect_err("no name");
                let SourcesError::NotMade(error) = error else { panic!("{error:?}") };
                refused(error).expect("an answer")
            }
            SourcesStrike::ForgetApplication => {
                let application = made.created.application_id.as_deref().expect("an application");
                let path = format!("/api/sources/v3.1/applications/{application}");
                let delete = self.sources.send(reqwest::Method::DELETE, &path, &made.identity, |request| request).await;
                delete.expect("an answer").expect(&[202, 204]).expect("deleted");
                self.look(&made.identity, &made.created).await
            }
            SourcesStrike::AtOnce => self.two_new_orgs_at_once().await,
            SourcesStrike::HoldBack => {
                let endpoint = HttpEndpoint::new("Sources API", held_back(&self.base).await, Duration::from_secs(10));
                let api = Sources::new(self.world.dialect(), &endpoint, &made.identity);
                let source = NewSource { name: "held-back".to_owned(), kind: cluster("held-back") };
                let created = api.create(&source, |_| {}).await.expect("a source");
                // Koku may not have this one's provider yet, so that only its reply is looked at.
                let Observed::Seen(facts) = &healthy[&made.scope] else { panic!("it was looked at") };
                SourceFacts { request: created.request, elapsed_ms: Some(created.elapsed_ms), ..facts.clone() }
            }
        }
    }

    /// What is said to the one that gets nothing.
    async fn two_new_orgs_at_once(&self) -> SourceFacts {
        let identities = ["4711", "4712"].map(|org_id| Identity {
            org_id: org_id.to_owned(),
            account_number: org_id.to_owned(),
            user_name: format!("user-{org_id}"),
        });
        let asked = identities.each_ref().map(async |identity| {
            let source = NewSource { name: identity.user_name.clone(), kind: cluster(&identity.org_id) };
            Sources::new(self.world.dialect(), &self.sources, identity).create_at_once(&source, |_| {}).await
        });
        let (mut made, mut lost) = (0, None);
        for answer in join_all(asked).await {
            match answer {
                Ok(_) => made += 1,
                Err(SourcesError::Misreported(error)) => lost = Some(misreported(error).expect("an answer")),
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(made, 1);
        lost.expect("one of two gets nothing")
    }

    pub(crate) async fn stop(self) {
        self.server.stop().await;
        self.pool.close().await;
    }
}

/// Stands in front of a service and holds the first bytes of each reply back for [`HELD_BACK`].
async fn held_back(behind: &Url) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let front = format!("http://{}/", listener.local_addr().expect("an address")).parse().expect("a URL");
    let address = format!("{}:{}", behind.host_str().expect("a host"), behind.port().expect("a port"));
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut service = TcpStream::connect(&address).await.expect("the service");
            tokio::spawn(async move {
                let mut buffer = vec![0; 16 * 1024];
                while let Ok(read @ 1..) = client.read(&mut buffer).await {
                    service.write_all(&buffer[..read]).await.expect("passed on");
                    let read = service.read(&mut buffer).await.expect("a reply");
                    tokio::time::sleep(HELD_BACK).await;
                    client.write_all(&buffer[..read]).await.expect("passed back");
                }
            });
        }
    });
    front
}
