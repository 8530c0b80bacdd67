//! What became of the cases, summed up.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::case::{Case, Dialect, Kind, Outcome};
use super::library::Suite;

/// What became of the cases of a whole run.
#[derive(Debug, Default, Serialize)]
pub struct Account {
    /// Suite by suite.
    pub suites: Vec<SuiteAccount>,
}

/// What became of the cases of one suite.
#[derive(Debug, Serialize)]
pub struct SuiteAccount {
    /// The suite.
    pub suite: String,
    /// Whose contract it is of.
    pub dialect: Dialect,
    /// The cases, in order.
    pub cases: Vec<CaseAccount>,
}

/// What became of one case.
#[derive(Debug, Serialize)]
pub struct CaseAccount {
    /// Its name.
    pub id: String,
    /// How it is known.
    pub kind: Kind,
    /// What was given.
    pub given: String,
    /// What became of it.
    pub result: Outcome,
}

/// How many cases ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// The system did what was recorded.
    pub kept: usize,
    /// It did something else.
    pub differ: usize,
    /// They were not asked.
    pub not_run: usize,
}

impl Tally {
    fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Kept => self.kept += 1,
            Outcome::Differs { .. } => self.differ += 1,
            Outcome::NotRun { .. } => self.not_run += 1,
        }
    }
}

impl SuiteAccount {
    pub(super) fn new(suite: &Suite) -> Self {
        Self { suite: suite.name.clone(), dialect: suite.dialect, cases: Vec::new() }
    }

    pub(super) fn with(mut self, cases: Vec<(Case, Outcome)>) -> Self {
        let cases = cases.into_iter();
        self.cases = cases
            .map(|(case, result)| CaseAccount { id: case.id, kind: case.kind, given: case.given, result })
            .collect();
        self
    }
}

impl Account {
    /// The whole run.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        self.cases().for_each(|(_, case)| tally.count(&case.result));
        tally
    }

    /// By dialect and kind.
    #[must_use]
    pub fn tallies(&self) -> BTreeMap<(Dialect, Kind), Tally> {
        let mut tallies: BTreeMap<_, Tally> = BTreeMap::new();
        for (suite, case) in self.cases() {
            tallies.entry((suite.dialect, case.kind)).or_default().count(&case.result);
        }
        tallies
    }

    /// The cases that were not run, with the reason of each, as `suite/id: why`.
    #[must_use]
    pub fn not_run(&self) -> Vec<String> {
        let told = self.cases().filter_map(|(suite, case)| match &case.result {
            Outcome::NotRun { why } => Some(format!("{}/{}: {why}", suite.suite, case.id)),
            _ => None,
        });
        told.collect()
    }

    /// The findings, as `suite/id` with each field that differs.
    #[must_use]
    pub fn findings(&self) -> Vec<String> {
        let told = self.cases().filter_map(|(suite, case)| match &case.result {
            Outcome::Differs { differences } => {
                let fields: Vec<String> = differences.iter().map(|difference| format!("\n  {difference}")).collect();
                Some(format!("{}/{} ({}){}", suite.suite, case.id, case.kind, fields.concat()))
            }
            _ => None,
        });
        told.collect()
    }

    fn cases(&self) -> impl Iterator<Item = (&SuiteAccount, &CaseAccount)> {
        self.suites.iter().flat_map(|suite| suite.cases.iter().map(move |case| (suite, case)))
    }

    /// The account for people: findings, what was not run, totals.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for finding in self.findings() {
            let _ = writeln!(text, "differs: {finding}");
        }
        for not_run in self.not_run() {
            let _ = writeln!(text, "not run: {not_run}");
        }
        if !text.is_empty() {
            text.push('\n');
        }
        for ((dialect, kind), tally) in self.tallies() {
            let _ = writeln!(text, "{dialect}, {kind}: {tally}");
        }
        let _ = write!(text, "in all: {}", self.tally());
        text
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let verb = if self.differ == 1 { "differs" } else { "differ" };
        write!(formatter, "{} kept, {} {verb}, {} not run", self.kept, self.differ, self.not_run)
    }
}
