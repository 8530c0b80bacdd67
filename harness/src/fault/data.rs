//! A payload and its numbers.

use super::form::{Fault, PayloadStrike, Strike};
use super::subject::{Aim, Subject};
use crate::check::sql;

const fn on_the_way(
    name: &'static str,
    summary: &'static str,
    strike: PayloadStrike,
    findings: &'static [&'static str],
) -> Fault {
    Fault { name, summary, strike: Strike::Payload(strike), aim: Aim::Provider, choices: &[], findings }
}

const fn afterwards(
    name: &'static str,
    summary: &'static str,
    statements: fn(&Subject) -> String,
    findings: &'static [&'static str],
) -> Fault {
    Fault { name, summary, strike: Strike::Processed(statements), aim: Aim::Provider, choices: &[], findings }
}

pub(super) const FAULTS: &[Fault] = &[
    on_the_way("send-as-nobody", "a payload is sent without an org", PayloadStrike::SendAsNobody, &["upload-refused"]),
    on_the_way(
        "lose-announcement",
        "Koku never hears of an upload",
        PayloadStrike::LoseAnnouncement,
        &["manifest-missing"],
    ),
    on_the_way("cut-archive", "the archive is cut in half", PayloadStrike::CutArchive, &["manifest-missing"]),
    // Koku never processes a uuid twice, so that nothing may come of it.
    on_the_way("double-announcement", "Koku hears of an upload twice", PayloadStrike::AnnounceTwice, &[]),
    on_the_way("add-column", "a file has a column that no report has", PayloadStrike::AddColumn, &["file-failed"]),
    on_the_way("drop-csv-column", "a file lacks a column", PayloadStrike::DropColumn, &["file-failed"]),
    on_the_way(
        "leave-out-file",
        "a file that the manifest lists is not in the payload",
        PayloadStrike::LeaveOutFile,
        &["processing-stalled"],
    ),
    on_the_way(
        "stop-after-first-file",
        "the worker dies when the first of the files is processed",
        PayloadStrike::StopAfterFirstFile,
        &["processing-stalled"],
    ),
    on_the_way(
        "stop-before-summary",
        "the worker dies when all files are processed, before the summary",
        PayloadStrike::StopBeforeSummary,
        &["processing-stalled"],
    ),
    on_the_way(
        "keep-old-reports",
        "Koku's cache of reports is not emptied when a payload comes in",
        PayloadStrike::KeepOldReports,
        &["report-stale"],
    ),
    on_the_way(
        "send-twice",
        "the same hours come in under two uuids and add up",
        PayloadStrike::SendTwice,
        &["usage-counted-twice"],
    ),
    afterwards("fail-file", "a file is marked failed", fail_file, &["file-failed"]),
    afterwards("reopen-manifest", "a manifest was never completed", reopen_manifest, &["processing-stalled"]),
    afterwards("empty-summary", "the daily summary has no row", empty_summary, &["summary-incomplete"]),
    afterwards("lose-claims", "the daily summary has no row of a claim", lose_claims, &["summary-incomplete"]),
    afterwards("lose-report-rows", "a report table has no rows", lose_report_rows, &["report-differs"]),
    afterwards("fail-summary", "the summary of a payload failed", fail_summary, &["file-failed"]),
    afterwards("lose-summary-rows", "a day of the daily summary is gone", lose_rows, &["summary-incomplete"]),
    afterwards(
        "drop-month-partition",
        "the month partition of the daily summary is gone, and its rows with it",
        drop_month_partition,
        &["summary-incomplete"],
    ),
    afterwards("repeat-summary-rows", "the daily summary has its rows twice", repeat_rows, &["usage-counted-twice"]),
    afterwards("alter-usage", "usage in the daily summary is another", alter_usage, &["usage-differs"]),
    afterwards(
        "stray-summary-rows",
        "the daily summary has a namespace that the payload has not",
        stray_rows,
        &["usage-differs"],
    ),
    afterwards(
        "rename-cluster",
        "rows of the daily summary have another source's name",
        rename_cluster,
        &["usage-differs"],
    ),
    afterwards(
        "alter-capacity",
        "a node's capacity in the daily summary is another",
        alter_capacity,
        &["capacity-differs"],
    ),
    afterwards("alter-cost", "a cost in the daily summary is another", alter_cost, &["cost-differs"]),
    afterwards("lose-costs", "the costs in the daily summary are gone", lose_costs, &["cost-differs"]),
    afterwards(
        "alter-report-table",
        "a report table was not made from this summary",
        alter_report_table,
        &["report-differs"],
    ),
    afterwards("leak-rows", "usage of another tenant's cluster is in this tenant", leak_rows, &["tenant-leak"]),
];

fn table(subject: &Subject, name: &str) -> String {
    format!("{}.{name}", sql::identifier(&subject.schema))
}

fn summary(subject: &Subject) -> String {
    table(subject, "reporting_ocpusagelineitem_daily_summary")
}

/// The manifests of the tenant's providers, as a condition on `provider_id`.
fn of_tenant(subject: &Subject) -> String {
    format!("provider_id IN (SELECT uuid FROM {})", table(subject, "reporting_tenant_api_provider"))
}

fn fail_file(subject: &Subject) -> String {
    format!(
        "UPDATE public.reporting_common_costusagereportstatus SET status = 2, failed_status = 4, completed_datetime = NULL \
         WHERE id = (SELECT max(file.id) FROM public.reporting_common_costusagereportstatus file \
         JOIN public.reporting_common_costusagereportmanifest manifest ON manifest.id = file.manifest_id WHERE {});",
        of_tenant(subject)
    )
}

fn reopen_manifest(subject: &Subject) -> String {
    format!(
        "UPDATE public.reporting_common_costusagereportmanifest SET completed_datetime = NULL, \
         creation_datetime = now() - interval '1 day' WHERE {};",
        of_tenant(subject)
    )
}

fn empty_summary(subject: &Subject) -> String {
    format!("DELETE FROM {};", summary(subject))
}

fn lose_claims(subject: &Subject) -> String {
    format!("DELETE FROM {} WHERE data_source = 'Storage';", summary(subject))
}

fn lose_report_rows(subject: &Subject) -> String {
    format!("DELETE FROM {};", table(subject, "reporting_ocp_volume_summary_by_project_p"))
}

fn fail_summary(subject: &Subject) -> String {
    format!(
        "UPDATE public.reporting_common_costusagereportmanifest \
         SET state = jsonb_set(state, '{{summary,failed}}', state #> '{{summary,start}}') \
         WHERE {};",
        of_tenant(subject)
    )
}

fn lose_rows(subject: &Subject) -> String {
    let table = summary(subject);
    format!("DELETE FROM {table} WHERE usage_start = (SELECT max(usage_start) FROM {table});")
}

fn drop_month_partition(subject: &Subject) -> String {
    format!(
        "DO $fault$ DECLARE month regclass; BEGIN \
             FOR month IN SELECT inhrelid FROM pg_inherits \
                 WHERE inhparent = {}::regclass AND inhrelid::regclass::text ~ '_20[0-9][0-9]_[0-9][0-9]\"?$' LOOP \
                 EXECUTE format('DROP TABLE %s', month); \
             END LOOP; \
         END $fault$;",
        sql::literal(&summary(subject))
    )
}

/// Copies all rows, with these columns changed.
fn copy_rows(subject: &Subject, changed: &str) -> String {
    let table = summary(subject);
    format!(
        "INSERT INTO {table} SELECT copy.* FROM {table} original, LATERAL jsonb_populate_record(original, \
         jsonb_build_object('uuid', public.uuid_generate_v4()) || '{changed}') AS copy;"
    )
}

fn repeat_rows(subject: &Subject) -> String {
    copy_rows(subject, "{}")
}

fn stray_rows(subject: &Subject) -> String {
    copy_rows(subject, r#"{"namespace": "of-nobody"}"#)
}

fn leak_rows(subject: &Subject) -> String {
    copy_rows(subject, r#"{"cluster_id": "cluster-of-another-tenant"}"#)
}

fn alter_usage(subject: &Subject) -> String {
    let table = summary(subject);
    format!(
        "UPDATE {table} SET pod_usage_cpu_core_hours = pod_usage_cpu_core_hours + 0.25 \
         WHERE data_source = 'Pod' AND usage_start = (SELECT min(usage_start) FROM {table});"
    )
}

fn rename_cluster(subject: &Subject) -> String {
    format!("UPDATE {} SET cluster_alias = 'cluster-of-nobody';", summary(subject))
}

fn alter_capacity(subject: &Subject) -> String {
    let table = summary(subject);
    format!(
        "UPDATE {table} SET node_capacity_cpu_core_hours = node_capacity_cpu_core_hours + 1 \
         WHERE usage_start = (SELECT min(usage_start) FROM {table});"
    )
}

fn alter_cost(subject: &Subject) -> String {
    let table = summary(subject);
    format!(
        "UPDATE {table} SET cost_model_cpu_cost = cost_model_cpu_cost + 1 WHERE cost_model_rate_type = 'Supplementary' \
         AND data_source = 'Pod' AND usage_start = (SELECT min(usage_start) FROM {table});"
    )
}

fn lose_costs(subject: &Subject) -> String {
    format!("DELETE FROM {} WHERE cost_model_rate_type IS NOT NULL;", summary(subject))
}

fn alter_report_table(subject: &Subject) -> String {
    let table = table(subject, "reporting_ocp_pod_summary_p");
    format!("UPDATE {table} SET pod_usage_cpu_core_hours = pod_usage_cpu_core_hours + 1;")
}
