//! The body that a report must answer. Source: recorded bodies of Koku 768be82, without a cost model.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use serde_json::{Map, Value, json};

use super::expected::Expected;
use super::namespace::{category, classification, is_reported};
use super::report::{Entry, numbers, score};
use crate::fact::usage::{DataSource, GroupBy, Measure, Report, ReportQuery, Resolution, Scope, SummaryRow};
use crate::number::Stored;

/// How many dates a page of a report holds, if nothing is said.
const PAGE: usize = 100;
/// Where the API stands in the links of a reply.
const PREFIX: &str = "/api/cost-management/v1/";
/// The extra costs of a report of costs by project.
const DISTRIBUTED: [&str; 5] = [
    "platform_distributed",
    "worker_unallocated_distributed",
    "network_unattributed_distributed",
    "storage_unattributed_distributed",
    "gpu_unallocated_distributed",
];

impl Expected {
    /// The body that Koku must answer in a tenant that has no other cluster. The uuids of sources, which are Koku's own,
    /// are left out; an integer is only where Koku answers one.
    #[must_use]
    pub fn report(&self, query: &ReportQuery) -> Value {
        body(&[self], query)
    }
}

/// The body that Koku must answer in a tenant that has these clusters and no other: reports cover all of them, or the one that is asked for.
#[must_use]
pub fn body(clusters: &[&Expected], query: &ReportQuery) -> Value {
    let asked = query.cluster.map(|cluster| cluster.to_string());
    let clusters = clusters.iter().filter(|cluster| asked.as_ref().is_none_or(|asked| cluster.cluster_id == *asked));
    let rows: Vec<&SummaryRow> = clusters.flat_map(|cluster| &cluster.summary_rows).collect();
    let rows: Vec<&SummaryRow> = rows.into_iter().filter(|row| covers(query.scope, row.usage_start)).collect();
    let dates = dates(query);
    let data: Vec<Value> = dates.iter().map(|date| date_entry(query, date, &in_date(&rows, date))).collect();
    json!({"meta": meta(query, dates.len(), &rows), "links": links(query, dates.len()), "data": data})
}

fn covers(scope: Scope, day: NaiveDate) -> bool {
    match scope {
        Scope::Days { first, last } => (first..=last).contains(&day),
        Scope::CurrentMonth { first } => (day.year(), day.month()) == (first.year(), first.month()),
    }
}

/// The dates of a report: days as `2026-11-10`, months as `2026-11`.
fn dates(query: &ReportQuery) -> Vec<String> {
    let (first, last) = match query.scope {
        Scope::Days { first, last } => (first, last),
        Scope::CurrentMonth { first } => (first, first + Days::new(u64::from(first.num_days_in_month()) - 1)),
    };
    let format = match query.resolution {
        Resolution::Daily => "%Y-%m-%d",
        Resolution::Monthly => "%Y-%m",
    };
    let dates: BTreeSet<String> =
        first.iter_days().take_while(|day| *day <= last).map(|day| day.format(format).to_string()).collect();
    dates.into_iter().collect()
}

fn in_date<'a>(rows: &[&'a SummaryRow], date: &str) -> Vec<&'a SummaryRow> {
    rows.iter().filter(|row| row.usage_start.to_string().starts_with(date)).copied().collect()
}

fn meta(query: &ReportQuery, dates: usize, rows: &[&SummaryRow]) -> Value {
    let mut filter = json!({"resolution": query.resolution.name()});
    let mut meta = json!({
        "count": dates, "limit": PAGE, "offset": 0, "currency": "USD", "group_by": {}, "order_by": {}, "exclude": {},
    });
    match query.scope {
        Scope::Days { first, last } => {
            meta["start_date"] = first.to_string().into();
            meta["end_date"] = last.to_string().into();
        }
        Scope::CurrentMonth { .. } => {
            filter["time_scope_units"] = "month".into();
            filter["time_scope_value"] = "-1".into();
        }
    }
    if let Some(cluster) = query.cluster {
        filter["cluster"] = json!([cluster]);
    }
    meta["filter"] = filter;
    if let Some(group) = query.group_by {
        meta["group_by"][group.name()] = json!(["*"]);
    }
    if (query.report, query.group_by) == (Report::Costs, Some(GroupBy::Project)) {
        meta["distributed_overhead"] = false.into();
    }
    meta["total"] = total(query, rows).into();
    meta
}

fn total(query: &ReportQuery, rows: &[&SummaryRow]) -> Map<String, Value> {
    let covered = covered(query.report, rows);
    let mut total = numbers(query.report, &Entry { rows: &covered, whole: rows, group_by: None });
    total.append(&mut claims_in_total(query.report, &covered));
    if let Some(score) = score(query.report, &covered) {
        total.insert("total_score".into(), score);
    }
    total.append(&mut costs(query));
    total
}

/// The rows whose usage a report shows.
fn covered<'a>(report: Report, rows: &[&'a SummaryRow]) -> Vec<&'a SummaryRow> {
    let is_covered = |row: &&&SummaryRow| match report {
        Report::Compute | Report::Memory => row.data_source == DataSource::Pod && is_reported(row.namespace.as_deref()),
        Report::Volumes => row.data_source == DataSource::Storage,
        Report::Costs => true,
    };
    rows.iter().filter(is_covered).copied().collect()
}

fn date_entry(query: &ReportQuery, date: &str, rows: &[&SummaryRow]) -> Value {
    let covered = covered(query.report, rows);
    let Some(group) = query.group_by else {
        let values = if covered.is_empty() { vec![] } else { vec![values(query, date, None, &covered, rows)] };
        return json!({"date": date, "values": values});
    };
    let entries: Vec<Value> = in_order(query.report, groups(group, &covered))
        .into_iter()
        .map(|(name, of_group)| {
            let whole = if group == GroupBy::Node { groups(group, rows).remove(&name) } else { None };
            let whole = whole.unwrap_or_else(|| rows.to_vec());
            json!({group.name(): name, "values": [values(query, date, Some(&name), &of_group, &whole)]})
        })
        .collect();
    json!({"date": date, format!("{}s", group.name()): entries})
}

fn groups<'a>(group: GroupBy, rows: &[&'a SummaryRow]) -> BTreeMap<String, Vec<&'a SummaryRow>> {
    let mut groups: BTreeMap<String, Vec<&SummaryRow>> = BTreeMap::new();
    for row in rows {
        let name = match group {
            GroupBy::Project => &row.namespace,
            GroupBy::Node => &row.node,
        };
        // Assumed: no recorded report has a row without node or namespace.
        let name = name.clone().unwrap_or_else(|| format!("No-{}", group.name()));
        groups.entry(name).or_default().push(row);
    }
    groups
}

/// Groups stand in order of usage, the largest first, and of name where it is equal; costs, which are all zero, in order
/// of name.
fn in_order(report: Report, groups: BTreeMap<String, Vec<&SummaryRow>>) -> Vec<(String, Vec<&SummaryRow>)> {
    let measure = match report {
        Report::Compute => Some(Measure::PodUsageCpuCoreHours),
        Report::Memory => Some(Measure::PodUsageMemoryGigabyteHours),
        Report::Volumes => Some(Measure::PersistentvolumeclaimUsageGigabyteMonths),
        Report::Costs => None,
    };
    let usage = |rows: &[&SummaryRow]| -> Stored { rows.iter().filter_map(|row| row.measures.get(&measure?)).sum() };
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_cached_key(|(_, rows)| Reverse(usage(rows)));
    groups
}

fn values(query: &ReportQuery, date: &str, group: Option<&str>, rows: &[&SummaryRow], whole: &[&SummaryRow]) -> Value {
    let mut values = numbers(query.report, &Entry { rows, whole, group_by: query.group_by });
    values.insert("date".into(), date.into());
    values.insert("clusters".into(), distinct(rows, |row| row.cluster_alias.as_ref()));
    values.append(&mut claims(query.report, rows));
    if let Some(score) = score(query.report, rows) {
        values.insert("score".into(), score);
    }
    if let (Some(by), Some(name)) = (query.group_by, group) {
        values.insert(by.name().into(), name.into());
        if by == GroupBy::Project {
            values.insert("classification".into(), classification(name).into());
        }
        if (by, query.report) == (GroupBy::Project, Report::Costs) {
            values.insert("cost_group".into(), category(Some(name)).map(|_| "Platform").into());
        }
    }
    values.append(&mut costs(query));
    values.into()
}

fn claims(report: Report, rows: &[&SummaryRow]) -> Map<String, Value> {
    let mut claims = Map::new();
    if report == Report::Volumes {
        claims.insert("persistent_volume_claim".into(), distinct(rows, |row| row.persistentvolumeclaim.as_ref()));
        claims.insert("storage_class".into(), distinct(rows, |row| row.storageclass.as_ref()));
    }
    claims
}

/// Where there are none at all, Koku answers the number 0 (recorded: a report of days without data).
fn claims_in_total(report: Report, rows: &[&SummaryRow]) -> Map<String, Value> {
    let claims = claims(report, rows).into_iter();
    claims.map(|(name, list)| (name, if rows.is_empty() { json!(0) } else { list })).collect()
}

fn distinct(rows: &[&SummaryRow], text: impl Fn(&SummaryRow) -> Option<&String>) -> Value {
    let texts: BTreeSet<&String> = rows.iter().filter_map(|row| text(row)).collect();
    json!(texts)
}

/// Costs without a cost model: all zero. Which there are depends on the report.
fn costs(query: &ReportQuery) -> Map<String, Value> {
    let zero = || json!({"value": 0.0, "units": "USD"});
    let block = |names: &[&str]| -> Value {
        names.iter().map(|name| ((*name).to_owned(), zero())).collect::<Map<_, _>>().into()
    };
    let plain = ["raw", "markup", "usage", "total"];
    let cost = match (query.report, query.group_by) {
        (Report::Costs, Some(GroupBy::Project)) => [&plain[..], &DISTRIBUTED, &["distributed"]].concat(),
        (Report::Compute | Report::Memory, _) => [&plain[..], &["distributed"]].concat(),
        _ => plain.to_vec(),
    };
    let blocks = [("infrastructure", block(&plain)), ("supplementary", block(&plain)), ("cost", block(&cost))];
    blocks.into_iter().map(|(name, block)| (name.to_owned(), block)).collect()
}

fn links(query: &ReportQuery, dates: usize) -> Value {
    let link = |offset| format!("{PREFIX}{}", query.link(PAGE, offset));
    let last = dates.saturating_sub(1) / PAGE * PAGE;
    let next = (last > 0).then(|| link(PAGE));
    json!({"first": link(0), "next": next, "previous": null, "last": link(last)})
}
