//! Payloads that are sent to a provider which was sent one before.

use crate::scenario::{PhaseStep, Place, Problem, ProcessData, Resend, Scenario};
use crate::yaml::listed;

/// What is wrong with how `process-data` at this index, for this provider, follows what was sent before.
pub(super) fn resend_problem(scenario: &Scenario, index: usize, provider: &str, place: &Place) -> Option<Problem> {
    let PhaseStep::ProcessData(data) = scenario.phases.get(index)? else { return None };
    let sent = sent_before(scenario, index, provider);
    match (data.resend, sent.is_empty()) {
        (None, true) | (Some(Resend::NewUuid), false) => None,
        (None, false) => Some(
            Problem::new(
                place.clone(),
                format!("a second payload is sent for provider `{provider}`"),
                "expected `resend`, as days are sent again",
            )
            .help("add `resend: same-upload` (the very bytes) or `resend: new-uuid`, or send it for another provider"),
        ),
        (Some(resend), true) => Some(
            Problem::new(
                place.clone().then_key("resend"),
                format!("`{}` sends again, and nothing was sent for provider `{provider}`", resend.as_str()),
                "nothing to send again",
            )
            .help("take it out, or put the `process-data` that is sent first before it"),
        ),
        (Some(Resend::SameUpload), false) => same_upload_problem(data, &sent, provider, place),
    }
}

/// The same upload is one that was sent, in the form in which it was.
fn same_upload_problem(data: &ProcessData, sent: &[&ProcessData], provider: &str, place: &Place) -> Option<Problem> {
    if data.form.is_some() {
        let message = "the same upload has the form in which it was sent";
        let problem = Problem::new(place.clone().then_key("form"), message, "cannot be another one");
        return Some(problem.help("take it out, or say `resend: new-uuid`"));
    }
    let mut names: Vec<&str> = sent.iter().map(|earlier| earlier.payload.as_str()).collect();
    names.dedup();
    (!names.contains(&data.payload.as_str())).then(|| {
        let message = format!("payload `{}` was not sent for provider `{provider}`", data.payload);
        Problem::new(place.clone().then_key("payload"), message, "cannot be the same upload")
            .help(format!("name one of {}, or say `resend: new-uuid`", listed(&names)))
    })
}

/// What the phases before this one send for the provider. Where a phase names none, there is only one.
fn sent_before<'a>(scenario: &'a Scenario, index: usize, provider: &str) -> Vec<&'a ProcessData> {
    let earlier = scenario.phases.iter().take(index).filter_map(|step| match step {
        PhaseStep::ProcessData(data) => Some(data),
        _ => None,
    });
    earlier.filter(|data| data.provider.as_deref().is_none_or(|name| name == provider)).collect()
}
