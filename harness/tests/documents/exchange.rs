//! Recorded exchanges as they are on the wire.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

/// The recordings whose exchanges are shown.
const FILES: [&str; 3] = ["koku-reports", "koku-sources", "platform-sources"];

/// Recorded exchanges, by file and id.
pub(crate) struct Recordings(BTreeMap<(String, String), Value>);

impl Recordings {
    pub(crate) fn load(folder: &Path) -> Self {
        let mut exchanges = BTreeMap::new();
        for file in FILES {
            let text = std::fs::read_to_string(folder.join(format!("{file}.json"))).expect("the recording is there");
            let recording: Value = serde_json::from_str(&text).expect("the recording is JSON");
            let list = recording.get("exchanges").unwrap_or(&recording).as_array().expect("a list of exchanges");
            for exchange in list {
                let id = exchange["id"].as_str().expect("every exchange has an id").to_owned();
                exchanges.insert((file.to_owned(), id), exchange.clone());
            }
        }
        Self(exchanges)
    }

    /// An exchange as a code block: request, reply, and the events that followed.
    pub(crate) fn render(&self, file: &str, id: &str) -> Result<String, String> {
        let key = (file.to_owned(), id.to_owned());
        let exchange = self.0.get(&key).ok_or_else(|| format!("{file}.json has no exchange {id}"))?;
        let (request, response) = (&exchange["request"], &exchange["response"]);
        let mut text = format!("```\n{} {}\n", word(&request["method"]), word(&request["path"]));
        if request.get("identity").is_some() {
            let _ = writeln!(text, "x-rh-identity: base64 of {}", request["identity"]);
        }
        text += &body(&request["body"]);
        let _ = writeln!(text, "\n{}", response["status"]);
        text += &body(&response["body"]);
        for event in exchange["events"].as_array().into_iter().flatten() {
            text += &said(event);
        }
        Ok(text + "```\n")
    }
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn body(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => format!("{text}\n"),
        value => format!("{value:#}\n"),
    }
}

/// An event: its topic, its type, what it says.
fn said(event: &Value) -> String {
    let headers = event["headers"].as_array().into_iter().flatten();
    let kind = headers.filter(|header| header[0] == "event_type").map(|header| word(&header[1])).next();
    format!(
        "\nthen, on topic {}, event_type {}\n{}",
        word(&event["topic"]),
        kind.unwrap_or("none"),
        body(&event["value"])
    )
}
