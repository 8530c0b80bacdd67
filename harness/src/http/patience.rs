//! Asking again, where a reply says that this is right: within the time that one request may take.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::{Method, RequestBuilder};

use super::endpoint::{HttpEndpoint, Reply};
use super::error::{HttpError, HttpProblem};
use crate::identity::Identity;
use crate::wait::{Progress, Wait, WaitError};

/// The status of a service that wants to be asked later. It has done nothing.
const TOO_MANY_REQUESTS: u16 = 429;
/// How often a request that changes nothing is sent, at most, to a service that fails.
const TRIES: u32 = 3;
/// Into how many pauses the allowed time could be cut: so long is waited before a service that fails is asked again.
const PAUSES: u32 = 50;

/// Told why a request is sent again.
pub type Told<'a> = &'a (dyn Fn(String) + Send + Sync);

/// A request that is sent as often as it must be.
struct Patient<'a> {
    endpoint: &'a HttpEndpoint,
    method: Method,
    path: &'a str,
    identity: &'a Identity,
    told: Told<'a>,
}

impl HttpEndpoint {
    /// As [`HttpEndpoint::send`], and once more where the reply asks for that: 429 is waited out for as long as its `Retry-After` says,
    /// and a request that only asks (GET) is sent again, twice at most, to a service that fails (5xx). All of it takes no longer than one
    /// request may; `told` hears why one is sent again. A request that changes something is never sent again after anything but 429.
    pub async fn send_patiently(
        &self,
        method: Method,
        path: &str,
        identity: &Identity,
        complete: impl Fn(RequestBuilder) -> RequestBuilder + Send + Sync,
        told: Told<'_>,
    ) -> Result<Reply, HttpError> {
        Patient { endpoint: self, method, path, identity, told }.send(complete).await
    }

    /// Asks for a path, as [`HttpEndpoint::send_patiently`] sends.
    pub async fn get_patiently(&self, path: &str, identity: &Identity, told: Told<'_>) -> Result<Reply, HttpError> {
        self.send_patiently(Method::GET, path, identity, |request| request, told).await
    }
}

impl Patient<'_> {
    async fn send(
        &self,
        complete: impl Fn(RequestBuilder) -> RequestBuilder + Send + Sync,
    ) -> Result<Reply, HttpError> {
        let started = Instant::now();
        let (allowed, tries, last) = (self.endpoint.allowed(), Mutex::new(0_u32), Mutex::new(None));
        let request = format!("{} {}", self.method, self.endpoint.url(self.path));
        let waited: Result<_, WaitError<String>> = Wait::new(format!("a reply to {request}"), allowed)
            .until(async || {
                // Of a request that is under way nothing is known.
                *locked(&last) = None;
                let sent = self.endpoint.send(self.method.clone(), self.path, self.identity, &complete).await;
                let number = {
                    let mut tries = locked(&tries);
                    *tries += 1;
                    *tries
                };
                let left = allowed.saturating_sub(started.elapsed());
                let Some((pause, why)) = sent.as_ref().ok().and_then(|reply| self.again(reply, number, left)) else {
                    return Progress::Done(sent);
                };
                (self.told)(format!("{request} {why}"));
                *locked(&last) = sent.ok();
                Progress::Later { pause, why }
            })
            .await;
        match (waited, locked(&last).take()) {
            (Ok(sent), _) => sent,
            (Err(_), Some(reply)) => Ok(reply),
            (Err(_), None) => {
                let request = self.endpoint.named(&self.method, self.path);
                Err(HttpError { request, problem: HttpProblem::TimedOut(allowed) })
            }
        }
    }

    /// After how long the request is to be sent again, and why; nothing where the reply is to be taken as it is.
    fn again(&self, reply: &Reply, tries: u32, left: Duration) -> Option<(Duration, String)> {
        let status = reply.status();
        if status == TOO_MANY_REQUESTS {
            let pause = reply.retry_after().unwrap_or(self.pause());
            let asked = format!("was answered {status}, to come again after {:.1} s", pause.as_secs_f64());
            return Some((pause, if pause > left { format!("{asked}, which is too late") } else { asked }));
        }
        (self.method == Method::GET && status >= 500 && tries < TRIES)
            .then(|| (self.pause(), format!("was answered {status} ({}), and is asked again", reply.start())))
    }

    fn pause(&self) -> Duration {
        self.endpoint.allowed() / PAUSES
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
