//! Judging facts by checks: presuppositions, scopes, and what an outcome is made of.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::case::{
    ApiCase, ChartCase, PayloadCase, ProcessingCase, ProviderCase, ReleaseCase, SlateCase, SourceCase, SystemCase,
    TenantCase,
};
use super::comparison::Tenants;
use super::expectation::Expectation;
use super::finding::{Finding, Scope};
use super::form::{Applies, Check, Judge, Judgement};
use super::outcome::Outcome;
use super::registry;
use super::subjects::{Obstacles, Subjects};
use crate::error::chain;
use crate::fact::api::ApiFacts;
use crate::fact::database::DatabaseFacts;
use crate::fact::release::{ChartFacts, ReleaseFacts};
use crate::fact::slate::SlateFacts;
use crate::fact::sources::SourceFacts;
use crate::fact::usage::PayloadFacts;

/// Facts, or why there are none.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Observed<T> {
    /// Nobody looked.
    #[default]
    NotLookedAt,
    /// They could not be observed.
    Failed {
        /// Why, as one text with its causes.
        why: String,
    },
    /// What was seen.
    Seen(T),
}

impl<T> Observed<T> {
    /// Takes an observer's answer.
    pub fn of<E: std::error::Error>(answer: Result<T, E>) -> Self {
        match answer {
            Ok(facts) => Self::Seen(facts),
            Err(error) => Self::Failed { why: chain(&error) },
        }
    }

    /// A part of the facts, seen or not as the whole is.
    pub fn part<P: Clone>(&self, part: impl FnOnce(&T) -> &P) -> Observed<P> {
        match self {
            Self::NotLookedAt => Observed::NotLookedAt,
            Self::Failed { why } => Observed::Failed { why: why.clone() },
            Self::Seen(facts) => Observed::Seen(part(facts).clone()),
        }
    }

    fn seen(&self, what: &str) -> Result<&T, String> {
        match self {
            Self::Seen(facts) => Ok(facts),
            Self::Failed { why } => Err(why.clone()),
            Self::NotLookedAt => Err(format!("nobody looked at {what}")),
        }
    }
}

/// Everything that was observed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// What was there before `install`.
    pub slate: Observed<SlateFacts>,
    /// What the chart renders to.
    pub chart: Observed<ChartFacts>,
    /// The release in its cluster.
    pub release: Observed<ReleaseFacts>,
    /// Koku's database.
    pub database: Observed<DatabaseFacts>,
    /// What the Sources API said, by the provider's scope.
    pub sources: BTreeMap<Scope, Observed<SourceFacts>>,
    /// What became of payloads, by the payload's scope.
    pub payloads: BTreeMap<Scope, Observed<PayloadFacts>>,
    /// What Koku's API answered each tenant, by the tenant's scope.
    pub answers: BTreeMap<Scope, Observed<ApiFacts>>,
}

/// How one check ended for one scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    /// The check's id.
    pub check: &'static str,
    /// What was judged.
    pub scope: Scope,
    /// How many things were searched.
    pub examined: usize,
    /// How it ended.
    pub outcome: Outcome,
}

/// Judges facts by the given checks and by all that these presuppose.
///
/// A check gives one result for each of its scopes; one that does not apply gives one result for the system that says why, and
/// one whose kind of subject the expectation does not have gives none. The results stand in the registry's order, whatever the
/// order of `checks` and of the facts.
#[must_use]
pub fn judge_all<'a>(
    checks: impl IntoIterator<Item = &'a Check>,
    facts: &Facts,
    expectation: &Expectation,
) -> Vec<CheckResult> {
    let subjects = Subjects::of(expectation);
    let (obstacles, tenants) = (Obstacles::default(), OnceCell::new());
    let mut judging = Judging { facts, expectation, subjects, obstacles, tenants, results: BTreeMap::new() };
    for check in checks {
        judging.check(check.id);
    }
    let Judging { mut results, .. } = judging;
    registry::all().filter_map(|check| results.remove(check.id)).flatten().collect()
}

struct Judging<'a> {
    facts: &'a Facts,
    expectation: &'a Expectation,
    subjects: Subjects<'a>,
    obstacles: Obstacles,
    /// What the tenants have in common, where a check asks for it.
    tenants: OnceCell<Tenants<'a>>,
    results: BTreeMap<&'static str, Vec<CheckResult>>,
}

impl<'a> Judging<'a> {
    /// Judges one check, after what it presupposes. The registry's own test shows that presuppositions form no circle.
    fn check(&mut self, id: &str) {
        let Some(check) = registry::find(id) else { return };
        if self.results.contains_key(check.id) {
            return;
        }
        for presupposed in self.presupposed(check) {
            self.check(presupposed);
        }
        let results: Vec<CheckResult> = match (check.applies)(self.expectation.capabilities) {
            Applies::Yes => self.scopes(check).into_iter().map(|scope| self.result(check, scope)).collect(),
            Applies::No(why) => vec![CheckResult {
                check: check.id,
                scope: Scope::System,
                examined: 0,
                outcome: Outcome::Skipped { reason: format!("does not apply: {why}") },
            }],
        };
        for result in &results {
            self.obstacles.note(check.id, &result.scope, &result.outcome);
        }
        self.results.insert(check.id, results);
    }

    /// What a check presupposes; one that judges tenants for want of payloads, more.
    fn presupposed(&self, check: &Check) -> impl Iterator<Item = &'static str> + use<> {
        let more: &[&str] = match check.judge {
            Judge::PayloadOrTenant { of_tenant, .. } if self.expectation.payloads.is_empty() => of_tenant,
            _ => &[],
        };
        check.presupposes.iter().chain(more).copied()
    }

    fn scopes(&self, check: &Check) -> Vec<Scope> {
        match check.judge {
            Judge::Slate(_) | Judge::Chart(_) | Judge::Release { .. } | Judge::System(_) | Judge::SystemCompared(_) => {
                vec![Scope::System]
            }
            Judge::Tenant(_) | Judge::TenantCompared(_) | Judge::Api(_) => {
                self.expectation.tenants.iter().map(super::TenantExpectation::scope).collect()
            }
            Judge::Source(_) | Judge::Provider(_) => {
                self.expectation.providers.iter().map(super::ProviderExpectation::scope).collect()
            }
            Judge::PayloadOrTenant { .. } if self.expectation.payloads.is_empty() => {
                self.expectation.tenants.iter().map(super::TenantExpectation::scope).collect()
            }
            Judge::Payload(_) | Judge::PayloadOrTenant { .. } => {
                self.expectation.payloads.iter().map(super::PayloadExpectation::scope).collect()
            }
        }
    }

    fn result(&self, check: &'static Check, scope: Scope) -> CheckResult {
        if let Some(because) = self.obstacles.before(self.presupposed(check), &scope).cloned() {
            return CheckResult { check: check.id, scope, examined: 0, outcome: Outcome::NotRun { because } };
        }
        if let Some(because) = self.explanation(check) {
            return CheckResult { check: check.id, scope, examined: 0, outcome: Outcome::NotRun { because } };
        }
        let (examined, outcome) = match self.judge(check, &scope) {
            Ok(Judgement { examined: 0, .. }) => (0, Outcome::Errored { why: "examined nothing".to_owned() }),
            Ok(judgement) => (judgement.examined, outcome(check, &scope, judgement)),
            Err(why) => (0, Outcome::Errored { why }),
        };
        CheckResult { check: check.id, scope, examined, outcome }
    }

    /// The check that has found what explains whatever this one would find. Only what was judged before counts: such checks stand last
    /// in the registry.
    fn explanation(&self, check: &Check) -> Option<String> {
        let Judge::Release { unless, .. } = check.judge else { return None };
        let failed = |id: &&&str| {
            self.results.get(**id).into_iter().flatten().any(|result| matches!(result.outcome, Outcome::Failed { .. }))
        };
        unless.iter().find(failed).map(|id| (*id).to_owned())
    }

    fn judge(&self, check: &Check, scope: &Scope) -> Result<Judgement, String> {
        let system = &self.expectation.system;
        Ok(match check.judge {
            Judge::Slate(judge) => judge(&SlateCase { facts: self.facts.slate.seen("the slate")?, system }),
            Judge::Chart(judge) => judge(&ChartCase { facts: self.facts.chart.seen("the rendered chart")?, system }),
            Judge::Release { judge, .. } => {
                judge(&ReleaseCase { facts: self.facts.release.seen("the release")?, system })
            }
            Judge::System(judge) => judge(&SystemCase { facts: self.database()?, system }),
            Judge::Tenant(judge) => {
                let facts = self.database()?;
                merged(self.subjects.tenants(scope).map(|tenant| judge(&TenantCase { facts, system, tenant })))
            }
            Judge::SystemCompared(judge) => judge(&SystemCase { facts: self.database()?, system }, self.tenants()?)?,
            Judge::TenantCompared(judge) => {
                let (facts, all) = (self.database()?, self.tenants()?);
                let judged =
                    self.subjects.tenants(scope).map(|tenant| judge(&TenantCase { facts, system, tenant }, all));
                merged(judged.collect::<Result<Vec<_>, String>>()?.into_iter())
            }
            Judge::Source(judge) => {
                let facts = self.facts.sources.get(scope).ok_or_else(|| format!("nobody asked Sources for {scope}"))?;
                let facts = facts.seen("the source")?;
                merged(self.subjects.providers(scope).map(|provider| judge(&SourceCase { facts, provider })))
            }
            Judge::PayloadOrTenant { tenant: judge, .. } if self.expectation.payloads.is_empty() => {
                let facts = self.database()?;
                let providers = facts.processing.providers()?;
                let tenants = self.subjects.tenants(scope);
                merged(tenants.map(|tenant| judge(&ProcessingCase { facts, providers, tenant })))
            }
            Judge::Payload(judge) | Judge::PayloadOrTenant { payload: judge, .. } => {
                let facts = self.facts.payloads.get(scope).ok_or_else(|| format!("nobody looked at {scope}"))?;
                let facts = facts.seen("the payload")?;
                merged(self.subjects.payloads(scope).map(|payload| judge(&PayloadCase { facts, payload })))
            }
            Judge::Api(judge) => {
                let facts = self.facts.answers.get(scope).ok_or_else(|| format!("nobody asked Koku for {scope}"))?;
                let facts = facts.seen("Koku's API")?;
                merged(self.subjects.tenants(scope).map(|tenant| judge(&ApiCase { facts, tenant })))
            }
            Judge::Provider(judge) => {
                let facts = self.database()?;
                merged(self.subjects.providers(scope).map(|provider| judge(&ProviderCase { facts, provider })))
            }
        })
    }

    fn database(&self) -> Result<&'a DatabaseFacts, String> {
        self.facts.database.seen("the database")
    }

    fn tenants(&self) -> Result<&Tenants<'a>, String> {
        let facts = self.database()?;
        Ok(self.tenants.get_or_init(|| Tenants::of(facts)))
    }
}

/// A scope belongs to one expectation; were it given twice, both are judged.
fn merged(judgements: impl Iterator<Item = Judgement>) -> Judgement {
    judgements.fold(Judgement::default(), |mut all, one| {
        all.examined += one.examined;
        all.deviations.extend(one.deviations);
        all
    })
}

fn outcome(check: &Check, scope: &Scope, judgement: Judgement) -> Outcome {
    if judgement.deviations.is_empty() {
        return Outcome::Passed;
    }
    let findings = judgement.deviations.into_iter().map(|deviation| Finding {
        check: check.id.to_owned(),
        severity: check.severity,
        scope: scope.clone(),
        place: deviation.place,
        expected: deviation.expected,
        observed: deviation.observed,
        cause: deviation.cause,
        remedy: deviation.remedy,
        drift: deviation.drift,
    });
    Outcome::Failed { findings: findings.collect() }
}
