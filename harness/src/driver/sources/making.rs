//! A request that makes something, whose reply may not come.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;

use super::list::List;
use super::{SourcesError, Unreported};
use crate::error::chain;
use crate::http::{HttpEndpoint, HttpError, HttpProblem, Told};
use crate::identity::Identity;
use crate::wait::{Progress, Wait, WaitError};

/// The only status with which something is made.
const CREATED: u16 = 201;
/// The status of a request that is answered as if it had asked for the list.
const LISTED: u16 = 200;

/// Makes things at one service, as one identity.
#[derive(Clone, Copy)]
pub(super) struct Maker<'a> {
    pub(super) endpoint: &'a HttpEndpoint,
    pub(super) identity: &'a Identity,
    /// Told each request as it is sent.
    pub(super) acted: Told<'a>,
}

/// What was made.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) id: String,
    /// The request as people write it.
    pub(super) request: String,
    pub(super) elapsed: Duration,
    /// What came instead of a reply that says so.
    pub(super) unreported: Option<Unreported>,
}

/// Where what is to be made is found, should no reply come.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// The path of a list.
    pub(super) list: String,
    /// Which one of it.
    pub(super) which: Which<'a>,
}

/// Which one of a list.
#[derive(Debug)]
pub(super) enum Which<'a> {
    /// The one of this name.
    Named(&'a str),
    /// The application of this type.
    OfType(&'a str),
    /// Whichever is there.
    Any,
}

/// One of a list.
#[derive(Deserialize)]
struct Listed {
    id: String,
    name: Option<String>,
    application_type_id: Option<String>,
}

#[derive(Deserialize)]
struct Created {
    id: String,
}

impl Maker<'_> {
    /// Posts this to this path. Only 201 with an id is taken for success.
    ///
    /// A request whose outcome is unknown is not sent again: what it makes is looked for in its list, and taken where it is there. While
    /// the service may still be at work on it, it is looked for as long as a request may take.
    pub(super) async fn post(&self, path: &str, body: &Value, wanted: &Wanted<'_>) -> Result<Made, SourcesError> {
        (self.acted)(format!("POST {} {body}", self.endpoint.url(path)));
        let (request, sent) = (format!("POST {path}"), Instant::now());
        let reply = self
            .endpoint
            .send_patiently(Method::POST, path, self.identity, |request| request.json(body), self.acted)
            .await;
        let elapsed = sent.elapsed();
        let misreported = reply.as_ref().is_ok_and(|reply| {
            reply.status() == LISTED && reply.json::<List<Value>>().is_ok_and(|list| list.data.is_empty())
        });
        match reply.and_then(|reply| reply.expect(&[CREATED])).and_then(|reply| reply.json::<Created>()) {
            Ok(created) => Ok(Made { id: created.id, request, elapsed, unreported: None }),
            Err(error) if misreported => Err(SourcesError::Misreported(error)),
            Err(error) if error.problem.leaves_outcome_open() => {
                (self.acted)(format!("{error}; what it was to make is looked for"));
                match self.find(&error, wanted).await {
                    Some(id) => Ok(Made { id, request, elapsed, unreported: Some(unreported(&error)) }),
                    None => Err(SourcesError::NotMade(error)),
                }
            }
            Err(error) => Err(SourcesError::NotMade(error)),
        }
    }

    /// Asks for a path, with patience.
    pub(super) async fn get<F: serde::de::DeserializeOwned>(&self, path: &str) -> Result<F, HttpError> {
        self.endpoint.get_patiently(path, self.identity, self.acted).await?.expect(&[200])?.json()
    }

    /// The id of what is wanted, where it is there.
    async fn look(&self, wanted: &Wanted<'_>) -> Result<Option<String>, HttpError> {
        let listed: List<Listed> = self.get(&wanted.list).await?;
        let is_wanted = |each: &Listed| match wanted.which {
            Which::Named(name) => each.name.as_deref() == Some(name),
            Which::OfType(application_type) => each.application_type_id.as_deref() == Some(application_type),
            Which::Any => true,
        };
        Ok(listed.data.into_iter().find(is_wanted).map(|each| each.id))
    }

    /// The id of what was made without a reply, where it is there. That it could not be looked for is told, and the first error stays.
    async fn find(&self, error: &HttpError, wanted: &Wanted<'_>) -> Option<String> {
        let under_way = error.problem.is_maybe_under_way();
        let found = Wait::new("what was to be made", self.endpoint.allowed())
            .until(async || match self.look(wanted).await {
                Ok(Some(id)) => Progress::Done(id),
                Ok(None) if under_way => Progress::NotYet("it is not there".to_owned()),
                Ok(None) => Progress::Never("it is not there".to_owned()),
                Err(error) => Progress::Never(chain(&error)),
            })
            .await;
        found
            .inspect(|id| (self.acted)(format!("it is there: {id}")))
            .inspect_err(|why: &WaitError<String>| {
                (self.acted)(why.to_string());
            })
            .ok()
    }
}

fn unreported(error: &HttpError) -> Unreported {
    let late = matches!(error.problem, HttpProblem::TimedOut(_));
    let status = match &error.problem {
        HttpProblem::Refused { status, .. } | HttpProblem::NotJson { status, .. } => Some(*status),
        HttpProblem::CutOff { status, .. } => *status,
        HttpProblem::TimedOut(_) | HttpProblem::Unreachable(_) => None,
    };
    Unreported { status, problem: error.problem.to_string(), late }
}
