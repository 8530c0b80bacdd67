//! What services answer wrongly, and what becomes of messages between them.
//!
//! A reply from which nothing can be known is no finding but an error, and some of what goes wrong is coped with: then nothing is
//! found, and that is what the proof shows.

use std::time::Duration;

use super::form::{Answers, Fault, Strike};
use super::subject::Aim;
use super::trouble::{BadReply, MessageTrouble, RequestTrouble, Service, Stream, Trouble, WrongWay};
use crate::profile::Budgets;

/// How many times a budget a reply is late.
const LATE: u32 = 2;

const fn fault(
    name: &'static str,
    summary: &'static str,
    answers: Answers,
    findings: &'static [&'static str],
) -> Fault {
    Fault { name, summary, strike: Strike::Answers(answers), aim: Aim::System, choices: &[], findings }
}

const fn replies(troubles: fn(&Budgets) -> Vec<Trouble>) -> Answers {
    Answers { troubles, needs_events: false, at_koku: false, error: None }
}

/// Replies from which nothing can be known: an error in which this text stands.
const fn unobservable(troubles: fn(&Budgets) -> Vec<Trouble>, error: &'static str) -> Answers {
    Answers { error: Some(error), ..replies(troubles) }
}

const fn events(troubles: fn(&Budgets) -> Vec<Trouble>) -> Answers {
    Answers { needs_events: true, ..replies(troubles) }
}

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "sources-answers-500",
        "the Sources API fails whenever it is to make a source",
        replies(|_| making(None, BadReply::ServerError)),
        &["source-refused"],
    ),
    fault(
        "sources-answers-429",
        "the Sources API wants to be asked again later than the budget of a request allows",
        replies(|budgets| making(None, BadReply::TooManyRequests { retry_after: longer_than(budgets.request) })),
        &["source-refused"],
    ),
    fault(
        "sources-answers-empty",
        "the Sources API answers a request for a source as if it had been asked for the list",
        replies(|_| making(None, BadReply::EmptyList)),
        &["source-misreported"],
    ),
    fault(
        "sources-answers-garbage",
        "the Sources API says that it made a source, and breaks off before it says which",
        replies(|_| making(None, BadReply::Malformed)),
        &["source-refused"],
    ),
    fault(
        "sources-fails-afterwards",
        "a source is made, and answered with 500",
        replies(|_| making(None, BadReply::ServerErrorAfterwards)),
        &["source-misreported"],
    ),
    fault(
        "sources-closes",
        "a source is made, and the connection ends within the reply",
        replies(|_| making(None, BadReply::CutOff)),
        &["source-misreported"],
    ),
    fault(
        "sources-too-late",
        "a source is made, and the reply comes when nobody waits for it any more",
        replies(|budgets| making(None, BadReply::Late(budgets.request * LATE))),
        &["source-slow"],
    ),
    fault(
        "slow-source",
        "the reply of the Sources API comes later than a gateway waits",
        replies(|budgets| making(None, BadReply::Late(budgets.source * LATE))),
        &["source-slow"],
    ),
    fault(
        "sources-busy",
        "the Sources API is too busy for a source twice, and then is not",
        replies(|_| making(Some(2), BadReply::TooManyRequests { retry_after: Duration::ZERO })),
        &[],
    ),
    fault(
        "sources-stumbles",
        "the Sources API fails twice to list its types, and then lists them",
        replies(|_| listing_types(Some(2), BadReply::ServerError)),
        &[],
    ),
    fault(
        "sources-fails",
        "the Sources API never lists its types",
        unobservable(|_| listing_types(None, BadReply::ServerError), "answered 500, not 200: <!doctype html>"),
        &[],
    ),
    fault(
        "sources-without-types",
        "the Sources API has no types: its seeding came to nothing",
        unobservable(|_| listing_types(None, BadReply::EmptyList), "lists no source type named openshift"),
        &[],
    ),
    fault(
        "event-lost",
        "the event of a source's application never reaches Koku",
        events(|_| event("Application.create", WrongWay::Lost)),
        &["provider-missing"],
    ),
    fault(
        "event-doubled",
        "the event of a source's application reaches Koku twice",
        events(|_| event("Application.create", WrongWay::Doubled)),
        &[],
    ),
    fault(
        "event-out-of-order",
        "the event of a source reaches Koku behind that of its application",
        events(|_| event("Source.create", WrongWay::Overtaken)),
        &[],
    ),
    fault(
        "koku-answers-500",
        "Koku's API fails on every report of a tenant",
        Answers { at_koku: true, ..replies(|_| reports(BadReply::ServerError)) },
        &["report-refused"],
    ),
];

/// Something goes wrong with requests that make sources.
fn making(times: Option<u32>, reply: BadReply) -> Vec<Trouble> {
    requests("POST", "sources", times, reply)
}

fn listing_types(times: Option<u32>, reply: BadReply) -> Vec<Trouble> {
    requests("GET", "source_types", times, reply)
}

fn reports(reply: BadReply) -> Vec<Trouble> {
    let (service, method, path) = (Service::Koku, Some("GET"), "reports/openshift/compute");
    vec![Trouble::Requests(RequestTrouble { service, method, path, times: None, reply })]
}

fn requests(method: &'static str, path: &'static str, times: Option<u32>, reply: BadReply) -> Vec<Trouble> {
    let (service, method) = (Service::Sources, Some(method));
    vec![Trouble::Requests(RequestTrouble { service, method, path, times, reply })]
}

/// Something becomes of the next event of this kind.
fn event(name: &'static str, way: WrongWay) -> Vec<Trouble> {
    vec![Trouble::Messages(MessageTrouble { stream: Stream::SourcesEvents, name: Some(name), times: Some(1), way })]
}

/// Whole seconds that this time does not allow.
fn longer_than(time: Duration) -> Duration {
    Duration::from_secs(time.as_secs() + 1) * LATE
}
