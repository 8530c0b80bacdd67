//! What became of all that was sent for a tenant, where nobody knows what that was: what manifests, files and report periods say of
//! themselves. Where it is known, the same checks judge payload by payload, in `data` and `usage`.

use chrono::TimeDelta;

use super::case::ProcessingCase;
use super::data::{failures, listed};
use super::form::{Deviation, Judgement};
use super::sql;
use crate::fact::database::ProviderRow;
use crate::fact::processing::Unfinished;
use crate::fact::usage::FileState;

/// What must be there before a tenant's processing can be judged.
pub(super) const OF_TENANT: &[&str] = &["public-tables-missing", "tables-missing"];

/// How long a manifest may be open. Koku's own processing of a payload takes seconds to minutes (measured: 5 s for a small one);
/// that an hour is enough for any is `assumed`.
const OPEN_AT_MOST: TimeDelta = TimeDelta::hours(1);

/// How many manifests were looked through, and the tenant itself.
fn examined(case: &ProcessingCase<'_>) -> usize {
    let manifests = case.of_tenant().map(|(_, processing)| usize::try_from(processing.manifests).unwrap_or(usize::MAX));
    manifests.fold(1, usize::saturating_add)
}

fn judgement(case: &ProcessingCase<'_>, deviations: Vec<Deviation>) -> Judgement {
    Judgement { examined: examined(case), deviations }
}

/// The payload by its uuid, and when it came.
fn told(one: &Unfinished) -> String {
    let came = one.manifest.creation_datetime.map_or_else(String::new, |at| format!(" of {}", at.format("%F %R UTC")));
    format!("manifest {}{came}", one.manifest.assembly_id)
}

/// One finding for each provider of which something is told.
fn of_each_provider(
    case: &ProcessingCase<'_>,
    tell: impl Fn(&Unfinished) -> Option<String>,
    deviation: impl Fn(&ProviderRow, String) -> Deviation,
) -> Judgement {
    let mut deviations = Vec::new();
    for (provider, processing) in case.of_tenant() {
        let things: Vec<String> = processing.unfinished.iter().filter_map(&tell).collect();
        if !things.is_empty() {
            deviations.push(deviation(provider, listed(things.into_iter())));
        }
    }
    judgement(case, deviations)
}

pub(super) fn file_failed(case: &ProcessingCase<'_>) -> Judgement {
    let tell = |one: &Unfinished| {
        let failures = failures(Some(&one.manifest), &one.files);
        (!failures.is_empty()).then(|| format!("{}: {}", told(one), failures.join(", ")))
    };
    of_each_provider(case, tell, failed)
}

fn failed(provider: &ProviderRow, observed: String) -> Deviation {
    Deviation {
        place: Some(format!("provider {}", provider.name)),
        drift: None,
        expected: "the last payload processed, without a failed file or step".to_owned(),
        observed,
        cause: "a file's columns are not those of a kind that Koku knows, its content cannot be read, or the database refused; no \
                later payload of this provider came to a good end"
            .to_owned(),
        remedy: "read the error in the log of Koku's worker, mend the file, and send the payload under a new uuid: Koku takes none \
                 twice"
            .to_owned(),
    }
}

pub(super) fn stalled(case: &ProcessingCase<'_>) -> Judgement {
    let latest = case.facts.observed_at - OPEN_AT_MOST;
    let tell = |one: &Unfinished| {
        let manifest = &one.manifest;
        let is_old = manifest.creation_datetime.is_none_or(|created| created < latest);
        let is_stalled =
            manifest.completed_datetime.is_none() && is_old && failures(Some(manifest), &one.files).is_empty();
        let done = one.files.iter().filter(|file| file.state == FileState::Done).count();
        is_stalled.then(|| format!("{}: {done} of {} files are done", told(one), manifest.num_total_files))
    };
    of_each_provider(case, tell, open)
}

fn open(provider: &ProviderRow, observed: String) -> Deviation {
    Deviation {
        place: Some(format!("provider {}", provider.name)),
        drift: None,
        expected: format!("every manifest completed within {} min", OPEN_AT_MOST.num_minutes()),
        observed,
        cause: "a file that the manifest lists is not in the payload, no worker takes its task, a worker died on the way, or the \
                payload has neither start nor end"
            .to_owned(),
        remedy: format!(
            "see that Koku's workers run and what they log of these manifests; send a listed file that lacks in another upload \
             with the same uuid. Which files are awaited: SELECT file.report_name, file.status FROM \
             public.reporting_common_costusagereportstatus file JOIN public.reporting_common_costusagereportmanifest manifest \
             ON manifest.id = file.manifest_id WHERE manifest.provider_id = {} AND file.status <> 1",
            sql::literal(&provider.uuid.to_string())
        ),
    }
}

pub(super) fn summary_incomplete(case: &ProcessingCase<'_>) -> Judgement {
    let mut deviations = Vec::new();
    for (provider, processing) in case.of_tenant().filter(|(_, processing)| processing.completed > 0) {
        let empty = processing.periods.iter().filter(|period| !period.has_rows || period.summarised.is_none());
        let empty: Vec<_> = empty.collect();
        let Some(first) = empty.first() else { continue };
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("schema", &case.tenant.schema).append_pair("provider_uuid", &provider.uuid.to_string());
        query.append_pair("start_date", &first.start.format("%Y-%m-01").to_string());
        deviations.push(Deviation {
            place: Some(format!("{}.reporting_ocpusagelineitem_daily_summary", sql::identifier(&case.tenant.schema))),
            drift: None,
            expected: format!("rows of cluster {} in each month for which it has a report period", first.cluster_id),
            observed: listed(empty.iter().map(|period| {
                let summarised =
                    period.summarised.map_or_else(|| "never".to_owned(), |at| at.format("%F %R UTC").to_string());
                let rows = if period.has_rows { "rows" } else { "no row" };
                format!("{}: {rows}, last summarised {summarised}", period.start.format("%Y-%m"))
            })),
            cause: "the summary ran before all files were in, stopped halfway, or rows were deleted since".to_owned(),
            remedy: format!(
                "have Koku summarise again: GET masu's /api/cost-management/v1/report_data/?{}",
                query.finish()
            ),
        });
    }
    judgement(case, deviations)
}
