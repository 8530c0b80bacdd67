//! What services and messages are made to do wrong, in the words of faults.

use std::fmt;
use std::time::Duration;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// One thing that goes wrong between the parts of a system, until the system ends. As JSON it is a rule that a fake takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "on", rename_all = "kebab-case")]
pub enum Trouble {
    /// With requests.
    Requests(RequestTrouble),
    /// With messages.
    Messages(MessageTrouble),
}

/// A service that is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// The Sources API, whoever serves it.
    Sources,
    /// Koku's API with its reports.
    Koku,
    /// The ingress.
    Ingress,
}

/// What goes wrong with requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RequestTrouble {
    /// The service that is asked.
    #[serde(rename = "part")]
    pub service: Service,
    /// The method; any where it is `None`.
    pub method: Option<&'static str>,
    /// How the path ends, in whole segments, where `*` is any one: `sources/*`. Every path ends with nothing.
    pub path: &'static str,
    /// How many requests are struck; all where it is `None`.
    pub times: Option<u32>,
    /// What comes of them.
    pub reply: BadReply,
}

/// What comes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadReply {
    /// 500 and a page, and nothing is done.
    ServerError,
    /// 500 and a page, although all was done.
    ServerErrorAfterwards,
    /// 429 with `Retry-After`, in whole seconds, and nothing is done.
    TooManyRequests {
        /// After how long one may come again.
        retry_after: Duration,
    },
    /// 200 and a list without entries, and nothing is done.
    EmptyList,
    /// The status with which a source is made and a body that ends before its JSON does, and nothing is done.
    Malformed,
    /// All is done, and the connection ends in the middle of the reply.
    CutOff,
    /// All is done, and the reply is held back for so long.
    Late(Duration),
}

/// Messages that go from one part to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stream {
    /// Events of the platform's Sources API, on their way to Koku.
    SourcesEvents,
    /// Announcements of uploads, on their way from the ingress to Koku.
    Announcements,
}

/// What goes wrong with messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MessageTrouble {
    /// The stream.
    pub stream: Stream,
    /// The message, such as `Application.create`; any where it is `None`.
    pub name: Option<&'static str>,
    /// How many messages are struck; all where it is `None`.
    pub times: Option<u32>,
    /// What becomes of them.
    pub way: WrongWay,
}

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WrongWay {
    /// It never arrives.
    Lost,
    /// It arrives twice.
    Doubled,
    /// It arrives behind the next one.
    Overtaken,
}

impl Serialize for BadReply {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kind, time) = match self {
            Self::ServerError => ("server-error", None),
            Self::ServerErrorAfterwards => ("server-error-afterwards", None),
            Self::TooManyRequests { retry_after } => ("too-many-requests", Some(retry_after)),
            Self::EmptyList => ("empty-list", None),
            Self::Malformed => ("malformed", None),
            Self::CutOff => ("cut-off", None),
            Self::Late(time) => ("late", Some(time)),
        };
        let mut reply = serializer.serialize_struct("BadReply", 2)?;
        reply.serialize_field("kind", kind)?;
        reply.serialize_field("seconds", &time.map(Duration::as_secs_f64))?;
        reply.end()
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requests(trouble) => trouble.fmt(formatter),
            Self::Messages(trouble) => trouble.fmt(formatter),
        }
    }
}

impl fmt::Display for RequestTrouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let service = match self.service {
            Service::Sources => "the Sources API",
            Service::Koku => "Koku's API",
            Service::Ingress => "the ingress",
        };
        let (method, path) = (self.method.unwrap_or("any method"), self.path);
        write!(formatter, "{service} is made to answer {method} …/{path} {} ", often(self.times))?;
        match self.reply {
            BadReply::ServerError => formatter.write_str("with 500"),
            BadReply::ServerErrorAfterwards => formatter.write_str("with 500 after it was carried out"),
            BadReply::TooManyRequests { retry_after } => {
                write!(formatter, "with 429 and Retry-After: {}", retry_after.as_secs())
            }
            BadReply::EmptyList => formatter.write_str("with 200 and an empty list"),
            BadReply::Malformed => formatter.write_str("with 201 and half a body"),
            BadReply::CutOff => formatter.write_str("with half a reply after it was carried out"),
            BadReply::Late(time) => write!(formatter, "only after {} ms", time.as_millis()),
        }
    }
}

impl fmt::Display for MessageTrouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stream = match self.stream {
            Stream::SourcesEvents => "event of the Sources API",
            Stream::Announcements => "announcement of an upload",
        };
        let name = self.name.map(|name| format!(" {name}")).unwrap_or_default();
        let way = match self.way {
            WrongWay::Lost => "lost",
            WrongWay::Doubled => "delivered twice",
            WrongWay::Overtaken => "delivered behind the next one",
        };
        write!(formatter, "the {stream}{name} is {} {way}", often(self.times))
    }
}

fn often(times: Option<u32>) -> String {
    match times {
        None => "always".to_owned(),
        Some(1) => "once".to_owned(),
        Some(times) => format!("{times} times"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trouble_as_json_is_a_rule_that_a_fake_takes() {
        let requests = |reply| {
            let (service, method) = (Service::Sources, Some("POST"));
            Trouble::Requests(RequestTrouble { service, method, path: "sources/*", times: Some(2), reply })
        };
        let (stream, way) = (Stream::SourcesEvents, WrongWay::Overtaken);
        let messages = Trouble::Messages(MessageTrouble { stream, name: None, times: None, way });
        let rules = [
            requests(BadReply::Late(Duration::from_millis(1500))),
            requests(BadReply::ServerErrorAfterwards),
            messages,
        ];
        let expected = serde_json::json!([
            {"on": "requests", "part": "sources", "method": "POST", "path": "sources/*", "times": 2,
             "reply": {"kind": "late", "seconds": 1.5}},
            {"on": "requests", "part": "sources", "method": "POST", "path": "sources/*", "times": 2,
             "reply": {"kind": "server-error-afterwards", "seconds": null}},
            {"on": "messages", "stream": "sources-events", "name": null, "times": null, "way": "overtaken"},
        ]);
        assert_eq!(serde_json::to_value(rules).expect("serializes"), expected);
    }
}
