//! Providers of a healthy system, made as a person makes them: through the Sources API of a running fake.

use std::collections::BTreeMap;
use std::time::Duration;

use fake_koku::koku::{Koku, Settings};
use fake_koku::server::{Server, ServerOptions};
use harness::check::{Observed, ProviderExpectation, Scope};
use harness::driver::sources::{CreatedSource, NewSource, PlatformSources, ProviderKind, SourcesError};
use harness::fact::sources::SourceFacts;
use harness::fault::SourcesStrike;
use harness::http::HttpEndpoint;
use harness::identity::Identity;
use harness::observer::database::DatabaseObserver;
use harness::observer::sources::{observe_source, refused};
use harness::secret::SecretUrl;
use harness::target::local::DatabaseUrls;
use harness::wait::{Progress, Wait};
use sqlx::{PgPool, Row};

use crate::healthy::{BROKEN, BYSTANDER, pool};

/// What the Sources API said, by provider.
pub(crate) type Sources = BTreeMap<Scope, Observed<SourceFacts>>;

/// A provider that was made.
pub(crate) struct Made {
    pub(crate) scope: Scope,
    identity: Identity,
    created: CreatedSource,
}

/// A running fake on one database.
pub(crate) struct Live {
    server: Server,
    pool: PgPool,
    observer: SecretUrl,
    sources: HttpEndpoint,
}

fn wanted() -> Vec<(&'static str, &'static str, ProviderKind)> {
    let cluster = |id: &str| ProviderKind::Ocp { cluster_id: id.to_owned() };
    let account = ProviderKind::Aws { role_arn: "arn:aws:iam::1:role/cost".into(), bucket: "cost-reports".into() };
    vec![
        (BROKEN, "cluster-a", cluster("cluster-id-a")),
        (BROKEN, "account-a", account),
        (BYSTANDER, "cluster-b", cluster("cluster-id-b")),
    ]
}

/// What is expected of them.
pub(crate) fn expected() -> Vec<ProviderExpectation> {
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
        }
    };
    wanted().into_iter().map(expectation).collect()
}

pub(crate) fn identity(org_id: &str) -> Identity {
    let account_number = if org_id == BROKEN { "10001" } else { "10002" };
    Identity {
        org_id: org_id.to_owned(),
        account_number: account_number.to_owned(),
        user_name: format!("user-{org_id}"),
    }
}

impl Live {
    pub(crate) async fn start(urls: &DatabaseUrls) -> Self {
        let pool = pool(&urls.owner).await;
        let koku = Koku { pool: pool.clone(), settings: Settings::default() };
        let server = Server::start(koku, ServerOptions::default()).await.expect("the fake is served");
        let base = server.sources_url().parse().expect("a URL");
        let sources = HttpEndpoint::new("Sources API", base, Duration::from_secs(10));
        Self { server, pool, observer: urls.observer.clone(), sources }
    }

    /// Makes them all and waits until Koku has them.
    pub(crate) async fn make_providers(&self) -> Vec<Made> {
        let mut made = Vec::new();
        for (org_id, name, kind) in wanted() {
            let identity = identity(org_id);
            let source = NewSource { name: name.to_owned(), kind };
            let created =
                PlatformSources::new(&self.sources, &identity).create(&source, |_| {}).await.expect("a source");
            let scope = Scope::Provider { schema: org_id.to_owned(), name: name.to_owned() };
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
    pub(crate) async fn observe(&self, made: &[Made]) -> Sources {
        let mut sources = Sources::new();
        for one in made {
            let facts = observe_source(&self.sources, &one.identity, &one.created).await;
            sources.insert(one.scope.clone(), Observed::of(facts));
        }
        sources
    }

    /// Does one thing wrong at the Sources API, and says what it says then.
    pub(crate) async fn strike(&self, strike: SourcesStrike, made: &Made) -> SourceFacts {
        let api = PlatformSources::new(&self.sources, &made.identity);
        match strike {
            SourcesStrike::Nameless => {
                let kind = ProviderKind::Ocp { cluster_id: "of-no-name".into() };
                let error = api.create(&NewSource { name: String::new(), kind }, |_| {}).await.expect_err("no name");
                let SourcesError::NotMade(error) = error else { panic!("{error:?}") };
                refused(error).expect("an answer")
            }
            SourcesStrike::ForgetApplication => {
                let path = format!("/api/sources/v3.1/applications/{}", made.created.application_id);
                let delete = self.sources.send(reqwest::Method::DELETE, &path, &made.identity, |request| request).await;
                delete.expect("an answer").expect(&[202, 204]).expect("deleted");
                observe_source(&self.sources, &made.identity, &made.created).await.expect("facts")
            }
        }
    }

    pub(crate) async fn stop(self) {
        self.server.stop().await;
        self.pool.close().await;
    }
}
