//! The platform's Sources API as it was recorded: processes that differ in their settings, over one store, with one broker and one
//! application that can be asked whether a source is available.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use chrono::{DateTime, Utc};
use fake_koku::clock::Clock;
use fake_koku::sources::{Access, ApiSettings, Broker, Raised, SourcesApi, Store, TypeOrder};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use url::Url;

use super::contract_topics::serve;
use crate::cleanup::Cleanup;
use crate::contract::{Application, Behaviour, Rewriting, System, Topics};
use crate::target::TargetError;

/// The application that asks to be asked.
const COST_MANAGEMENT: &str = "/insights/platform/cost-management";
/// How long the API waits for an application; the recorded one waits 10 s.
const AVAILABILITY_LIMIT: Duration = Duration::from_millis(100);
/// How long one request may take.
const ALLOWED: Duration = Duration::from_secs(20);
/// The process that messages are put on topics for.
const LISTENER: &str = "status listener process";

/// The recorded set-up.
pub(super) async fn platform(recorded: DateTime<Utc>, cleanup: &Cleanup) -> Result<System, TargetError> {
    let client = Client::builder().no_proxy().build().map_err(|error| TargetError::of(&error))?;
    let application = AskedApplication::default();
    let router = Router::new().route("/availability", post(ask)).with_state(application.clone());
    let asked = serve("the application", router, cleanup).await?;
    let (sender, events) = unbounded_channel();
    let store = Store::new(TypeOrder::Recorded);
    let mut processes = BTreeMap::new();
    for (name, settings) in settings(&asked, recorded) {
        let api = SourcesApi::new(store.clone(), settings, sender.clone(), client.clone());
        processes.insert(name.to_owned(), serve(name, api.router(), cleanup).await?);
    }
    let topics = Broadcast { client, listener: processes[LISTENER].clone(), events: Mutex::new(events) };
    Ok(System {
        processes,
        upload: None,
        watcher: None,
        administrator: None,
        topics: Some(Arc::new(topics)),
        application: Some(Arc::new(application)),
        fresh: true,
        is_fake: true,
        rewriting: Rewriting::none(),
        today: recorded.date_naive(),
        allowed: ALLOWED,
    })
}

/// The recorded processes, by the names that the recording gives them.
fn settings(asked: &Url, recorded: DateTime<Utc>) -> Vec<(&'static str, ApiSettings)> {
    let open = ApiSettings {
        clock: Clock::going_on_from(recorded),
        event_delay: Duration::ZERO,
        availability_urls: BTreeMap::from([(COST_MANAGEMENT.to_owned(), format!("{asked}availability"))]),
        availability_limit: AVAILABILITY_LIMIT,
        ..ApiSettings::default()
    };
    let restricted = ApiSettings {
        access: Access::Restricted { writers: BTreeSet::from(["writer".to_owned()]) },
        keys: BTreeSet::from(["sources-psk".to_owned(), "second-psk".to_owned()]),
        ..open.clone()
    };
    vec![
        ("BYPASS_RBAC=true", open.clone()),
        ("BYPASS_RBAC=false, SOURCES_PSKS=sources-psk,second-psk, RBAC stub", restricted),
        ("BYPASS_RBAC=false, RBAC unreachable", ApiSettings { access: Access::RbacUnreachable, ..open.clone() }),
        ("BYPASS_RBAC=true, Kafka broker unreachable", ApiSettings { broker: Broker::Unreachable, ..open.clone() }),
        (LISTENER, open),
    ]
}

/// The application: how it behaves, and what it was asked.
#[derive(Clone, Default)]
struct AskedApplication {
    behaviour: Arc<Mutex<Behaviour>>,
    asked: Arc<Mutex<Vec<Value>>>,
}

impl Application for AskedApplication {
    fn behave(&self, behaviour: Behaviour) {
        *self.behaviour.lock().unwrap_or_else(PoisonError::into_inner) = behaviour;
    }

    fn take(&self) -> Vec<Value> {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn ask(State(application): State<AskedApplication>, headers: HeaderMap, body: String) -> StatusCode {
    let names = ["content-type", "x-rh-identity", "x-rh-sources-account-number", "x-rh-sources-org-id"];
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let headers: BTreeMap<&str, String> =
        names.into_iter().filter_map(|name| header(name).map(|value| (name, value))).collect();
    let body: Value = serde_json::from_str(&body).unwrap_or(Value::String(body));
    let question = json!({ "method": "POST", "headers": headers, "body": body });
    application.asked.lock().unwrap_or_else(PoisonError::into_inner).push(question);
    let behaviour = *application.behaviour.lock().unwrap_or_else(PoisonError::into_inner);
    match behaviour {
        Behaviour::Answers => StatusCode::OK,
        Behaviour::Fails => StatusCode::INTERNAL_SERVER_ERROR,
        Behaviour::Slow => late(AVAILABILITY_LIMIT / 4).await,
        Behaviour::Hangs => late(AVAILABILITY_LIMIT * 20).await,
    }
}

/// Answers when this long has gone: an interval's first tick is at once, its second then.
async fn late(after: Duration) -> StatusCode {
    let mut clock = tokio::time::interval(after);
    clock.tick().await;
    clock.tick().await;
    StatusCode::OK
}

/// The broker: what the API raised, and a door for messages to it.
struct Broadcast {
    client: Client,
    listener: Url,
    events: Mutex<UnboundedReceiver<Raised>>,
}

#[async_trait]
impl Topics for Broadcast {
    fn take(&self) -> Vec<Value> {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = Vec::new();
        while let Ok(Raised { event, .. }) = events.try_recv() {
            taken.push(json!({
                "topic": event.topic.name(),
                "key": event.key,
                "headers": event.headers,
                "value": event.value,
            }));
        }
        taken
    }

    fn validation(&self, _request_id: &str) -> Option<String> {
        None
    }

    /// A message on a topic reaches the fake by HTTP, its headers as HTTP headers.
    async fn put(&self, topic: &str, headers: &[(String, String)], body: String) -> Result<(), String> {
        let mut request = self.client.post(format!("{}internal/events/{topic}", self.listener)).body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let status = request.send().await.map_err(|error| error.without_url().to_string())?.status();
        if status == StatusCode::NO_CONTENT { Ok(()) } else { Err(format!("the message was answered {status}")) }
    }
}
