//! Two requests that are sent at the same moment.
//!
//! Which of them wins is chance. The recording holds one of the two ways; where the system took the other one, the expectations are
//! exchanged: each text in which the two requests differ is put in the place of the other.

use serde_json::Value;
use tokio::join;

use super::exchanges::{Exchanges, unbound};
use super::send::{Answered, NotAnswered, meeting, ready};
use crate::contract::case::{Body, Exchange, Outcome, Reply, RowsByTable, Sent};
use crate::contract::error::ContractError;
use crate::contract::matching::{Difference, Placeholder, names};
use crate::contract::rows::Snapshot;

/// The status of the one that won.
const CREATED: u16 = 201;

/// Sends both, and judges both; the rows of both are judged with the first.
pub(super) async fn replay(
    exchanges: &mut Exchanges<'_>,
    first: &Exchange,
    second: &Exchange,
    before: Option<Snapshot>,
) -> Result<(Outcome, Outcome), ContractError> {
    let (Some(sent_first), Some(sent_second)) = (&first.sent, &second.sent) else {
        return Ok((unbound(&first.case.id), unbound(&second.case.id)));
    };
    let (answered_first, answered_second) = send_both(exchanges, first, sent_first, sent_second).await;
    let (answered_first, answered_second) = match (answered_first, answered_second) {
        (Ok(first), Ok(second)) => (first, second),
        (Err(why), _) | (_, Err(why)) => {
            let differs = Outcome::of(vec![Difference::new("reply", "one", format!("{why:?}"))]);
            return Ok((differs.clone(), differs));
        }
    };
    let swapped = was_exchanged(first, second, &answered_first, &answered_second);
    let swap = if swapped { Swap::between(&first.case.id, sent_first, sent_second) } else { Swap::default() };
    if swapped {
        exchanges.other_won(&first.case.id);
    }
    let expected = |exchange: &Exchange| exchange.reply.as_ref().map(|reply| swap.reply(reply));
    let (reply_first, reply_second) =
        if swapped { (expected(second), expected(first)) } else { (expected(first), expected(second)) };
    let mut of_first = judged(exchanges, reply_first, &answered_first);
    let of_second = judged(exchanges, reply_second, &answered_second);
    if let Some(before) = before {
        let rows = first.rows.as_ref().map(|rows| swap.rows(rows));
        let expected = Exchange { rows, ..first.clone() };
        of_first.extend(exchanges.judge_rows(&expected, &before).await?);
    }
    Ok((Outcome::of(of_first), Outcome::of(of_second)))
}

async fn send_both(
    exchanges: &mut Exchanges<'_>,
    exchange: &Exchange,
    first: &Sent,
    second: &Sent,
) -> (Result<Answered, NotAnswered>, Result<Answered, NotAnswered>) {
    let base = &exchanges.system.processes[&exchange.configuration];
    let first = ready(first, &exchanges.client, base, &mut exchanges.bindings);
    let second = ready(second, &exchanges.client, base, &mut exchanges.bindings);
    // The one that won when it was recorded sets out first, so that it mostly wins again.
    let won = exchange.reply.as_ref().is_some_and(|reply| reply.status == CREATED);
    let met = first.and_then(|first| {
        let second = second?;
        if won { meeting(first, second) } else { meeting(second, first).map(|(second, first)| (first, second)) }
    });
    let allowed = exchanges.system.allowed;
    match met {
        Ok((first, second)) => join!(first.send(allowed, false), second.send(allowed, false)),
        Err(why) => {
            let told = format!("{why:?}");
            (Err(why), Err(NotAnswered::Failed(told)))
        }
    }
}

fn judged(exchanges: &mut Exchanges<'_>, reply: Option<Reply>, answered: &Answered) -> Vec<Difference> {
    reply.map_or_else(Vec::new, |reply| reply.compare(answered, &mut exchanges.bindings))
}

/// Whether the other request won.
fn was_exchanged(first: &Exchange, second: &Exchange, answered_first: &Answered, answered_second: &Answered) -> bool {
    let status = |exchange: &Exchange| exchange.reply.as_ref().map(|reply| reply.status);
    let recorded = (status(first), status(second));
    recorded.0 != recorded.1 && recorded == (Some(answered_second.status), Some(answered_first.status))
}

/// Texts that are put in each other's place.
#[derive(Debug, Default)]
struct Swap {
    pairs: Vec<(String, String)>,
    /// What the names of placeholders end in after the exchange: the pair's own.
    ending: String,
}

impl Swap {
    fn between(id: &str, first: &Sent, second: &Sent) -> Self {
        let mut pairs = Vec::new();
        differing(
            &first.identity.clone().unwrap_or_default(),
            &second.identity.clone().unwrap_or_default(),
            &mut pairs,
        );
        if let (Body::Json(first), Body::Json(second)) = (&first.body, &second.body) {
            differing(first, second, &mut pairs);
        }
        // The longest first: one text may be a part of another.
        pairs.sort_by_key(|(first, _)| std::cmp::Reverse(first.len()));
        Self { pairs, ending: format!("_of_{}", id.replace('-', "_")) }
    }

    fn text(&self, text: &str) -> String {
        let mut marked = text.to_owned();
        let marks = |place: usize| (format!("\u{1}{place}\u{2}"), format!("\u{3}{place}\u{2}"));
        for (place, (first, second)) in self.pairs.iter().enumerate() {
            let (one, other) = marks(place);
            marked = marked.replace(first, &one).replace(second, &other);
        }
        for (place, (first, second)) in self.pairs.iter().enumerate() {
            let (one, other) = marks(place);
            marked = marked.replace(&one, second).replace(&other, first);
        }
        marked
    }

    /// As [`Swap::text`], with placeholders of its own: what was bound for the one is not the other's.
    fn expected(&self, text: &str) -> String {
        let mut swapped = self.text(text);
        for name in names(text).unwrap_or_default().into_iter().filter(|_| !self.pairs.is_empty()) {
            let own = match Placeholder::read(name) {
                Some(Placeholder::Moment(_)) => "wording".to_owned(),
                Some(Placeholder::Number(bound)) => format!("{bound}{}|int", self.ending),
                Some(Placeholder::Text(bound)) => format!("{bound}{}", self.ending),
                _ => continue,
            };
            swapped = swapped.replace(&format!("{{{{{name}}}}}"), &format!("{{{{{own}}}}}"));
        }
        swapped
    }

    fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.expected(text)),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(members) => {
                members.iter().map(|(name, member)| (self.text(name), self.value(member))).collect()
            }
            other => other.clone(),
        }
    }

    fn reply(&self, reply: &Reply) -> Reply {
        let body = match &reply.body {
            Body::Json(body) => Body::Json(self.value(body)),
            other => other.clone(),
        };
        Reply { body, ..reply.clone() }
    }

    fn rows(&self, rows: &RowsByTable) -> RowsByTable {
        let swapped =
            rows.iter().map(|(table, rows)| (self.text(table), rows.iter().map(|row| self.value(row)).collect()));
        swapped.collect()
    }
}

/// The texts in which two values of one shape differ.
fn differing(first: &Value, second: &Value, pairs: &mut Vec<(String, String)>) {
    match (first, second) {
        (Value::String(first), Value::String(second)) if first != second => {
            pairs.push((first.clone(), second.clone()));
        }
        (Value::Object(first), Value::Object(second)) => {
            for (name, member) in first {
                differing(member, second.get(name).unwrap_or(&Value::Null), pairs);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_put_in_each_others_place() {
        let mut pairs = Vec::new();
        differing(&json!({"org": "7", "user": "user-7"}), &json!({"org": "8", "user": "user-8"}), &mut pairs);
        let swap = Swap { pairs, ending: "_of_pair".to_owned() };
        let row = json!({"org7.table": [{"name": "user-7", "other": "8 and 7"}]});
        assert_eq!(swap.value(&row), json!({"org8.table": [{"name": "user-8", "other": "7 and 8"}]}));
        assert_eq!(swap.value(&json!("{{customer_id_1|int}}")), json!("{{customer_id_1_of_pair|int}}"));
        assert_eq!(swap.value(&json!("{{time_1}}")), json!("{{wording}}"));
        let unswapped = json!(["{{customer_id_1|int}}", "user-7"]);
        assert_eq!(Swap::default().value(&unswapped), unswapped);
    }
}
