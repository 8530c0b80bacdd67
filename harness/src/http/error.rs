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
    /// No connection, so that the request was never sent.
    #[error("got no reply: {0} (is the service running and its URL right?)")]
    Unreachable(String),
    /// The connection ended before the whole reply was there: whether the request was carried out is not known.
    #[error("{}: {cause}", cut_off(*.status))]
    CutOff {
        /// The reply's status, where so much of it came.
        status: Option<u16>,
        /// How the connection ended.
        cause: String,
    },
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

fn cut_off(status: Option<u16>) -> String {
    match status {
        Some(status) => format!("answered {status}, and the connection ended within the reply"),
        None => "got no reply, and the connection ended".to_owned(),
    }
}

impl HttpProblem {
    /// Whether a request that changes something may have been carried out all the same. What is refused by a status below 500 was not.
    #[must_use]
    pub const fn leaves_outcome_open(&self) -> bool {
        match self {
            Self::Unreachable(_) => false,
            Self::CutOff { .. } | Self::TimedOut(_) => true,
            Self::NotJson { status, .. } => *status == 201 || *status >= 500,
            Self::Refused { status, .. } => *status >= 500,
        }
    }

    /// Whether the service may still be at work on the request.
    #[must_use]
    pub const fn is_maybe_under_way(&self) -> bool {
        matches!(self, Self::CutOff { .. } | Self::TimedOut(_))
    }
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
