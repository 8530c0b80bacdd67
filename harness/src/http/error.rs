//! What can go wrong between a request and a usable reply.

use std::time::Duration;

/// How much of a body that was not understood is shown.
const SHOWN: usize = 200;

/// A request without a usable reply.
#[derive(Debug, thiserror::Error)]
#[error("{request} {problem}")]
pub struct HttpError {
    /// The service and the request, such as `Sources API: POST http://…`.
    pub request: String,
    /// What came instead of the reply.
    pub problem: HttpProblem,
}

/// What came instead of a usable reply.
#[derive(Debug, thiserror::Error)]
pub enum HttpProblem {
    /// No connection, or one that ended early.
    #[error("got no reply: {0} (is the service running and its URL right?)")]
    Unreachable(String),
    /// The deadline came before the reply.
    #[error("was not answered within {:.1} s", .0.as_secs_f64())]
    TimedOut(Duration),
    /// A reply that is not the JSON it should be, such as an error page of a proxy.
    #[error("answered {status} with {got} where JSON was expected: {start}")]
    NotJson {
        /// The reply's status.
        status: u16,
        /// What came: a content type, or "nothing".
        got: String,
        /// How the body begins.
        start: String,
    },
    /// A status that refuses the request.
    #[error("answered {status}, not {expected}: {start}")]
    Refused {
        /// The reply's status.
        status: u16,
        /// What was expected, such as `201`.
        expected: String,
        /// How the body begins.
        start: String,
    },
}

/// The beginning of a body, on one line.
pub(super) fn start_of(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(SHOWN)]);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match (line.is_empty(), body.len() > SHOWN) {
        (true, _) => "(empty body)".to_owned(),
        (false, true) => format!("{line}…"),
        (false, false) => line,
    }
}
