//! A payload of a healthy system, sent as a phase sends it, to a running fake; or sent wrongly.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use fake_koku::clock::Clock;
use fake_koku::koku::Settings;
use fake_koku::processing::{ANNOUNCEMENTS, Death};
use fake_koku::server::Server;
use fake_koku::trouble::{MessageRule, MessageTrouble, Stream};
use harness::check::PayloadExpectation;
use harness::driver::cost_models::{create_cost_model, read_cost_model};
use harness::fact::usage::{PayloadFacts, UploadFact};
use harness::fault::{PayloadStrike, packed};
use harness::http::HttpEndpoint;
use harness::identity::Identity;
use harness::oracle::{self, CostModel, Inputs};
use harness::payload::{Payload, Rewrite};
use harness::phase::Delivery;
use harness::profile::Budgets;
use harness::secret::SecretUrl;
use harness::target::local::DatabaseUrls;
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

use crate::healthy::{self, BROKEN, pool};
use crate::relay::{Relay, Unconnected};
use crate::world::World;

const CLUSTER: &str = "cluster-id-a";
const SENT: Uuid = Uuid::from_u128(0x0c00_0000_0000_4000_8000_0000_0000_000c);
const SENT_AGAIN: Uuid = Uuid::from_u128(0x0d00_0000_0000_4000_8000_0000_0000_000d);
const LONG: Duration = Duration::from_mins(1);
/// Long enough for what comes at once, and for what never comes.
const SHORT: Duration = Duration::from_secs(2);

/// Noon of a day on which payload and reports always are what they are.
fn noon() -> DateTime<Utc> {
    let noon = NaiveDate::from_ymd_opt(2026, 11, 24).and_then(|day| day.and_hms_opt(12, 0, 0));
    noon.expect("a moment").and_utc()
}

fn payload(uuid: Uuid) -> Payload {
    let rewrite = Rewrite { uuid, cluster_id: CLUSTER.to_owned(), today: noon().date_naive() };
    let payload = Payload::named(&healthy::fixtures(), "small-cluster").expect("a payload");
    payload.rewritten(&rewrite).expect("a payload of today")
}

fn cost_model() -> Value {
    read_cost_model(&healthy::fixtures(), "every-rate").expect("a cost model")
}

/// What must come of it.
pub(crate) fn expected() -> PayloadExpectation {
    let payload = payload(SENT);
    let cost_model = CostModel::read(&cost_model()).expect("a cost model");
    let inputs = Inputs { cost_model: Some(cost_model), ..Inputs::of_source("cluster-a") };
    PayloadExpectation {
        schema: BROKEN.to_owned(),
        provider: "cluster-a".to_owned(),
        payload: "small-cluster".to_owned(),
        uuid: SENT,
        files: payload.manifest().files().to_vec(),
        clusters: vec![CLUSTER.to_owned()],
        expected: oracle::expect(&payload, &inputs).expect("an expectation"),
        beside: vec![],
    }
}

/// A running fake on a database whose tenants have their providers.
struct Fake {
    server: Server,
    /// A second one, whose cache of reports the first does not reach, where it is that one which is asked.
    asked: Option<Server>,
    _relay: Option<Relay>,
    pool: PgPool,
    upload: HttpEndpoint,
    koku: HttpEndpoint,
    observer: SecretUrl,
    identity: Identity,
}

impl Fake {
    async fn start(world: &World, urls: &DatabaseUrls, strike: Option<PayloadStrike>) -> Self {
        let pool = pool(&urls.owner).await;
        let (mut settings, mut unconnected) = (Settings::default(), None);
        match strike {
            Some(PayloadStrike::LoseAnnouncement) => {
                let (stream, trouble) = (Stream::Announcements, MessageTrouble::Lose);
                settings.troubles.on_messages(MessageRule { stream, name: None, times: None, trouble });
            }
            Some(PayloadStrike::AnnounceTwice) => {
                let (relay, address) = Unconnected::bind(ANNOUNCEMENTS).await;
                (unconnected, settings.announce_to) = (Some(relay), Some(address));
            }
            Some(PayloadStrike::StopAfterFirstFile) => settings.worker.dies(Death::AfterFiles(1)),
            Some(PayloadStrike::StopBeforeSummary) => settings.worker.dies(Death::BeforeSummary),
            _ => {}
        }
        let clock = Clock::Fixed(noon());
        let server = world.serve(pool.clone(), clock, settings).await;
        let asked = match strike {
            Some(PayloadStrike::KeepOldReports) => Some(world.serve(pool.clone(), clock, Settings::default()).await),
            _ => None,
        };
        let endpoint = |name, url: String| HttpEndpoint::new(name, url.parse().expect("a URL"), LONG);
        let koku_url = asked.as_ref().unwrap_or(&server).koku_url();
        let (upload, koku) = (endpoint("ingress", server.ingress_url()), endpoint("Koku API", koku_url));
        let relay = unconnected.map(|relay| relay.doubling(&server.koku_url()));
        let (observer, identity) = (urls.observer.clone(), world.identity(BROKEN));
        Self { server, asked, _relay: relay, pool, upload, koku, observer, identity }
    }

    /// Gives the cluster's provider its cost model.
    async fn make_cost_model(&self) {
        let provider = "SELECT provider.uuid FROM api_provider provider JOIN api_providerauthentication authentication \
                        ON authentication.id = provider.authentication_id WHERE credentials ->> 'cluster_id' = $1";
        let provider: Uuid =
            sqlx::query_scalar(provider).bind(CLUSTER).fetch_one(&self.pool).await.expect("the provider");
        let made = create_cost_model(&self.koku, &self.identity, "every-rate", provider, &cost_model(), |_| {}).await;
        made.expect("a cost model");
    }

    fn delivery<'a>(&'a self, budgets: &'a Budgets) -> Delivery<'a> {
        let identity = self.identity.clone();
        Delivery {
            upload: &self.upload,
            koku: &self.koku,
            observer: self.observer.clone(),
            identity,
            budgets,
            only_cluster: None,
        }
    }

    async fn stop(self) {
        self.server.stop().await;
        if let Some(asked) = self.asked {
            asked.stop().await;
        }
        self.pool.close().await;
    }
}

fn budgets(manifest: Duration, processing: Duration) -> Budgets {
    Budgets {
        install: LONG,
        bootstrap: LONG,
        source: LONG,
        provider: LONG,
        manifest,
        processing,
        report: LONG,
        request: LONG,
    }
}

/// Sends the payload, with one thing done wrong, and says what became of it.
pub(crate) async fn deliver(world: &World, urls: &DatabaseUrls, strike: Option<PayloadStrike>) -> PayloadFacts {
    let fake = Fake::start(world, urls, strike).await;
    fake.make_cost_model().await;
    let (payload, expected) = (payload(SENT), expected());
    let budgets = match strike {
        Some(PayloadStrike::LoseAnnouncement | PayloadStrike::CutArchive) => budgets(SHORT, LONG),
        Some(PayloadStrike::LeaveOutFile | PayloadStrike::StopAfterFirstFile | PayloadStrike::StopBeforeSummary) => {
            budgets(LONG, SHORT)
        }
        _ => budgets(LONG, LONG),
    };
    let mut delivery = fake.delivery(&budgets);
    match strike {
        Some(PayloadStrike::SendAsNobody) => {
            delivery.identity = Identity { org_id: String::new(), ..delivery.identity };
        }
        Some(PayloadStrike::KeepOldReports) => {
            let upload = UploadFact { request: "ingress: POST".to_owned(), status: 202, body: String::new() };
            delivery.look(&expected, upload, None).await.expect("facts");
        }
        _ => {}
    }
    let archive = match strike {
        Some(strike) => strike.archive(&payload).expect("an archive"),
        None => payload.to_tar_gz().expect("an archive"),
    };
    let mut facts = delivery.send(&expected, archive, |_| {}).await.expect("facts");
    if strike == Some(PayloadStrike::SendTwice) {
        let again = PayloadExpectation { uuid: SENT_AGAIN, ..expected.clone() };
        let sent = delivery.send(&again, once_more(), |_| {}).await.expect("facts");
        facts = delivery.look(&expected, facts.upload, sent.stalled).await.expect("facts");
    }
    fake.stop().await;
    facts
}

/// What is seen of the payload in a database where it was processed.
pub(crate) async fn look(world: &World, urls: &DatabaseUrls) -> PayloadFacts {
    let fake = Fake::start(world, urls, None).await;
    let budgets = budgets(LONG, LONG);
    let upload = UploadFact { request: "ingress: POST".to_owned(), status: 202, body: String::new() };
    let facts = fake.delivery(&budgets).look(&expected(), upload, None).await.expect("facts");
    fake.stop().await;
    facts
}

/// The same usage under another uuid, from an operator that does not resend whole days.
fn once_more() -> Vec<u8> {
    let payload = payload(SENT_AGAIN);
    let mut manifest = payload.manifest().document().clone();
    manifest.insert("daily_reports".to_owned(), Value::Bool(false));
    let files = payload.files().iter().map(|file| (file.name.as_str(), file.bytes.clone())).collect();
    packed(&files, &manifest).expect("an archive")
}
