//! A diagnosis in words, and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::diagnosis::Diagnosis;
use super::recognise::Chosen;
use crate::check::{Drift, Finding, Outcome, Scope, Severity};
use crate::report::counted;

/// The version of the JSON document.
const VERSION: u32 = 1;
/// How the reason of a check that does not apply begins.
const DOES_NOT_APPLY: &str = "does not apply: ";

impl Diagnosis {
    /// The findings in words; nothing where there is none.
    #[must_use]
    pub fn to_text(&self) -> String {
        let findings = self.findings();
        if findings.is_empty() {
            return String::new();
        }
        let mut text = String::new();
        for finding in &findings {
            text += &told(finding);
        }
        text + &self.summary(&findings)
    }

    fn summary(&self, findings: &[&Finding]) -> String {
        let count = if findings.len() == 1 { "1 finding".to_owned() } else { format!("{} findings", findings.len()) };
        let mut text = format!("{count}; `e2e-validate explain {}` tells more", findings[0].check);
        let mut kept: BTreeMap<&str, usize> = BTreeMap::new();
        for result in &self.results {
            if let Outcome::NotRun { because } = &result.outcome {
                *kept.entry(because).or_default() += 1;
            }
        }
        for (because, checks) in kept {
            let checks =
                if checks == 1 { "1 more check waits".to_owned() } else { format!("{checks} more checks wait") };
            let _ = write!(text, "\n{checks} for {because} to be mended: look again then");
        }
        text
    }

    /// What was judged, in a line, for whoever wants to know.
    #[must_use]
    pub fn scope_line(&self) -> String {
        let mut checks: Vec<&str> = self
            .results
            .iter()
            .filter(|result| !matches!(result.outcome, Outcome::Skipped { .. }))
            .map(|result| result.check)
            .collect();
        checks.dedup();
        format!(
            "{}; {}; {}{}; {}",
            counted(checks.len(), "check"),
            self.version.as_ref().map_or_else(|| "no version".to_owned(), ToString::to_string),
            counted(self.tenants.len(), "tenant"),
            if self.tenants.is_empty() { String::new() } else { format!(" ({})", self.tenants.join(", ")) },
            counted(self.providers, "provider")
        )
    }

    /// The checks that say nothing of this system, each with its reason.
    pub fn not_applying(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.results.iter().filter_map(|result| match &result.outcome {
            Outcome::Skipped { reason } => Some((result.check, reason.trim_start_matches(DOES_NOT_APPLY))),
            _ => None,
        })
    }

    /// The document of `--format json`.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(&Document::of(self))
    }
}

fn told(finding: &Finding) -> String {
    let advisory = if finding.severity == Severity::Advisory { " (advisory)" } else { "" };
    let mut text = format!("{}: {}{advisory}\n", finding.scope, finding.check);
    let place = finding.place.as_deref().map(|place| ("place", place));
    let drift = finding.drift.map(|drift| ("drift", drift.as_str()));
    let rest = [
        ("expected", finding.expected.as_str()),
        ("observed", &finding.observed),
        ("cause", &finding.cause),
        ("remedy", &finding.remedy),
    ];
    for (name, value) in place.into_iter().chain(drift).chain(rest) {
        let _ = writeln!(text, "  {name:<8}  {value}");
    }
    text + "\n"
}

/// The document of `--format json`.
#[derive(Debug, Serialize)]
struct Document<'a> {
    version: u32,
    profile: Option<&'a str>,
    recognised_by: Option<&'a [String]>,
    koku: Option<String>,
    catalog: Option<&'a str>,
    tenants: &'a [String],
    findings: Vec<Told<'a>>,
    not_run: Vec<NotRun<'a>>,
    does_not_apply: Vec<NotApplying<'a>>,
    could_not_observe: Vec<Unobserved<'a>>,
}

#[derive(Debug, Serialize)]
struct Told<'a> {
    check: &'a str,
    severity: Severity,
    subject: String,
    scope: &'a Scope,
    place: Option<&'a str>,
    drift: Option<Drift>,
    expected: &'a str,
    observed: &'a str,
    cause: &'a str,
    remedy: &'a str,
}

#[derive(Debug, Serialize)]
struct NotRun<'a> {
    check: &'a str,
    subject: String,
    because: &'a str,
}

#[derive(Debug, Serialize)]
struct NotApplying<'a> {
    check: &'a str,
    why: &'a str,
}

#[derive(Debug, Serialize)]
struct Unobserved<'a> {
    what: &'a str,
    why: &'a str,
}

impl<'a> Document<'a> {
    fn of(diagnosis: &'a Diagnosis) -> Self {
        let not_run = diagnosis.results.iter().filter_map(|result| match &result.outcome {
            Outcome::NotRun { because } => {
                Some(NotRun { check: result.check, subject: result.scope.to_string(), because })
            }
            _ => None,
        });
        Self {
            version: VERSION,
            profile: diagnosis.chosen.as_ref().map(Chosen::profile),
            recognised_by: match &diagnosis.chosen {
                Some(Chosen::Recognised { because, .. }) => Some(because),
                _ => None,
            },
            koku: diagnosis.version.as_ref().map(ToString::to_string),
            catalog: diagnosis
                .version
                .as_ref()
                .and_then(|version| version.catalog())
                .map(|catalog| catalog.name.as_str()),
            tenants: &diagnosis.tenants,
            findings: diagnosis.findings().into_iter().map(Told::of).collect(),
            not_run: not_run.collect(),
            does_not_apply: diagnosis.not_applying().map(|(check, why)| NotApplying { check, why }).collect(),
            could_not_observe: diagnosis
                .unobserved
                .iter()
                .map(|one| Unobserved { what: &one.what, why: &one.why })
                .collect(),
        }
    }
}

impl<'a> Told<'a> {
    fn of(finding: &'a Finding) -> Self {
        Self {
            check: &finding.check,
            severity: finding.severity,
            subject: finding.scope.to_string(),
            scope: &finding.scope,
            place: finding.place.as_deref(),
            drift: finding.drift,
            expected: &finding.expected,
            observed: &finding.observed,
            cause: &finding.cause,
            remedy: &finding.remedy,
        }
    }
}
