//! A service given by its URL.

use std::error::Error;
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, header};
use serde::de::DeserializeOwned;
use url::Url;

use super::error::{HttpError, HttpProblem, start_of};
use crate::identity::{HEADER, Identity};

/// An HTTP service of the system, with the time one request may take. Cheap to clone.
#[derive(Debug, Clone)]
pub struct HttpEndpoint {
    service: &'static str,
    base: Url,
    client: Client,
    allowed: Duration,
}

/// A reply, read whole.
#[derive(Debug)]
pub struct Reply {
    request: String,
    status: u16,
    content_type: String,
    body: Vec<u8>,
}

impl HttpEndpoint {
    /// The service at `base` (scheme, host, port and maybe a prefix), of which one request may take as long as `allowed`.
    ///
    /// # Panics
    /// Where the process has no TLS, which rustls with ring always gives.
    #[must_use]
    pub fn new(service: &'static str, base: Url, allowed: Duration) -> Self {
        // An error only says that a provider was chosen before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().build().expect("rustls with ring makes a client");
        Self { service, base, client, allowed }
    }

    /// The URL of a path (with its query) at this service.
    #[must_use]
    pub fn url(&self, path: &str) -> Url {
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        url.set_query(query);
        url
    }

    /// Sends a request as this identity; `complete` adds its body.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        identity: &Identity,
        complete: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<Reply, HttpError> {
        let url = self.url(path);
        let request = format!("{}: {method} {url}", self.service);
        let building = self.client.request(method, url).timeout(self.allowed).header(HEADER, identity.header());
        self.receive(complete(building))
            .await
            .map(|(status, content_type, body)| Reply { request: request.clone(), status, content_type, body })
            .map_err(|error| HttpError { request, problem: self.problem(&error) })
    }

    /// Asks for a path as this identity.
    pub async fn get(&self, path: &str, identity: &Identity) -> Result<Reply, HttpError> {
        self.send(Method::GET, path, identity, |request| request).await
    }

    async fn receive(&self, request: RequestBuilder) -> reqwest::Result<(u16, String, Vec<u8>)> {
        let response = request.send().await?;
        let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let content_type = content_type.unwrap_or("no content type").to_owned();
        Ok((response.status().as_u16(), content_type, response.bytes().await?.to_vec()))
    }

    fn problem(&self, error: &reqwest::Error) -> HttpProblem {
        if error.is_timeout() {
            return HttpProblem::TimedOut(self.allowed);
        }
        let mut cause: &dyn Error = error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        HttpProblem::Unreachable(cause.to_string())
    }
}

impl Reply {
    /// The request that it answers, such as `Sources API: POST http://…`.
    #[must_use]
    pub fn request(&self) -> &str {
        &self.request
    }

    /// The status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// How the body begins, on one line.
    #[must_use]
    pub fn start(&self) -> String {
        start_of(&self.body)
    }

    /// The reply, if its status is one of these.
    pub fn expect(self, statuses: &[u16]) -> Result<Self, HttpError> {
        if statuses.contains(&self.status) {
            return Ok(self);
        }
        let expected = statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(" or ");
        let problem = HttpProblem::Refused { status: self.status, expected, start: start_of(&self.body) };
        Err(HttpError { request: self.request, problem })
    }

    /// The body as JSON of this form.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, HttpError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let got = if self.body.is_empty() { "nothing".to_owned() } else { self.content_type.clone() };
            let start = format!("{} ({error})", start_of(&self.body));
            HttpError {
                request: self.request.clone(),
                problem: HttpProblem::NotJson { status: self.status, got, start },
            }
        })
    }
}
