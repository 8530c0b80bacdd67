//! Sending a recorded request, and comparing the reply.

use std::convert::Infallible;
use std::time::Duration;

use futures::StreamExt;
use futures::stream;
use reqwest::header::CONTENT_LENGTH;
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use tokio::sync::oneshot;
use url::Url;

use crate::contract::case::{Body, Reply, Sent};
use crate::contract::error::ContractError;
use crate::contract::matching::{Bindings, Difference, encode};

/// What the system under test answered.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) headers: reqwest::header::HeaderMap,
    pub(super) body: String,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum NotAnswered {
    /// Nothing is bound to this placeholder of the request.
    Unbound(String),
    /// The client went away in time.
    GivenUp,
    /// The request cannot be made, or nobody answered it.
    Failed(String),
}

/// A request that is filled in and can be sent.
#[derive(Debug)]
pub(super) struct Ready(reqwest::RequestBuilder);

/// A client that follows no redirects, since those are recorded.
pub(super) fn client() -> Result<Client, ContractError> {
    Client::builder().no_proxy().redirect(Policy::none()).build().map_err(ContractError::Client)
}

/// Fills in a request; its header of identity is the one that is bound as its own from here on.
pub(super) fn ready(sent: &Sent, client: &Client, base: &Url, bindings: &mut Bindings) -> Result<Ready, NotAnswered> {
    let identity = sent.identity.as_ref().map(encode);
    bindings.send_header(identity.as_deref().unwrap_or_default());
    let path = bindings.fill_text(&sent.path).map_err(NotAnswered::Unbound)?;
    let method: Method = sent.method.parse().map_err(|_| NotAnswered::Failed(format!("no method {}", sent.method)))?;
    let mut request = client.request(method, format!("{}{path}", base.as_str().trim_end_matches('/')));
    let mut has_identity = false;
    for (name, value) in &sent.headers {
        let value = bindings.fill(value).map_err(NotAnswered::Unbound)?;
        has_identity |= name.eq_ignore_ascii_case("x-rh-identity");
        request = request.header(name, value.as_str().unwrap_or_default());
    }
    if let Some(identity) = identity.filter(|_| !has_identity) {
        request = request.header("x-rh-identity", identity);
    }
    request = match &sent.body {
        Body::Empty => request,
        Body::Text(text) => request.body(bindings.fill_text(text).map_err(NotAnswered::Unbound)?),
        Body::Json(body) => request.body(bindings.fill(body).map_err(NotAnswered::Unbound)?.to_string()),
    };
    Ok(Ready(request))
}

/// Two requests of which neither is whole before the other one is under way: all but the last byte of each is sent, then the last of the
/// first, and right behind it the last of the second. So they meet, however soon a connection is to be had.
pub(super) fn meeting(first: Ready, second: Ready) -> Result<(Ready, Ready), NotAnswered> {
    let (second_waits, second_there) = oneshot::channel::<()>();
    let (first_goes, first_gone) = oneshot::channel::<()>();
    // Where a request has no body, or went wrong, the other one goes on alone: its half of the channel is gone.
    let first = first.withheld(async {
        let _ = second_there.await;
        let _ = first_goes.send(());
    })?;
    let second = second.withheld(async {
        let _ = second_waits.send(());
        let _ = first_gone.await;
    })?;
    Ok((first, second))
}

impl Ready {
    /// The same request, whose last byte is sent at its turn.
    fn withheld(self, turn: impl Future<Output = ()> + Send + 'static) -> Result<Self, NotAnswered> {
        let failed = |error: reqwest::Error| NotAnswered::Failed(crate::error::chain(&error.without_url()));
        let (client, request) = self.0.build_split();
        let mut request = request.map_err(failed)?;
        let bytes = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default().to_vec();
        if let Some((last, start)) = bytes.split_last() {
            let last = vec![*last];
            let at_its_turn = async {
                // What waits for a body is flushed first: only then is the beginning on its way.
                tokio::task::yield_now().await;
                turn.await;
                Ok::<_, Infallible>(last)
            };
            let parts = stream::iter([Ok(start.to_vec())]).chain(stream::once(at_its_turn));
            request.headers_mut().insert(CONTENT_LENGTH, bytes.len().into());
            *request.body_mut() = Some(reqwest::Body::wrap_stream(parts));
        }
        Ok(Self(reqwest::RequestBuilder::from_parts(client, request)))
    }

    /// Sends it, and goes away after this long.
    pub(super) async fn send(self, allowed: Duration, gives_up: bool) -> Result<Answered, NotAnswered> {
        let failed = |error: reqwest::Error| match (error.is_timeout(), gives_up) {
            (true, true) => NotAnswered::GivenUp,
            _ => NotAnswered::Failed(crate::error::chain(&error.without_url())),
        };
        let response = self.0.timeout(allowed).send().await.map_err(failed)?;
        Ok(Answered {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await.map_err(failed)?,
        })
    }
}

impl Reply {
    /// Compares an answer with the recorded reply: status, recorded headers, body. Where the status is another, the body says why, and
    /// is not compared.
    pub(super) fn compare(&self, answered: &Answered, bindings: &mut Bindings) -> Vec<Difference> {
        if answered.status != self.status {
            let seen = format!("{} {}", answered.status, answered.body);
            return vec![Difference::new("status", self.status, seen.trim_end())];
        }
        let mut differences: Vec<Difference> = self
            .headers
            .iter()
            .filter_map(|(name, recorded)| answered.compare_header(name, recorded.as_deref()))
            .collect();
        differences.extend(self.compare_body(&answered.body, bindings).err());
        differences
    }

    fn compare_body(&self, seen: &str, bindings: &mut Bindings) -> Result<(), Difference> {
        match &self.body {
            Body::Text(text) => bindings.compare_text(text, seen, "body"),
            Body::Json(body) => match serde_json::from_str(seen) {
                Ok(seen) => bindings.compare(body, &seen, "body"),
                Err(_) => Err(Difference::new("body", body, format!("{seen:?}"))),
            },
            Body::Empty if seen.is_empty() => Ok(()),
            Body::Empty => Err(Difference::new("body", "none", seen)),
        }
    }
}

impl Answered {
    fn compare_header(&self, name: &str, recorded: Option<&str>) -> Option<Difference> {
        let seen = self.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let same = match (recorded, &seen) {
            (Some(recorded), Some(seen)) => recorded.eq_ignore_ascii_case(seen),
            (None, None) => true,
            _ => false,
        };
        let told = |value: Option<&str>| value.map_or_else(|| "none".to_owned(), |value| format!("{value:?}"));
        (!same).then(|| Difference::new(format!("header {name}"), told(recorded), told(seen.as_deref())))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    const BODY: &str = r#"{"name":"par-s"}"#;

    /// Reads a request, and gives its connection back.
    async fn whole(mut connection: TcpStream) -> TcpStream {
        let mut request = Vec::new();
        while !request.ends_with(BODY.as_bytes()) {
            assert!(connection.read_buf(&mut request).await.expect("a request") > 0, "it ended early");
        }
        connection
    }

    /// Whether something of a request has come, of which nothing was read yet.
    fn has_begun(connection: &std::net::TcpStream) -> bool {
        matches!(connection.peek(&mut [0]), Ok(1))
    }

    /// Takes two requests, reads the one that came first, answers both; gives whether the other one was under way by then.
    async fn take_two(listener: TcpListener) -> bool {
        let (one, _) = listener.accept().await.expect("a client");
        let (other, _) = listener.accept().await.expect("a client");
        let one = whole(one).await;
        let other = other.into_std().expect("a connection");
        let had_begun = has_begun(&other);
        let other = whole(TcpStream::from_std(other).expect("a connection")).await;
        for mut connection in [one, other] {
            connection.write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n").await.expect("written");
        }
        had_begun
    }

    #[tokio::test]
    async fn of_two_that_meet_none_is_whole_before_the_other_has_begun() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        let server = tokio::spawn(take_two(listener));
        let client = client().expect("a client");
        let request = || Ready(client.post(&url).body(BODY));
        let (first, second) = meeting(request(), request()).expect("two requests");
        let allowed = Duration::from_secs(20);
        let (first, second) = tokio::join!(first.send(allowed, false), second.send(allowed, false));
        assert_eq!((first.expect("answered").status, second.expect("answered").status), (201, 201));
        assert!(server.await.expect("a server"));
    }
}
