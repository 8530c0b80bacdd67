//! What is wrong with a system, by what was seen of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::facts_file::{FactsFile, Seen, SeenRelease};
use super::knowledge::Knowledge;
use super::recognise::{self, Chosen, NotRecognised};
use super::{providers, tenants};
use crate::catalog::Recognised;
use crate::check::{
    Capabilities, ChartExpectation, Check, CheckResult, Commands, Expectation, Facts, Finding, Group, Judge, Observed,
    Outcome, Scope, Severity, SystemExpectation, judge_all, registry,
};
use crate::exit_code::ExitCode;
use crate::fact::database::DatabaseFacts;
use crate::profile::{Profile, SourcesDialect};

/// The subjects that can be judged of a system that is there. What was there before it was installed, and whether a tenant came too early,
/// nobody knows any more. What was sent as payloads nobody knows either: what became of them is judged by what they say of themselves.
const JUDGED: &[Group] = &[Group::Install, Group::Tenant, Group::Tables, Group::Provider, Group::Data, Group::Api];

/// What can be judged of a release in its cluster besides: the rest says better what is wrong where both can tell, so these come last.
const JUDGED_IN_A_CLUSTER: &[Group] = &[Group::Chart, Group::Hooks, Group::Workloads];

/// How a system is to be judged.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The profile that a person named; without it, the one that the facts were taken for, or the one that is recognised.
    pub profile: Option<&'a str>,
    /// The one tenant that matters, by schema or org id.
    pub tenant: Option<&'a str>,
}

/// What could not be observed, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unobserved {
    /// What.
    pub what: String,
    /// Why, as one text with its causes.
    pub why: String,
}

/// What is wrong with a system.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagnosis {
    /// The profile by which it was judged; `None` where the database could not be observed.
    pub chosen: Option<Chosen>,
    /// Its version of Koku; `None` where the database could not be observed.
    pub version: Option<Recognised>,
    /// The schemas of the tenants that were judged.
    pub tenants: Vec<String>,
    /// How many providers were judged.
    pub providers: usize,
    /// How each check ended for each subject.
    pub results: Vec<CheckResult>,
    /// What could not be observed, each once.
    pub unobserved: Vec<Unobserved>,
}

impl Diagnosis {
    /// All findings: the system's first, then tenant by tenant.
    #[must_use]
    pub fn findings(&self) -> Vec<&Finding> {
        let mut findings: Vec<&Finding> = self.results.iter().flat_map(|result| result.outcome.findings()).collect();
        findings.sort_by(|left, right| left.scope.schema().cmp(&right.scope.schema()));
        findings
    }

    /// What the command has to end with. What could not be observed outweighs findings: there may be more of these.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        if !self.unobserved.is_empty() {
            ExitCode::CouldNotTell
        } else if self.findings().iter().any(|finding| finding.severity == Severity::Required) {
            ExitCode::Findings
        } else {
            ExitCode::AsExpected
        }
    }
}

/// Judges what was seen.
pub fn diagnose(file: &FactsFile, knowledge: &Knowledge, request: Request<'_>) -> Result<Diagnosis, NotRecognised> {
    let why = match &file.seen.database {
        Observed::Seen(facts) => return of_database(file, facts, knowledge, request),
        Observed::Failed { why } => why,
        Observed::NotLookedAt => "nobody looked",
    };
    of_release(file, why, knowledge, request)
}

fn of_database(
    file: &FactsFile,
    facts: &DatabaseFacts,
    knowledge: &Knowledge,
    request: Request<'_>,
) -> Result<Diagnosis, NotRecognised> {
    let chosen = match chosen_before(file, knowledge, request) {
        Some(chosen) => chosen?,
        None => recognise::choose(knowledge, None, facts)?,
    };
    let Some((profile, catalog)) = knowledge.chart(chosen.profile()) else { return Ok(nothing_seen("no profile")) };
    let version = knowledge.version(catalog, facts);
    let expectation = expectation(profile, &version, facts, &file.seen, request.tenant);
    let judged = [JUDGED, JUDGED_IN_A_CLUSTER].concat();
    let checks = registry::of(&judged).filter(|check| request.tenant.is_none() || is_in_a_tenants_way(check));
    let results = judge_all(checks, &facts_to_judge(facts, &file.seen, &expectation), &expectation);
    Ok(Diagnosis {
        version: Some(version),
        tenants: expectation.tenants.iter().map(|tenant| tenant.schema.clone()).collect(),
        providers: expectation.providers.len(),
        unobserved: unobserved(&file.seen, &results),
        chosen: Some(chosen),
        results,
    })
}

/// Judges the release alone, whose database could not be observed.
fn of_release(
    file: &FactsFile,
    why: &str,
    knowledge: &Knowledge,
    request: Request<'_>,
) -> Result<Diagnosis, NotRecognised> {
    let mut unobserved = vec![Unobserved { what: "the database".to_owned(), why: why.to_owned() }];
    let seen = match (&file.seen.release, chosen_before(file, knowledge, request)) {
        (Observed::Seen(_), Some(chosen)) => chosen?,
        (release, _) => {
            unobserved.extend(release_unobserved(release));
            return Ok(Diagnosis { unobserved, ..Diagnosis::default() });
        }
    };
    let Some((profile, _)) = knowledge.chart(seen.profile()) else { return Ok(nothing_seen("no profile")) };
    let expectation = Expectation {
        capabilities: capabilities(profile, &file.seen, false),
        system: SystemExpectation {
            catalog: None,
            database: profile.database.name.clone(),
            owner_role: profile.database.owner.clone(),
            tenants: BTreeSet::new(),
            tenant_maker: profile.tenants.made_by,
            shared: true,
            bootstrap_ended: None,
            commands: Commands::of(profile),
            chart: chart(profile, &file.seen),
        },
        providers: Vec::new(),
        tenants: Vec::new(),
        payloads: Vec::new(),
    };
    let facts = with_release(&file.seen, Facts::default());
    let results = judge_all(registry::of(JUDGED_IN_A_CLUSTER), &facts, &expectation);
    Ok(Diagnosis { chosen: Some(seen), unobserved, results, ..Diagnosis::default() })
}

/// The profile that a person named, or the one of which the names are in the namespace; without either, the database must tell.
fn chosen_before(
    file: &FactsFile,
    knowledge: &Knowledge,
    request: Request<'_>,
) -> Option<Result<Chosen, NotRecognised>> {
    if let Some(name) = request.profile.or(file.profile.as_deref()) {
        return Some(knowledge.named(name));
    }
    let Observed::Seen(SeenRelease { profile, because, .. }) = &file.seen.release else { return None };
    let recognised = || Chosen::Recognised { profile: profile.clone(), because: because.clone() };
    Some(knowledge.chart(profile).map(|_| recognised()).ok_or_else(|| knowledge.unknown(profile)))
}

fn nothing_seen(why: &str) -> Diagnosis {
    let unobserved = vec![Unobserved { what: "the database".to_owned(), why: why.to_owned() }];
    Diagnosis { unobserved, ..Diagnosis::default() }
}

/// Whether a check is about one tenant, or about the system all tenants need; not about halves of other tenants.
fn is_in_a_tenants_way(check: &Check) -> bool {
    check.group != Group::Tenant || matches!(check.judge, Judge::Tenant(_) | Judge::TenantCompared(_))
}

fn expectation(
    profile: &Profile,
    version: &Recognised,
    facts: &DatabaseFacts,
    seen: &Seen,
    tenant: Option<&str>,
) -> Expectation {
    let tenants = tenants::expected(profile, facts, tenant);
    let all: BTreeSet<String> =
        tenants::expected(profile, facts, None).into_iter().map(|tenant| tenant.schema).collect();
    Expectation {
        capabilities: capabilities(profile, seen, version.catalog().is_some()),
        system: SystemExpectation {
            catalog: version.catalog().map(Arc::clone),
            database: facts.server.database.clone(),
            owner_role: seen.owner_role.clone().unwrap_or_else(|| profile.database.owner.clone()),
            tenants: all,
            tenant_maker: profile.tenants.made_by,
            shared: true,
            bootstrap_ended: None,
            commands: Commands::of(profile),
            chart: chart(profile, seen),
        },
        providers: providers::expected(profile, facts, &tenants),
        tenants,
        payloads: Vec::new(),
    }
}

fn capabilities(profile: &Profile, seen: &Seen, catalog_known: bool) -> Capabilities {
    Capabilities {
        domain_required: profile.domain_required(),
        tenant_maker: profile.tenants.made_by,
        source_applications: profile.sources_dialect == SourcesDialect::Platform,
        runs_already: true,
        sources_asked: false,
        catalog_known,
        koku_asked: matches!(seen.koku, Observed::Seen(_)),
        in_cluster: matches!(seen.release, Observed::Seen(_)),
    }
}

/// What the chart calls its objects, in the namespace that was looked at.
fn chart(profile: &Profile, seen: &Seen) -> ChartExpectation {
    let namespace = match &seen.release {
        Observed::Seen(release) => &release.facts.namespace,
        Observed::Failed { .. } | Observed::NotLookedAt => &profile.chart.namespace,
    };
    ChartExpectation::of(profile, namespace)
}

/// The same facts, with what was seen of the release.
fn with_release(seen: &Seen, facts: Facts) -> Facts {
    let Observed::Seen(SeenRelease { facts: release, .. }) = &seen.release else { return facts };
    Facts { chart: Observed::Seen(release.chart.clone()), release: Observed::Seen(release.clone()), ..facts }
}

fn facts_to_judge(facts: &DatabaseFacts, seen: &Seen, expectation: &Expectation) -> Facts {
    let answers = match &seen.koku {
        Observed::Seen(answers) => expectation
            .tenants
            .iter()
            .filter_map(|tenant| Some((tenant.scope(), answers.get(&tenant.schema)?.clone())))
            .collect(),
        Observed::Failed { .. } | Observed::NotLookedAt => BTreeMap::new(),
    };
    with_release(seen, Facts { database: Observed::Seen(facts.clone()), answers, ..Facts::default() })
}

fn release_unobserved(release: &Observed<SeenRelease>) -> Option<Unobserved> {
    let Observed::Failed { why } = release else { return None };
    Some(Unobserved { what: "the release in its cluster".to_owned(), why: why.clone() })
}

/// What could not be observed: each reason once, with the first subject that it kept from being judged.
fn unobserved(seen: &Seen, results: &[CheckResult]) -> Vec<Unobserved> {
    let mut told: Vec<Unobserved> = Vec::new();
    if let Observed::Failed { why } = &seen.koku {
        told.push(Unobserved { what: "Koku's API".to_owned(), why: why.clone() });
    }
    told.extend(release_unobserved(&seen.release));
    for result in results {
        let Outcome::Errored { why } = &result.outcome else { continue };
        if told.iter().all(|known| known.why != *why) {
            let subject = match &result.scope {
                Scope::System => String::new(),
                scope => format!(" of {scope}"),
            };
            told.push(Unobserved { what: format!("{}{subject}", result.check), why: why.clone() });
        }
    }
    told
}
