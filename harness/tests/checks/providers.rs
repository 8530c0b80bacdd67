//! Providers of a healthy system, made as a person makes them: through the Sources API of a running fake.

use std::collections::BTreeMap;
use std::time::Duration;

use fake_koku::clock::Clock;
use fake_koku::koku::Settings;
use fake_koku::server::Server;
use fake_koku::trouble::{RuleId, Troubles};
use futures::future::join_all;
use harness::check::{Observed, ProviderExpectation, Scope};
use harness::driver::sources::{CreatedSource, NewSource, ProviderKind, Sources, SourcesError};
use harness::fact::sources::SourceFacts;
use harness::fault::{Fault, SourcesStrike};
use harness::http::HttpEndpoint;
use harness::identity::Identity;
use harness::observer::database::DatabaseObserver;
use harness::observer::sources::{misreported, observe_asked, observe_source, refused};
use harness::profile::{Budgets, ProviderType};
use harness::secret::SecretUrl;
use harness::target::local::{DatabaseUrls, make_trouble};
use harness::wait::{Progress, Wait};
use sqlx::{PgPool, Row};
use url::Url;

use crate::healthy::{BROKEN, BYSTANDER, pool};
use crate::world::World;

/// What the Sources API said, by provider.
pub(crate) type Told = BTreeMap<Scope, Observed<SourceFacts>>;

/// A budget of replies that makes sources slow at once.
const TOO_SHORT: Duration = Duration::from_millis(30);

/// A budget of requests that a healthy one keeps, and that a fault may well use up.
const SHORT_REQUEST: Duration = Duration::from_secs(1);
/// A budget of requests that no machine misses, and that is not waited for.
const LONG_REQUEST: Duration = Duration::from_secs(20);
/// How long is waited for what never comes.
const NEVER: Duration = Duration::from_millis(500);

/// A provider that was made.
pub(crate) struct Made {
    pub(crate) scope: Scope,
    identity: Identity,
    created: CreatedSource,
}

/// A running fake on one database.
pub(crate) struct Live {
    pub(crate) world: World,
    pub(crate) server: Server,
    troubles: Troubles,
    pool: PgPool,
    pub(crate) observer: SecretUrl,
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
    wanted(world).into_iter().map(|(schema, name, kind)| expectation(world, schema, name, kind)).collect()
}

fn expectation(world: &World, schema: &str, name: &str, kind: ProviderKind) -> ProviderExpectation {
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
}

impl Live {
    pub(crate) async fn start(world: &World, urls: &DatabaseUrls) -> Self {
        let pool = pool(&urls.owner).await;
        let settings = Settings::default();
        let troubles = settings.troubles.clone();
        let server = world.serve(pool.clone(), Clock::System, settings).await;
        let base: Url = server.sources_url().parse().expect("a URL");
        let sources = HttpEndpoint::new("Sources API", base.clone(), Duration::from_mins(1));
        Self { world: world.clone(), server, troubles, pool, observer: urls.observer.clone(), base, sources }
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
    pub(crate) async fn strike(&self, strike: SourcesStrike, made: &Made) -> SourceFacts {
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

    /// Makes one more provider while services do wrong what this fault has them do: what was seen, and what is expected of it.
    pub(crate) async fn make_in_trouble(&self, fault: &Fault) -> (Observed<SourceFacts>, ProviderExpectation) {
        let usual = self.world.profile.budgets.clone();
        // Only what is to be late meets budgets that a busy machine may miss.
        let budgets = match fault.name {
            "slow-source" => Budgets { source: TOO_SHORT, ..usual },
            "sources-too-late" => Budgets { request: SHORT_REQUEST, ..usual },
            _ => Budgets { request: LONG_REQUEST, ..usual },
        };
        let rules = self.make_trouble(fault, &budgets);
        let (identity, kind) = (self.world.identity(BROKEN), cluster(fault.name));
        let endpoint = HttpEndpoint::new("Sources API", self.base.clone(), budgets.request);
        let source = NewSource { name: fault.name.to_owned(), kind: kind.clone() };
        let asked = Sources::new(self.world.dialect(), &endpoint, &identity).create(&source, |_| {}).await;
        if asked.is_ok() {
            self.wait_for_provider(fault).await;
        }
        self.end_trouble(fault, rules);
        let seen = Observed::of(observe_asked(self.world.dialect(), &endpoint, &identity, asked).await);
        let expected = expectation(&self.world, BROKEN, fault.name, kind);
        (seen, ProviderExpectation { reply_within: budgets.source, ..expected })
    }

    /// Has services do wrong what this fault has them do.
    pub(crate) fn make_trouble(&self, fault: &Fault, budgets: &Budgets) -> Vec<RuleId> {
        let troubles = fault.troubles(budgets).expect("a fault of answers");
        troubles.iter().map(|trouble| make_trouble(&self.troubles, trouble)).collect()
    }

    /// Ends that, after it struck.
    pub(crate) fn end_trouble(&self, fault: &Fault, rules: Vec<RuleId>) {
        for rule in rules {
            assert!(self.troubles.take_out(rule) > Some(0), "{} struck nothing", fault.name);
        }
    }

    /// Waits until Koku has the fault's provider; where it must never come, as long as it would take to come.
    async fn wait_for_provider(&self, fault: &Fault) {
        let never = fault.findings.contains(&"provider-missing");
        let allowed = if never { NEVER } else { Duration::from_secs(30) };
        let observer = DatabaseObserver::connect(&self.observer).await.expect("a session");
        let names = async || match observer.provider_names(BROKEN).await.expect("names") {
            names if names.contains(fault.name) => Progress::Done(()),
            _ => Progress::<(), String>::NotYet("not there".to_owned()),
        };
        let waited = Wait::new("the provider", allowed).until(names).await;
        assert_eq!(waited.is_err(), never, "{}: {waited:?}", fault.name);
        observer.close().await;
    }

    pub(crate) async fn stop(self) {
        self.server.stop().await;
        self.pool.close().await;
    }
}
