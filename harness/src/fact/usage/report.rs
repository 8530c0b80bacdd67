//! Koku's reports over HTTP: what is asked, and what came back.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Where the reports of a cluster stand below the API's prefix.
const REPORTS: &str = "reports/openshift";

/// A report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Report {
    /// Core-hours.
    Compute,
    /// GiB-hours.
    Memory,
    /// GiB-months of claims.
    Volumes,
    /// Money.
    Costs,
}

impl Report {
    /// The last part of its path.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Compute => "compute",
            Self::Memory => "memory",
            Self::Volumes => "volumes",
            Self::Costs => "costs",
        }
    }
}

/// By what a report is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupBy {
    /// By namespace.
    Project,
    /// By node.
    Node,
}

impl GroupBy {
    /// The word in queries and bodies.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Node => "node",
        }
    }
}

/// How fine a report is in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Resolution {
    /// A number for each day.
    Daily,
    /// A number for the month.
    Monthly,
}

impl Resolution {
    /// The word in queries and bodies.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Monthly => "monthly",
        }
    }
}

/// Which days a report covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// From the first to the last day, both included. Koku's own default is the last ten days, so that a payload of two
    /// weeks ago is not in it.
    Days {
        /// The first.
        first: NaiveDate,
        /// The last.
        last: NaiveDate,
    },
    /// The current month of Koku's clock, of which this is the first day.
    CurrentMonth {
        /// The first day of that month.
        first: NaiveDate,
    },
}

/// What is asked of the reports. Source of the form: facts `koku-http.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ReportQuery {
    /// The report.
    pub report: Report,
    /// The days.
    pub scope: Scope,
    /// Days or month.
    pub resolution: Resolution,
    /// By what it is divided, if it is.
    pub group_by: Option<GroupBy>,
    /// The one cluster that it is narrowed to. Else it covers all clusters of the tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Uuid>,
}

impl ReportQuery {
    /// The reports that prove a payload: the totals of all four, those by namespace, cores by node, cores by day.
    #[must_use]
    pub fn suite(scope: Scope, days: Scope) -> Vec<Self> {
        let monthly =
            |report, group_by| Self { report, scope, resolution: Resolution::Monthly, group_by, cluster: None };
        let reports = [Report::Compute, Report::Memory, Report::Volumes, Report::Costs];
        let totals = reports.map(|report| monthly(report, None));
        let projects = reports.map(|report| monthly(report, Some(GroupBy::Project)));
        let by_node = monthly(Report::Compute, Some(GroupBy::Node));
        let daily = Self { resolution: Resolution::Daily, scope: days, ..monthly(Report::Compute, None) };
        totals.into_iter().chain(projects).chain([by_node, daily]).collect()
    }

    /// The same, narrowed to one cluster.
    #[must_use]
    pub fn of_cluster(self, cluster: Uuid) -> Self {
        Self { cluster: Some(cluster), ..self }
    }

    /// Path and query below the API's prefix, with brackets as people write them.
    #[must_use]
    pub fn path(&self) -> String {
        let parameters = self.parameters();
        let parameters: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{REPORTS}/{}/?{}", self.report.name(), parameters.join("&"))
    }

    /// The same question in words that nobody has used before, if `limit` is one that nobody uses: Koku keeps
    /// replies by their question, word by word, and a limit greater than the number of dates changes
    /// nothing but the words (source: facts `koku-http.md`).
    #[must_use]
    pub fn path_past_cache(&self, limit: u16) -> String {
        format!("{}&limit={limit}", self.path())
    }

    /// Path and query as Koku writes them in a reply's links: parameters in order of name, brackets encoded.
    #[must_use]
    pub fn link(&self, limit: usize, offset: usize) -> String {
        let mut parameters = self.parameters();
        parameters.extend([("limit", limit.to_string()), ("offset", offset.to_string())]);
        parameters.sort();
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        // Django encodes the asterisk, the URL standard does not.
        format!("{REPORTS}/{}/?{}", self.report.name(), query.replace('*', "%2A"))
    }

    fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut parameters = match self.scope {
            Scope::Days { first, last } => {
                vec![("start_date", first.to_string()), ("end_date", last.to_string())]
            }
            Scope::CurrentMonth { .. } => {
                vec![("filter[time_scope_units]", "month".to_owned()), ("filter[time_scope_value]", "-1".to_owned())]
            }
        };
        parameters.push(("filter[resolution]", self.resolution.name().to_owned()));
        match self.group_by {
            Some(GroupBy::Project) => parameters.push(("group_by[project]", "*".to_owned())),
            Some(GroupBy::Node) => parameters.push(("group_by[node]", "*".to_owned())),
            None => {}
        }
        parameters.extend(self.cluster.map(|cluster| ("filter[cluster]", cluster.to_string())));
        parameters
    }
}

/// What a report answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportFact {
    /// What was asked.
    pub query: ReportQuery,
    /// The JSON that came back.
    pub body: Value,
    /// What came back when the same was asked in other words, which Koku's cache cannot know. Asked only where the first
    /// answer was another than expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub past_cache: Option<Value>,
}
