//! Whether every placeholder of a recording means something, and is bound before it is sent.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::contract::case::{Body, Exchange, Preparation, Sent};
use crate::contract::error::ContractError;
use crate::contract::matching::{KNOWN, Placeholder, names};

/// Refuses a placeholder that means nothing, and one that is sent before anything can bind it.
pub(super) fn check(exchanges: &[Exchange], path: &Path) -> Result<(), ContractError> {
    let mut bound = BTreeSet::new();
    for exchange in exchanges {
        Checked { exchange, path }.check(&mut bound)?;
    }
    Ok(())
}

struct Checked<'a> {
    exchange: &'a Exchange,
    path: &'a Path,
}

impl Checked<'_> {
    fn check(&self, bound: &mut BTreeSet<String>) -> Result<(), ContractError> {
        for preparation in &self.exchange.preparations {
            if let Preparation::Request { sent, binds } = preparation {
                self.must_be_bound(sent, bound)?;
                bound.extend(binds.clone());
            }
        }
        if let Some(sent) = &self.exchange.sent {
            self.must_be_bound(sent, bound)?;
        }
        for text in self.expected_texts() {
            bound.extend(self.names_of(&text)?);
        }
        Ok(())
    }

    fn must_be_bound(&self, sent: &Sent, bound: &BTreeSet<String>) -> Result<(), ContractError> {
        let mut texts = vec![sent.path.clone()];
        match &sent.body {
            Body::Json(body) => collect(body, &mut texts),
            Body::Text(text) => texts.push(text.clone()),
            Body::Empty => {}
        }
        sent.headers.values().for_each(|value| collect(value, &mut texts));
        for text in texts {
            for name in self.names_of(&text)? {
                if !bound.contains(&name) {
                    return Err(ContractError::Unbound { path: self.path.to_owned(), case: self.id(), name });
                }
            }
        }
        Ok(())
    }

    fn expected_texts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        if let Some(reply) = &self.exchange.reply {
            texts.extend(reply.headers.values().flatten().cloned());
            match &reply.body {
                Body::Json(body) => collect(body, &mut texts),
                Body::Text(text) => texts.push(text.clone()),
                Body::Empty => {}
            }
        }
        let rows = self.exchange.rows.iter().chain([&self.exchange.rows_deleted]).flat_map(|rows| rows.values());
        let events = self.exchange.events.iter().chain(&self.exchange.availability_requests);
        rows.chain(events).flatten().for_each(|value| collect(value, &mut texts));
        texts
    }

    /// The names that a text binds or sends.
    fn names_of(&self, text: &str) -> Result<Vec<String>, ContractError> {
        let unknown = |name: &str| ContractError::Placeholder {
            path: self.path.to_owned(),
            case: self.id(),
            name: name.to_owned(),
            expected: KNOWN,
        };
        let placeholders = names(text).map_err(unknown)?.into_iter();
        let named = placeholders.map(|name| Placeholder::read(name).ok_or_else(|| unknown(name)));
        let named: Vec<Placeholder<'_>> = named.collect::<Result<_, _>>()?;
        Ok(named.iter().filter_map(|placeholder| placeholder.name().map(str::to_owned)).collect())
    }

    fn id(&self) -> String {
        self.exchange.case.id.clone()
    }
}

/// The texts of a value, the names of its members too.
fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(members) => {
            for (name, member) in members {
                texts.push(name.clone());
                collect(member, texts);
            }
        }
        _ => {}
    }
}
