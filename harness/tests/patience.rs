//! Who asks a busy or failing Sources API asks again as the reply says, and never sends again what may have been carried out.

use std::fmt::Write;
use std::future::IntoFuture;
use std::net::Ipv4Addr;
use std::sync::Mutex;
use std::time::Duration;

use fake_koku::sources::{ApiSettings, SourcesApi, Store};
use fake_koku::trouble::{Part, Troubles, around};
use harness::driver::sources::{NewSource, PLATFORM_BASE, PlatformSources, ProviderKind, SourcesError};
use harness::fault::trouble::{BadReply, RequestTrouble, Service, Trouble};
use harness::http::HttpEndpoint;
use harness::identity::Identity;
use harness::target::local::make_trouble;
use serde_json::Value;
use tokio::sync::mpsc::unbounded_channel;

/// One request's time, where it is to be used up; and where it is not.
const SHORT: Duration = Duration::from_millis(500);
const LONG: Duration = Duration::from_secs(20);

/// A Sources API in memory.
async fn serve(troubles: Troubles) -> String {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let (events, _) = unbounded_channel();
    let routes = SourcesApi::new(Store::default(), ApiSettings::default(), events, client).router();
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(axum::serve(listener, around(routes, troubles, |_| Part::Sources)).into_future());
    format!("http://{address}/")
}

/// What is done, told and left behind when a source is asked for while this goes wrong.
async fn told(
    allowed: Duration,
    method: &'static str,
    path: &'static str,
    times: Option<u32>,
    reply: BadReply,
) -> String {
    let troubles = Troubles::default();
    let base = serve(troubles.clone()).await.parse().expect("a URL");
    let trouble = RequestTrouble { service: Service::Sources, method: Some(method), path, times, reply };
    let rule = make_trouble(&troubles, &Trouble::Requests(trouble));
    let endpoint = HttpEndpoint::new("Sources API", base, allowed);
    let identity = Identity { org_id: "1".into(), account_number: "1".into(), user_name: "u".into() };
    let kind = ProviderKind::Ocp { cluster_id: "of-a-cluster".into() };
    let source = NewSource { name: "cluster-a".into(), kind };
    let acted = Mutex::new(format!("{trouble}\n"));
    let tell = |line: String| writeln!(acted.lock().expect("a lock"), "  {line}").expect("writes");
    let made = PlatformSources::new(&endpoint, &identity).create(&source, tell).await;
    tell(match made {
        Ok(created) => match created.unreported {
            None => "made".to_owned(),
            Some(instead) => format!("made without a reply: {} (late: {})", instead.problem, instead.late),
        },
        Err(SourcesError::NotMade(error)) => format!("not made: {error}"),
        Err(SourcesError::Misreported(error)) => format!("misreported: {error}"),
        Err(error) => format!("not tried: {error}"),
    });
    let struck = troubles.take_out(rule).expect("it was in");
    let list = endpoint.get(&format!("{PLATFORM_BASE}/sources"), &identity).await.expect("an answer");
    let left = list.json::<Value>().expect("JSON")["meta"]["count"].clone();
    tell(format!("(struck {struck} times; {left} sources are there)"));
    acted.into_inner().expect("a lock")
}

#[tokio::test]
async fn what_may_have_been_carried_out_is_looked_for_and_what_was_not_is_sent_again() {
    let hour = Duration::from_hours(1);
    let (busy, busy_long) =
        (BadReply::TooManyRequests { retry_after: Duration::ZERO }, BadReply::TooManyRequests { retry_after: hour });
    let mut text = String::new();
    for (allowed, method, path, times, reply) in [
        (LONG, "POST", "sources", Some(2), busy),
        (LONG, "POST", "sources", None, busy_long),
        (LONG, "POST", "sources", None, BadReply::ServerError),
        (LONG, "POST", "sources", None, BadReply::ServerErrorAfterwards),
        (LONG, "POST", "sources", None, BadReply::EmptyList),
        (LONG, "POST", "sources", None, BadReply::Malformed),
        (LONG, "POST", "sources", None, BadReply::CutOff),
        (SHORT, "POST", "sources", None, BadReply::Late(hour)),
        (LONG, "POST", "applications", None, BadReply::CutOff),
        (SHORT, "GET", "source_types", Some(2), BadReply::ServerError),
        (SHORT, "GET", "source_types", None, BadReply::ServerError),
        (LONG, "GET", "source_types", None, busy_long),
        (LONG, "GET", "source_types", None, BadReply::CutOff),
    ] {
        text += &told(allowed, method, path, times, reply).await;
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.add_filter(r"127\.0\.0\.1:\d+", "[address]");
    settings.add_filter(r#"_type_id":"\d+"#, r#"_type_id":"[type]"#);
    settings.add_filter(r"known after \d+\.\d s", "known after [elapsed]");
    settings.bind(|| insta::assert_snapshot!("told", text));
}
