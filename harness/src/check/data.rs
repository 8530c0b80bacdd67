//! A payload on its way: taken in, registered, processed; and into no other tenant. Its numbers are judged in `usage`.

use super::case::{PayloadCase, ProcessingCase};
use super::expectation::Capabilities;
use super::finding::Severity;
use super::form::{Applies, Check, Deviation, Group, Judge, Judgement, always};
use super::{processing, sql};
use crate::fact::usage::{FileFact, FileState, ManifestFact};

/// The status with which the ingress takes a payload in.
const ACCEPTED: u16 = 202;

pub(super) const fn check(
    id: &'static str,
    summary: &'static str,
    presupposes: &'static [&'static str],
    judge: fn(&PayloadCase<'_>) -> Judgement,
) -> Check {
    let (group, severity) = (Group::Data, Severity::Required);
    Check { id, group, severity, summary, presupposes, applies: always, judge: Judge::Payload(judge) }
}

/// A check that judges all that was sent for a tenant, where nobody knows what that was.
pub(super) const fn or_of_all(check: &Check, tenant: fn(&ProcessingCase<'_>) -> Judgement) -> Check {
    let Judge::Payload(payload) = check.judge else { panic!("it judges payloads") };
    Check { judge: Judge::PayloadOrTenant { payload, tenant, of_tenant: processing::OF_TENANT }, ..*check }
}

pub(super) const CHECKS: &[Check] = &[
    check("upload-refused", "the ingress takes the payload in: status 202", &[], upload_refused),
    // Presupposes nothing: rows of somebody else are never passed over because something smaller is wrong too.
    Check {
        applies: clusters_known,
        ..check("tenant-leak", "the tenant's daily summary has rows of its own clusters only", &[], tenant_leak)
    },
    check("manifest-missing", "Koku has a manifest of the payload's uuid", &["upload-refused"], manifest_missing),
    or_of_all(
        &check(
            "file-failed",
            "no file of the payload and no step of its processing failed",
            &["manifest-missing"],
            file_failed,
        ),
        processing::file_failed,
    ),
    or_of_all(
        &check(
            "processing-stalled",
            "the payload is processed within the profile's budget",
            &["file-failed"],
            processing_stalled,
        ),
        processing::stalled,
    ),
];

/// Where a tenant was there before the run, clusters of others may have rows in it.
const fn clusters_known(capabilities: Capabilities) -> Applies {
    if capabilities.tenants_shared() {
        Applies::No("the system runs already, and other people's clusters may have rows in its tenant")
    } else {
        Applies::Yes
    }
}

fn upload_refused(case: &PayloadCase<'_>) -> Judgement {
    let upload = &case.facts.upload;
    Judgement::one((upload.status != ACCEPTED).then(|| Deviation {
        place: Some(upload.request.clone()),
        expected: format!("{ACCEPTED}"),
        observed: format!("{}: {}", upload.status, upload.body.trim_end()),
        cause: "the ingress refused the payload (identity, content type or size), or something in front of it does not let it \
                through; its own words are the observed ones"
            .to_owned(),
        remedy: format!("mend what the reply names, and send payload {} again", case.payload.payload),
        drift: None,
    }))
}

fn tenant_leak(case: &PayloadCase<'_>) -> Judgement {
    let PayloadCase { facts, payload } = case;
    let others = &facts.usage.other_clusters;
    let strangers: Vec<_> = others.iter().filter(|other| !payload.clusters.contains(&other.cluster_id)).collect();
    let table = format!("{}.reporting_ocpusagelineitem_daily_summary", sql::identifier(&payload.schema));
    let deviation = strangers.first().map(|first| Deviation {
        place: Some(table.clone()),
        expected: format!("rows of {} only", payload.clusters.join(", ")),
        observed: listed(strangers.iter().map(|other| format!("{} rows of cluster {:?}", other.rows, other.cluster_id))),
        cause: "a worker wrote another tenant's usage here: it kept the schema of the payload before, or a provider was moved \
                between tenants"
            .to_owned(),
        remedy: format!(
            "find whose cluster it is: SELECT customer.schema_name FROM api_provider provider \
             JOIN api_providerauthentication authentication ON authentication.id = provider.authentication_id \
             JOIN api_customer customer ON customer.id = provider.customer_id \
             WHERE authentication.credentials ->> 'cluster_id' = {cluster}; \
             then DELETE FROM {table} WHERE cluster_id = {cluster}; and send that tenant's payload again",
            cluster = sql::literal(&first.cluster_id)
        ),
        drift: None,
    });
    // The clusters whose rows were looked through: its own, and each other one.
    Judgement { examined: 1 + others.len(), deviations: deviation.into_iter().collect() }
}

fn manifest_missing(case: &PayloadCase<'_>) -> Judgement {
    let payload = case.payload;
    Judgement::one(case.facts.usage.manifest.is_none().then(|| Deviation {
        place: Some("reporting_common_costusagereportmanifest".to_owned()),
        expected: format!("a manifest with assembly_id {} of a provider of this tenant", payload.uuid),
        observed: case.facts.stalled.clone().unwrap_or_else(|| "no such row".to_owned()),
        cause: format!(
            "Koku never heard of the upload or did not take it: the announcement was lost, no provider of this org has cluster \
             id {}, the archive cannot be read, or its days are older than the retention",
            payload.expected.cluster_id
        ),
        remedy: format!(
            "read what Koku's listener logs of payload {}; see that it runs and that provider {} has cluster id {}; then send the \
             payload again",
            payload.uuid, payload.provider, payload.expected.cluster_id
        ),
        drift: None,
    }))
}

/// What of a payload failed.
pub(super) fn failures(manifest: Option<&ManifestFact>, files: &[FileFact]) -> Vec<String> {
    let files = files.iter().filter(|file| file.state == FileState::Failed);
    let files = files.map(|file| match file.failed_status {
        Some(status) => format!("file {} failed in state {:?}", file.name, FileState::from(status)),
        None => format!("file {} failed", file.name),
    });
    let steps = manifest.into_iter().flat_map(ManifestFact::failed_steps).map(|step| format!("step {step} failed"));
    files.chain(steps).collect()
}

fn file_failed(case: &PayloadCase<'_>) -> Judgement {
    let usage = &case.facts.usage;
    let failures = failures(usage.manifest.as_ref(), &usage.files);
    let deviation = (!failures.is_empty()).then(|| Deviation {
        place: Some(format!("manifest {}", case.payload.uuid)),
        expected: format!("{} files processed, and no step failed", case.payload.files.len()),
        observed: listed(failures.iter().cloned()),
        cause: "a file's columns are not those of a kind that Koku knows, its content cannot be read, or the database refused; the \
                files behind it are not processed either"
            .to_owned(),
        remedy: format!(
            "read the error in the log of Koku's worker, mend the file, and send the payload under a new uuid: Koku takes none \
             twice, and {} is spent",
            case.payload.uuid
        ),
        drift: None,
    });
    let steps = usage.manifest.as_ref().and_then(|manifest| manifest.state.as_object()).map_or(0, serde_json::Map::len);
    Judgement { examined: case.payload.files.len() + steps, deviations: deviation.into_iter().collect() }
}

fn processing_stalled(case: &PayloadCase<'_>) -> Judgement {
    let PayloadCase { facts, payload } = case;
    let is_open = facts.usage.manifest.as_ref().is_some_and(|manifest| manifest.completed_datetime.is_none());
    let open = || is_open.then(|| "the manifest is not completed".to_owned());
    let deviation = facts.stalled.clone().or_else(open).map(|why| {
        let waiting = facts.usage.files.iter().filter(|file| file.state != FileState::Done);
        let waiting = waiting.map(|FileFact { name, state, .. }| format!("file {name} is in state {state:?}"));
        let waiting = listed(waiting);
        Deviation {
            place: Some(format!("manifest {}", payload.uuid)),
            expected: format!("{} files done and the manifest completed", payload.files.len()),
            observed: if waiting.is_empty() { why } else { format!("{why}; {waiting}") },
            cause: "a file that the manifest lists is not in the payload, no worker takes its task, or the summary was never \
                    begun; where all is merely slow, the budget is too short"
                .to_owned(),
            remedy: format!(
                "see that Koku's workers run and what they log of manifest {}; send a listed file that lacks in another upload \
                 with the same uuid",
                payload.uuid
            ),
            drift: None,
        }
    });
    Judgement { examined: payload.files.len(), deviations: deviation.into_iter().collect() }
}

/// How many of many things a finding names.
const NAMED: usize = 3;

/// The first few of many things, and how many more there are.
pub(super) fn listed(things: impl Iterator<Item = String>) -> String {
    let mut things: Vec<String> = things.collect();
    let more = things.len().saturating_sub(NAMED);
    things.truncate(NAMED);
    if more > 0 {
        things.push(format!("and {more} more"));
    }
    things.join("; ")
}
