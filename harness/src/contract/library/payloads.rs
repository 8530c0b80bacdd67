//! The forms of `koku-bad-payloads.json` and `koku-data-path.json`.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::contract::case::{Case, Dialect, Kind, NotKept, Observation, PayloadCase, Registered};
use crate::contract::system::Day;

/// The org of which faulty payloads were measured.
const ORG: &str = "8100007";
/// The org that sends the payload of another org's cluster.
const OTHER_ORG: &str = "8100008";
/// The role of a node is looked for in all clusters of a tenant, so what was measured in a fresh org needs one.
const FRESH_ORG: &str = "--fresh-org";
/// The content type that the chart's operator sends (source: read, facts koku.md §7).
const CONTENT_TYPE: &str = "application/vnd.redhat.hccm.filename+tgz";
/// The state of the cluster's manifests: `done` when completed.
const MANIFEST: &str = "SELECT to_jsonb((SELECT CASE WHEN completed_datetime IS NULL THEN 'open' ELSE 'done' END
    FROM public.reporting_common_costusagereportmanifest WHERE cluster_id = {cluster}))";
/// The statuses of its files, in order.
const STATUSES: &str = "SELECT coalesce(jsonb_agg(status ORDER BY file.id), '[]')
    FROM public.reporting_common_costusagereportstatus AS file
    JOIN public.reporting_common_costusagereportmanifest AS manifest ON manifest.id = manifest_id
    WHERE cluster_id = {cluster}";
/// Hours or months per day, without what no pod used. 15 digits are what Koku stores.
const PER_DAY: &str = "SELECT coalesce(jsonb_agg(amount ORDER BY usage_start), '[]')
    FROM (SELECT usage_start, trim_scale(sum(COLUMN)) AS amount FROM {schema}.reporting_ocpusagelineitem_daily_summary
        WHERE cluster_id = {cluster} AND data_source = 'SOURCE' AND namespace NOT LIKE '% unallocated'
        GROUP BY usage_start) AS days";

/// `koku-bad-payloads.json`: every row of facts koku-bad-payloads.md.
#[derive(Debug, Deserialize)]
pub(super) struct Measured {
    cases: Vec<MeasuredCase>,
}

#[derive(Debug, Deserialize)]
struct MeasuredCase {
    id: String,
    fault: String,
    validation: Option<String>,
    manifest: Option<String>,
    statuses: Vec<i32>,
    core_hours: Vec<f64>,
    gib_months: Vec<f64>,
}

/// `koku-data-path.json`: the rows of facts koku.md §7.
#[derive(Debug, Deserialize)]
pub(super) struct DataPath {
    days: Day,
    cases: Vec<DataPathCase>,
    not_over_http: Vec<NotOverHttp>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DataPathCase {
    id: String,
    kind: Kind,
    source: String,
    given: String,
    /// Whether the tenant's tables must hold nothing else.
    #[serde(default)]
    fresh_org: bool,
    #[serde(default)]
    fault: Option<String>,
    #[serde(default)]
    content_type: Option<String>,
    #[serde(default)]
    without_identity: bool,
    #[serde(default)]
    status: Option<u16>,
    #[serde(default)]
    validation: Option<String>,
    #[serde(default)]
    observations: Vec<Observation>,
    /// Why the fake does not keep it.
    #[serde(default)]
    not_kept: Option<String>,
}

/// What §7 says and nobody can ask over HTTP.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NotOverHttp {
    id: String,
    kind: Kind,
    source: String,
    reason: String,
}

impl Measured {
    /// Its cases, numbered from 0; they hold on these days.
    pub(super) fn into_cases(self, day: Day) -> Vec<PayloadCase> {
        self.cases.into_iter().enumerate().map(|(number, case)| case.into_case(number, day)).collect()
    }
}

impl MeasuredCase {
    fn into_case(self, number: usize, day: Day) -> PayloadCase {
        let org_id = if self.id.ends_with(FRESH_ORG) { format!("81001{number:02}") } else { ORG.to_owned() };
        let sent_by = if self.id == "other-org-cluster" { OTHER_ORG.to_owned() } else { org_id.clone() };
        let per_day = |column: &str, source: &str| PER_DAY.replace("COLUMN", column).replace("SOURCE", source);
        let seen = |what: &str, sql: String, expected: Value| Observation { what: what.to_owned(), sql, expected };
        PayloadCase {
            case: case(self.id.clone(), Kind::Measured, self.fault, Some(day), None),
            source: "koku-bad-payloads.md".to_owned(),
            fault: self.id,
            registered: registered(org_id, number),
            sent_by,
            content_type: CONTENT_TYPE.to_owned(),
            with_identity: true,
            status: 202,
            validation: self.validation,
            observations: vec![
                seen("manifest", MANIFEST.to_owned(), json!(self.manifest)),
                seen("statuses", STATUSES.to_owned(), json!(self.statuses)),
                seen("core-hours", per_day("pod_usage_cpu_core_hours", "Pod"), json!(self.core_hours)),
                seen(
                    "GiB-months",
                    per_day("volume_request_storage_gigabyte_months", "Storage"),
                    json!(self.gib_months),
                ),
            ],
        }
    }
}

impl DataPath {
    /// The days on which payloads of these dates are processed.
    pub(super) const fn days(&self) -> Day {
        self.days
    }

    /// Its cases, numbered from `first`.
    pub(super) fn into_cases(self, first: usize) -> Vec<PayloadCase> {
        let days = self.days;
        let cases = self.cases.into_iter().enumerate().map(|(number, raw)| raw.into_case(first + number, days));
        cases.chain(self.not_over_http.into_iter().map(NotOverHttp::into_case)).collect()
    }
}

impl DataPathCase {
    fn into_case(self, number: usize, day: Day) -> PayloadCase {
        let not_kept = self.not_kept.map(|reason| NotKept { reason, sent: true });
        let org_id = if self.fresh_org { format!("81002{number:02}") } else { ORG.to_owned() };
        PayloadCase {
            case: case(self.id, self.kind, self.given, Some(day), not_kept),
            source: self.source,
            fault: self.fault.unwrap_or_else(|| "none".to_owned()),
            registered: registered(org_id.clone(), number),
            sent_by: org_id,
            content_type: self.content_type.unwrap_or_else(|| CONTENT_TYPE.to_owned()),
            with_identity: !self.without_identity,
            status: self.status.unwrap_or(202),
            validation: self.validation,
            observations: self.observations,
        }
    }
}

impl NotOverHttp {
    fn into_case(self) -> PayloadCase {
        let not_kept = NotKept { reason: self.reason, sent: false };
        PayloadCase {
            case: case(self.id, self.kind, String::new(), None, Some(not_kept)),
            source: self.source,
            fault: "none".to_owned(),
            registered: registered(ORG.to_owned(), 0),
            sent_by: ORG.to_owned(),
            content_type: CONTENT_TYPE.to_owned(),
            with_identity: true,
            status: 202,
            validation: None,
            observations: Vec::new(),
        }
    }
}

fn case(id: String, kind: Kind, given: String, day: Option<Day>, not_kept: Option<NotKept>) -> Case {
    Case { id, kind, dialect: Dialect::Koku, given, day, not_kept }
}

fn registered(org_id: String, number: usize) -> Registered {
    Registered { org_id, cluster_id: format!("90000000-0000-4000-8000-{number:012}"), number }
}
