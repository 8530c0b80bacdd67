//! The troubles of faults, put into the fakes.

use fake_koku::trouble as fake;
use reqwest::{Method, StatusCode};

use crate::fault::trouble::{BadReply, MessageTrouble, RequestTrouble, Service, Stream, Trouble, WrongWay};

/// Has the fakes behind this handle do this wrong, until the rule is taken out.
#[expect(clippy::must_use_candidate, reason = "a trouble may stay as long as the fakes run")]
pub fn make_trouble(fakes: &fake::Troubles, trouble: &Trouble) -> fake::RuleId {
    match trouble {
        Trouble::Requests(trouble) => fakes.on_requests(request_rule(trouble)),
        Trouble::Messages(trouble) => fakes.on_messages(message_rule(trouble)),
    }
}

fn request_rule(trouble: &RequestTrouble) -> fake::RequestRule {
    fake::RequestRule {
        part: match trouble.service {
            Service::Sources => fake::Part::Sources,
            Service::Koku => fake::Part::Koku,
            Service::Ingress => fake::Part::Ingress,
        },
        method: trouble.method.map(|method| method.parse::<Method>().expect("faults name methods of HTTP")),
        path: trouble.path.to_owned(),
        times: trouble.times,
        trouble: bad_reply(trouble.reply),
    }
}

fn bad_reply(reply: BadReply) -> fake::RequestTrouble {
    use fake::{Canned, RequestTrouble};
    match reply {
        BadReply::ServerError => RequestTrouble::Instead(Canned::server_error()),
        BadReply::ServerErrorAfterwards => RequestTrouble::Afterwards(Canned::server_error()),
        BadReply::TooManyRequests { retry_after } => {
            RequestTrouble::Instead(Canned::too_many_requests(retry_after.as_secs()))
        }
        BadReply::EmptyList => RequestTrouble::Instead(Canned::empty_list()),
        BadReply::Malformed => RequestTrouble::Instead(Canned::malformed(StatusCode::CREATED)),
        BadReply::CutOff => RequestTrouble::Close,
        BadReply::Late(time) => RequestTrouble::Late(time),
    }
}

fn message_rule(trouble: &MessageTrouble) -> fake::MessageRule {
    fake::MessageRule {
        stream: match trouble.stream {
            Stream::SourcesEvents => fake::Stream::SourcesEvents,
            Stream::Announcements => fake::Stream::Announcements,
        },
        name: trouble.name.map(str::to_owned),
        times: trouble.times,
        trouble: match trouble.way {
            WrongWay::Lost => fake::MessageTrouble::Lose,
            WrongWay::Doubled => fake::MessageTrouble::Double,
            WrongWay::Overtaken => fake::MessageTrouble::Overtaken,
        },
    }
}
