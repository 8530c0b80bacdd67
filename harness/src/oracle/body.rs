//! The body that a report must answer. Source: recorded bodies of Koku 768be82.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use serde_json::{Map, Value, json};

use super::expected::Expected;
use super::money;
use super::namespace::{category, classification, is_reported};
use super::report::{Entry, numbers, score};
use crate::fact::usage::{CostRow, DataSource, GroupBy, Measure, Report, ReportQuery, Resolution, Scope, SummaryRow};
use crate::number::Stored;

/// How many dates a page of a report holds, if nothing is said.
const PAGE: usize = 100;
/// Where the API stands in the links of a reply.
const PREFIX: &str = "/api/cost-management/v1/";
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
    let clusters: Vec<_> = clusters.collect();
    let rows = clusters.iter().flat_map(|cluster| &cluster.summary_rows);
    let rows: Vec<&SummaryRow> = rows.filter(|row| covers(query.scope, row.usage_start)).collect();
    let costs = clusters.iter().flat_map(|cluster| &cluster.cost_rows);
    let costs: Vec<&CostRow> = costs.filter(|row| covers(query.scope, row.usage_start)).collect();
    let costs = money::covered(query.report, &costs);
    let dates = dates(query);
    let in_date = |date: &str| {
        let costs = costs.iter().filter(|row| row.usage_start.to_string().starts_with(date)).copied().collect();
        (in_date(&rows, date), costs)
    };
    let entry = |date: &String| -> Value {
        let (rows, costs): (_, Vec<&CostRow>) = in_date(date);
        date_entry(query, date, &rows, &costs)
    };
    let data: Vec<Value> = dates.iter().map(entry).collect();
    json!({"meta": meta(query, dates.len(), &rows, &costs), "links": links(query, dates.len()), "data": data})
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

fn meta(query: &ReportQuery, dates: usize, rows: &[&SummaryRow], costs: &[&CostRow]) -> Value {
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
        meta["distributed_overhead"] = costs.iter().any(|row| row.distributed != Stored::ZERO).into();
    }
    meta["total"] = total(query, rows, costs).into();
    meta
}

fn total(query: &ReportQuery, rows: &[&SummaryRow], costs: &[&CostRow]) -> Map<String, Value> {
    let covered = covered(query.report, rows);
    let mut total = numbers(query.report, &Entry { rows: &covered, whole: rows, group_by: None });
    total.append(&mut claims_in_total(query.report, &covered));
    if let Some(score) = score(query.report, &covered, &money::total(query.report, costs)) {
        total.insert("total_score".into(), score);
    }
    total.append(&mut money::costs(query, costs));
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

fn date_entry(query: &ReportQuery, date: &str, rows: &[&SummaryRow], costs: &[&CostRow]) -> Value {
    let covered = covered(query.report, rows);
    let Some(group) = query.group_by else {
        let values = if covered.is_empty() {
            vec![]
        } else {
            vec![values(query, date, None, &Of { rows: &covered, whole: rows, costs })]
        };
        return json!({"date": date, "values": values});
    };
    let entry = |(name, rows_of_group): (String, Vec<&SummaryRow>)| {
        let whole = if group == GroupBy::Node { groups(group, rows).remove(&name) } else { None };
        let whole = whole.unwrap_or_else(|| rows.to_vec());
        let costs: Vec<&CostRow> = costs.iter().filter(|row| name_in(group, row) == name).copied().collect();
        let of = Of { rows: &rows_of_group, whole: &whole, costs: &costs };
        json!({group.name(): name, "values": [values(query, date, Some(&name), &of)]})
    };
    let entries: Vec<Value> = in_order(query.report, groups(group, &covered)).into_iter().map(entry).collect();
    json!({"date": date, format!("{}s", group.name()): entries})
}

fn groups<'a>(group: GroupBy, rows: &[&'a SummaryRow]) -> BTreeMap<String, Vec<&'a SummaryRow>> {
    let mut groups: BTreeMap<String, Vec<&SummaryRow>> = BTreeMap::new();
    for row in rows {
        groups.entry(name_of(group, row.namespace.as_ref(), row.node.as_ref())).or_default().push(row);
    }
    groups
}

/// The group of a row of costs.
fn name_in(group: GroupBy, row: &CostRow) -> String {
    name_of(group, row.namespace.as_ref(), row.node.as_ref())
}

/// Assumed for what has none: no recorded report has a row without node or namespace.
fn name_of(group: GroupBy, namespace: Option<&String>, node: Option<&String>) -> String {
    let name = match group {
        GroupBy::Project => namespace,
        GroupBy::Node => node,
    };
    name.cloned().unwrap_or_else(|| format!("No-{}", group.name()))
}

/// What an entry is of.
struct Of<'a> {
    /// The rows whose usage is shown.
    rows: &'a [&'a SummaryRow],
    /// The rows whose capacity is shown.
    whole: &'a [&'a SummaryRow],
    /// The rows of costs.
    costs: &'a [&'a CostRow],
}

/// Groups stand in order of usage, the largest first, and of name where it is equal; costs in order of name. In
/// which order costs that are not zero stand is not compared.
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

fn values(query: &ReportQuery, date: &str, group: Option<&str>, of: &Of<'_>) -> Value {
    let Of { rows, whole, costs } = *of;
    let mut values = numbers(query.report, &Entry { rows, whole, group_by: query.group_by });
    values.insert("date".into(), date.into());
    values.insert("clusters".into(), distinct(rows, |row| row.cluster_alias.as_ref()));
    values.append(&mut claims(query.report, rows));
    if let Some(score) = score(query.report, rows, &money::total(query.report, costs)) {
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
    values.append(&mut money::costs(query, costs));
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

fn links(query: &ReportQuery, dates: usize) -> Value {
    let link = |offset| format!("{PREFIX}{}", query.link(PAGE, offset));
    let last = dates.saturating_sub(1) / PAGE * PAGE;
    let next = (last > 0).then(|| link(PAGE));
    json!({"first": link(0), "next": next, "previous": null, "last": link(last)})
}
