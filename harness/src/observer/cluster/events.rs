//! Events, as facts.

use k8s_openapi::api::core::v1::Event;

use super::objects::moment;
use crate::fact::release::EventFact;
use crate::redact::redact;

/// An event.
pub(super) fn event(event: &Event) -> EventFact {
    let object = &event.involved_object;
    let made = moment(event.metadata.creation_timestamp.as_ref());
    let first = moment(event.first_timestamp.as_ref()).or(made);
    let series = event.series.as_ref().and_then(|series| series.count);
    EventFact {
        object: format!(
            "{}/{}",
            object.kind.as_deref().unwrap_or_default(),
            object.name.as_deref().unwrap_or_default()
        ),
        is_warning: event.type_.as_deref() == Some("Warning"),
        reason: event.reason.clone().unwrap_or_default(),
        message: redact(event.message.as_deref().unwrap_or_default()).into_owned(),
        count: event.count.or(series).unwrap_or(1),
        first,
        last: moment(event.last_timestamp.as_ref()).or(first),
    }
}
