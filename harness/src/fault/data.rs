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
    on_the_way("add-column", "a file has a column that no report has", PayloadStrike::AddColumn, &["file-failed"]),
    on_the_way(
        "leave-out-file",
        "a file that the manifest lists is not in the payload",
        PayloadStrike::LeaveOutFile,
        &["processing-stalled"],
    ),
    on_the_way(
        "send-twice",
        "the same hours come in under two uuids and add up",
        PayloadStrike::SendTwice,
        &["usage-counted-twice"],
    ),
    afterwards("fail-summary", "the summary of a payload failed", fail_summary, &["file-failed"]),
    afterwards("lose-summary-rows", "a day of the daily summary is gone", lose_rows, &["summary-incomplete"]),
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

fn fail_summary(subject: &Subject) -> String {
    format!(
        "UPDATE public.reporting_common_costusagereportmanifest \
         SET state = jsonb_set(state, '{{summary,failed}}', state #> '{{summary,start}}') \
         WHERE provider_id IN (SELECT uuid FROM {});",
        table(subject, "reporting_tenant_api_provider")
    )
}

fn lose_rows(subject: &Subject) -> String {
    let table = summary(subject);
    format!("DELETE FROM {table} WHERE usage_start = (SELECT max(usage_start) FROM {table});")
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

fn alter_report_table(subject: &Subject) -> String {
    let table = table(subject, "reporting_ocp_pod_summary_p");
    format!("UPDATE {table} SET pod_usage_cpu_core_hours = pod_usage_cpu_core_hours + 1;")
}
