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
    retry_after: Option<Duration>,
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
        let request = self.named(&method, path);
        let building = self.client.request(method, self.url(path)).timeout(self.allowed);
        let response = complete(building.header(HEADER, identity.header())).send().await;
        let response = match response {
            Ok(response) => response,
            Err(error) => return Err(HttpError { request, problem: self.problem(&error, None) }),
        };
        let status = response.status().as_u16();
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let content_type = header(header::CONTENT_TYPE).unwrap_or("no content type").to_owned();
        // The other form, a date, is as good as none: clocks differ.
        let retry_after = header(header::RETRY_AFTER).and_then(|text| text.parse().ok()).map(Duration::from_secs);
        match response.bytes().await {
            Ok(body) => Ok(Reply { request, status, content_type, retry_after, body: body.to_vec() }),
            Err(error) => Err(HttpError { request, problem: self.problem(&error, Some(status)) }),
        }
    }

    /// How errors name a request to this service.
    pub(super) fn named(&self, method: &Method, path: &str) -> String {
        format!("{}: {method} {}", self.service, self.url(path))
    }

    /// How long one request may take.
    #[must_use]
    pub const fn allowed(&self) -> Duration {
        self.allowed
    }

    /// Asks for a path as this identity.
    pub async fn get(&self, path: &str, identity: &Identity) -> Result<Reply, HttpError> {
        self.send(Method::GET, path, identity, |request| request).await
    }

    /// What a failed request met, of whose reply this status had come.
    fn problem(&self, error: &reqwest::Error, status: Option<u16>) -> HttpProblem {
        if error.is_timeout() {
            return HttpProblem::TimedOut(self.allowed);
        }
        let mut cause: &dyn Error = error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        let cause = cause.to_string();
        if error.is_connect() { HttpProblem::Unreachable(cause) } else { HttpProblem::CutOff { status, cause } }
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

    /// After how long the service wants to be asked again, where it says so.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
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
