//! A service that answers badly gives an error that names it, the request and what came instead.

use std::time::Duration;

use harness::http::HttpEndpoint;
use harness::identity::Identity;
use rstest::{Context, rstest};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

/// Serves one connection with these bytes, or holds it open without a word.
async fn serve(reply: Option<&'static str>) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.expect("a client");
        let mut request = [0; 4096];
        let _ = connection.read(&mut request).await;
        match reply {
            Some(reply) => connection.write_all(reply.as_bytes()).await.expect("written"),
            None => std::future::pending().await,
        }
    });
    Url::parse(&format!("http://{address}/")).expect("a URL")
}

async fn message(base: Url) -> String {
    let identity = Identity { org_id: "1".into(), account_number: "1".into(), user_name: "u".into() };
    let endpoint = HttpEndpoint::new("Sources API", base, Duration::from_millis(200));
    let reply = endpoint.get("/api/sources/v3.1/sources?limit=1", &identity).await;
    reply
        .and_then(|reply| reply.expect(&[200])?.json::<serde_json::Value>())
        .expect_err("a bad answer is an error")
        .to_string()
}

fn assert_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.add_filter(r"127\.0\.0\.1:\d+", "[address]");
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[rstest]
#[case::html(
    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 32\r\n\r\n<html>\n<h1>It works!</h1></html>\n"
)]
#[case::nothing("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")]
#[case::refused("HTTP/1.1 400 Bad Request\r\ncontent-length: 26\r\n\r\n{\"errors\":[{\"detail\":\"no\"}")]
#[case::closed("")]
#[tokio::test]
async fn a_bad_reply_is_told(#[context] context: Context, #[case] reply: &'static str) {
    let message = message(serve(Some(reply)).await).await;
    assert_snapshot(context.description.expect("a named case"), &message);
}

#[tokio::test]
async fn a_reply_after_the_deadline_is_told() {
    assert_snapshot("late", &message(serve(None).await).await);
}

#[tokio::test]
async fn a_service_that_is_not_there_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = Url::parse(&format!("http://{}/", listener.local_addr().expect("an address"))).expect("a URL");
    drop(listener);
    assert_snapshot("absent", &message(base).await);
}
