//! What the tests of reports and of the command share: events with fixed times, and snapshots in their one folder.
#![allow(dead_code, reason = "each test program uses its part of this module")]

pub(crate) mod command;

use chrono::{DateTime, TimeDelta, Utc};
use harness::check::{Finding, Outcome, Scope, Severity};
use harness::event::{Event, Happening, TrialId, VERSION};
use harness::run_id::RunId;

/// Compares with the snapshots in the top-level folder.
pub(crate) fn with_snapshots(assert: impl FnOnce()) {
    settings().bind(assert);
}

pub(crate) fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

pub(crate) fn run_id() -> RunId {
    serde_json::from_value("261124-100528-ab12".into()).expect("a run id")
}

pub(crate) fn trial(scenario: &str) -> TrialId {
    TrialId { scenario: scenario.into(), profile: "cost-mgmt".into(), target: "local".into() }
}

pub(crate) fn moment(milliseconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_514_728, 0).expect("a moment") + TimeDelta::milliseconds(milliseconds)
}

pub(crate) fn tenant(schema: &str) -> Scope {
    Scope::Tenant { schema: schema.into() }
}

pub(crate) fn domain_missing(schema: &str) -> Finding {
    Finding {
        check: "domain-missing".into(),
        severity: Severity::Required,
        scope: tenant(schema),
        place: Some("api_domain".into()),
        expected: "one row whose tenant_id is that of the tenant".into(),
        observed: "no row".into(),
        cause: "the bootstrap made the tenant and forgot its domain".into(),
        remedy: format!(
            "INSERT INTO public.api_domain (domain, tenant_id)\nSELECT '{schema}', id FROM public.api_tenant;"
        ),
        drift: None,
    }
}

/// Writes events down with the times that a test gives them.
pub(crate) struct Story {
    pub(crate) events: Vec<Event>,
}

impl Story {
    pub(crate) fn of_run(trials: usize) -> Self {
        let command = ["e2e-validate", "run", "smoke"].map(String::from).to_vec();
        Self { events: Vec::new() }.run(0, Happening::RunStarted { harness: "0.1.0".into(), command, trials }).run(
            310,
            Happening::TargetReady { summary: "PostgreSQL 15.14, started from binaries of this machine".into() },
        )
    }

    pub(crate) fn run(mut self, at: i64, what: Happening) -> Self {
        self.events.push(Event { version: VERSION, at: moment(at), run: run_id(), trial: None, what });
        self
    }

    pub(crate) fn trial(mut self, at: i64, scenario: &str, what: Happening) -> Self {
        self.events.push(Event { version: VERSION, at: moment(at), run: run_id(), trial: Some(trial(scenario)), what });
        self
    }

    pub(crate) fn started(self, at: i64, scenario: &str, summary: &str, steps: usize) -> Self {
        self.trial(at, scenario, Happening::TrialStarted { summary: summary.into(), steps })
    }

    pub(crate) fn step(self, at: i64, scenario: &str, step: usize, name: &str) -> Self {
        self.trial(at, scenario, Happening::StepStarted { step, name: name.into(), reason: None })
    }

    pub(crate) fn judged(
        self,
        at: i64,
        scenario: &str,
        step: usize,
        check: &str,
        examined: usize,
        outcome: Outcome,
    ) -> Self {
        let scope = tenant("org1234567");
        self.trial(at, scenario, Happening::Judged { step, check: check.into(), scope, examined, outcome })
    }

    pub(crate) fn step_done(
        self,
        from: i64,
        at: i64,
        scenario: &str,
        step: usize,
        name: &str,
        outcome: Outcome,
    ) -> Self {
        let elapsed_ms = u64::try_from(at - from).expect("forward in time");
        self.trial(at, scenario, Happening::StepFinished { step, name: name.into(), outcome, elapsed_ms })
    }

    pub(crate) fn done(self, at: i64, scenario: &str, outcome: Outcome, unexpected: &[&str], missing: &[&str]) -> Self {
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let (unexpected, missing) = (ids(unexpected), ids(missing));
        let as_expected = unexpected.is_empty() && missing.is_empty() && !matches!(outcome, Outcome::Errored { .. });
        let elapsed_ms = u64::try_from(at).expect("after the start");
        self.trial(at, scenario, Happening::TrialFinished { as_expected, outcome, missing, unexpected, elapsed_ms })
    }

    pub(crate) fn ended(self, at: i64, exit_code: u8) -> Self {
        let elapsed_ms = u64::try_from(at).expect("after the start");
        self.run(at, Happening::RunFinished { exit_code, elapsed_ms })
    }

    /// A trial that passes, from install to its end, between these times.
    pub(crate) fn passes(self, from: i64, to: i64, scenario: &str) -> Self {
        self.started(from, scenario, "A clean install provisions the default tenant.", 2)
            .step(from, scenario, 1, "install")
            .judged(from + 900, scenario, 1, "extension-missing", 1, Outcome::Passed)
            .step_done(from, from + 900, scenario, 1, "install", Outcome::Passed)
            .step(from + 900, scenario, 2, "verify-tables")
            .judged(to - 100, scenario, 2, "table-missing", 217, Outcome::Passed)
            .step_done(from + 900, to - 50, scenario, 2, "verify-tables", Outcome::Passed)
            .done(to, scenario, Outcome::Passed, &[], &[])
    }

    /// A trial whose bootstrap forgot a domain.
    pub(crate) fn fails(self, from: i64, to: i64, scenario: &str, unexpected: &[&str], missing: &[&str]) -> Self {
        let failed = Outcome::Failed { findings: vec![domain_missing("org1234567")] };
        let not_run = Outcome::NotRun { because: "domain-missing".into() };
        self.started(from, scenario, "The bootstrap job wrote no api_domain row.", 2)
            .trial(
                from,
                scenario,
                Happening::DoesNotApply {
                    check: "template-schema-missing".into(),
                    why: "on this profile, tenants are made without a template".into(),
                },
            )
            .step(from, scenario, 1, "bootstrap")
            .trial(from + 5, scenario, Happening::Acted { step: 1, action: "koku bootstrap org1234567".into() })
            .judged(from + 400, scenario, 1, "schema-missing", 1, Outcome::Passed)
            .judged(from + 410, scenario, 1, "domain-missing", 1, failed.clone())
            .judged(from + 420, scenario, 1, "domain-differs", 1, not_run)
            .step_done(from, from + 500, scenario, 1, "bootstrap", failed.clone())
            .step_done(
                from + 500,
                from + 500,
                scenario,
                2,
                "verify-tables",
                Outcome::NotRun { because: "bootstrap".into() },
            )
            .trial(to, scenario, Happening::EvidenceCollected { path: format!("evidence/{scenario}/facts.json") })
            .trial(
                to,
                scenario,
                Happening::Kept {
                    what: "database e2e_ab12_1: psql postgres://postgres:***@localhost:5433/e2e_ab12_1".into(),
                },
            )
            .done(to, scenario, failed, unexpected, missing)
    }
}

/// One run with every ending that there is.
pub(crate) fn every_ending() -> Story {
    let refused = "cannot connect to the database: connection refused".to_owned();
    Story::of_run(5)
        .passes(320, 4_150, "fresh-install")
        .fails(320, 1_500, "bootstrap-forgets-domain", &[], &[])
        .fails(1_600, 3_000, "three-tenants", &["domain-missing"], &["schema-missing"])
        .started(3_000, "no-superuser", "The extension is missing.", 2)
        .step(3_000, "no-superuser", 1, "install")
        .step_done(3_000, 3_100, "no-superuser", 1, "install", Outcome::Errored { why: refused.clone() })
        .done(3_120, "no-superuser", Outcome::Errored { why: refused }, &[], &[])
        .started(3_200, "aws", "An AWS provider on the platform dialect.", 4)
        .done(3_200, "aws", Outcome::Skipped { reason: "the profile has no AWS".into() }, &[], &[])
        .run(4_160, Happening::LeftBehind { what: "folder /tmp/e2e".into(), why: "its finalizer panicked".into() })
        .ended(4_200, 3)
}

/// A run that was killed in the middle of its second trial.
pub(crate) fn killed() -> Story {
    Story::of_run(3)
        .passes(320, 4_150, "fresh-install")
        .started(400, "three-tenants", "Three tenants at once.", 3)
        .step(400, "three-tenants", 1, "install")
        .step_done(400, 1_400, "three-tenants", 1, "install", Outcome::Passed)
        .step(1_400, "three-tenants", 2, "bootstrap")
        .judged(
            5_000,
            "three-tenants",
            2,
            "domain-missing",
            3,
            Outcome::Failed { findings: vec![domain_missing("acme")] },
        )
}
