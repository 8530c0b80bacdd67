//! A release in a cluster: what its chart renders to, its hook jobs, its workloads.

use std::collections::BTreeSet;

use super::case::{ChartCase, ReleaseCase};
use super::expectation::Capabilities;
use super::finding::Severity;
use super::form::{Applies, Check, Deviation, Group, Judge, Judgement, in_cluster};
use crate::fact::release::{ChartFacts, HookFact, JobFact, JobState, WorkloadFact};
use crate::outlook::{Cause, Grace, hindrances};
use crate::profile::TenantMaker;

/// Findings of the database that say why a hook failed, or why a workload waits.
const EXPLAINED_BY_DATABASE: &[&str] = &[
    "extension-missing",
    "extension-misplaced",
    "migrations-incomplete",
    "public-tables-missing",
    "tenant-missing",
    "tenant-without-schema",
    "schema-missing",
    "schema-not-granted",
    "customer-missing",
    "tenant-migrations-behind",
    "domain-missing",
    "domain-not-primary",
    "tables-missing",
    "hook-order",
    "readiness-deadlock",
];

pub(super) const CHART_CHECKS: &[Check] = &[
    Check {
        id: "hook-order",
        group: Group::Chart,
        severity: Severity::Required,
        summary: "the chart's hooks run when what they need is there: the database first, then the migration, then the tenants",
        presupposes: &[],
        applies: in_cluster,
        judge: Judge::Chart(hook_order),
    },
    Check {
        id: "readiness-deadlock",
        group: Group::Chart,
        severity: Severity::Required,
        summary: "the installation does not wait for workloads that wait for tenants which come only after that wait",
        presupposes: &[],
        applies: tenants_by_job,
        judge: Judge::Chart(readiness_deadlock),
    },
];

pub(super) const RELEASE_CHECKS: &[Check] = &[
    Check {
        id: "hook-failed",
        group: Group::Hooks,
        severity: Severity::Required,
        summary: "no job of the release failed",
        presupposes: &[],
        applies: in_cluster,
        judge: Judge::Release { judge: hook_failed, unless: EXPLAINED_BY_DATABASE },
    },
    Check {
        id: "workload-not-ready",
        group: Group::Workloads,
        severity: Severity::Required,
        summary: "every deployment and stateful set of the release has all its pods ready",
        presupposes: &["hook-failed"],
        applies: in_cluster,
        judge: Judge::Release { judge: workload_not_ready, unless: EXPLAINED_BY_DATABASE },
    },
];

const fn tenants_by_job(capabilities: Capabilities) -> Applies {
    match capabilities.tenant_maker {
        _ if !capabilities.in_cluster => Applies::No("there is no cluster"),
        TenantMaker::BootstrapJob => Applies::Yes,
        TenantMaker::FirstSource => Applies::No("no job makes tenants, so that no workload can wait for one"),
    }
}

fn hook_order(case: &ChartCase<'_>) -> Judgement {
    let ChartCase { facts, system } = case;
    let jobs: Vec<&HookFact> = facts.hooks.iter().filter(|hook| hook.kind == "Job").collect();
    let of = |component: &str| jobs.iter().copied().find(|hook| hook.component.as_deref() == Some(component));
    let migration = of(&system.chart.migration);
    let bootstrap = system.chart.bootstrap.as_deref().and_then(of);
    let early = before_database(facts, &system.chart.database, [migration, bootstrap]);
    let turned = migration.zip(bootstrap).and_then(|(migration, bootstrap)| turned_round(migration, bootstrap));
    // The chart as a whole, and each hook job.
    Judgement { examined: 1 + jobs.len(), deviations: early.or(turned).into_iter().collect() }
}

/// Jobs that use the database before there is one: at pre-install, unless the database is a hook of an earlier weight.
fn before_database(facts: &ChartFacts, database: &str, jobs: [Option<&HookFact>; 2]) -> Option<Deviation> {
    let is_database = |hook: &&HookFact| {
        matches!(hook.kind.as_str(), "StatefulSet" | "Deployment") && hook.component.as_deref() == Some(database)
    };
    let mut databases = facts.hooks.iter().filter(is_database).filter(|hook| hook.events.contains("pre-install"));
    let since = databases.next().map(|hook| hook.weight);
    let is_early =
        |job: &&HookFact| job.events.contains("pre-install") && since.is_none_or(|since| job.weight <= since);
    let early: Vec<&HookFact> = jobs.into_iter().flatten().filter(is_early).collect();
    let first = early.first()?;
    let names = early.iter().map(|job| format!("job {} at pre-install, weight {}", job.name, job.weight));
    Some(Deviation {
        place: Some(format!("Job/{}", first.name)),
        expected: "jobs that use the database run after it is there: at post-install, or behind a database that is a hook itself"
            .to_owned(),
        observed: format!("{}; the database is {}", names.collect::<Vec<_>>().join(", "), match since {
            Some(weight) => format!("a hook of weight {weight}"),
            None => "no hook, and comes after all of pre-install".to_owned(),
        }),
        cause: "Helm makes a chart's ordinary objects only when all pre-install hooks have ended: the job waits for a database that waits \
                for the job"
            .to_owned(),
        remedy: "set its helm.sh/hook to post-install,post-upgrade".to_owned(),
        drift: None,
    })
}

/// The tenants before the migration, at an installation or at an upgrade.
fn turned_round(migration: &HookFact, bootstrap: &HookFact) -> Option<Deviation> {
    let turned = |action: &&str| {
        turn(migration, action)
            .zip(turn(bootstrap, action))
            .is_some_and(|(migration, bootstrap)| bootstrap <= migration)
    };
    let action = ["install", "upgrade"].into_iter().find(turned)?;
    let told = |hook: &HookFact| {
        let events: Vec<&str> = hook.events.iter().map(String::as_str).collect();
        format!("{} at {}, weight {}", hook.name, events.join(" and "), hook.weight)
    };
    Some(Deviation {
        place: Some(format!("Job/{}", bootstrap.name)),
        expected: format!("after {} at every {action}", told(migration)),
        observed: format!("before it: {}", told(bootstrap)),
        cause: "the tenants are made in a database that is not migrated yet".to_owned(),
        remedy: format!("give job {} a helm.sh/hook-weight above {}", bootstrap.name, migration.weight),
        drift: None,
    })
}

/// When a hook runs in the course of an installation or an upgrade.
fn turn<'a>(hook: &'a HookFact, action: &str) -> Option<(bool, i32, &'a str)> {
    let (before, after) = (format!("pre-{action}"), format!("post-{action}"));
    let is_after = if hook.events.contains(&before) { false } else { hook.events.contains(&after).then_some(true)? };
    Some((is_after, hook.weight, &hook.name))
}

fn readiness_deadlock(case: &ChartCase<'_>) -> Judgement {
    let ChartCase { facts, system } = case;
    let bootstrap = facts.hooks.iter().find(|hook| {
        hook.kind == "Job" && hook.component == system.chart.bootstrap && hook.events.contains("post-install")
    });
    let waits_for_tenants = |path: &str| system.chart.readiness.as_deref() == Some(path);
    let waiting: BTreeSet<&str> = facts
        .probes
        .iter()
        .filter(|probe| waits_for_tenants(&probe.path))
        .map(|probe| probe.workload.as_str())
        .collect();
    let waiting: Vec<&str> = waiting.into_iter().collect();
    let deviation = bootstrap.filter(|_| facts.waits && !waiting.is_empty()).map(|bootstrap| Deviation {
        place: Some(waiting.join(", ")),
        expected: format!("ready before Helm runs job {}, since the installation waits for it", bootstrap.name),
        observed: format!(
            "ready only when {} answers, which is when the tenants are there, and these come from that job",
            system.chart.readiness.as_deref().unwrap_or_default()
        ),
        cause: "with --wait or --atomic, Helm runs post-install hooks only when all workloads are ready: each waits for the other"
            .to_owned(),
        remedy: "install without --wait and --atomic (Helm waits for hooks anyway), and wait for the workloads afterwards".to_owned(),
        drift: None,
    });
    // How it is installed, and each probe.
    Judgement { examined: 1 + facts.probes.len(), deviations: deviation.into_iter().collect() }
}

fn hook_failed(case: &ReleaseCase<'_>) -> Judgement {
    let ReleaseCase { facts, system } = case;
    let causes = causes(case);
    let deviation = |job: &JobFact| {
        let JobState::Failed { reason, message } = &job.state else { return None };
        let place = format!("Job/{}", job.name);
        let told = causes.iter().find(|cause| cause.of == place);
        let log = told.map(|cause| cause.log.join("\n")).filter(|log| !log.is_empty());
        let sentence = told.map_or_else(|| format!("it failed ({reason}): {message}"), Cause::to_string);
        Some(Deviation {
            expected: "complete".to_owned(),
            observed: log.map_or_else(|| sentence.clone(), |log| format!("{sentence}\n{log}")),
            cause: "what the job ran ended with an error of its own: the database shows nothing that explains it"
                .to_owned(),
            remedy: format!(
                "{} logs job/{}; mend what it says, then helm upgrade, which runs it again",
                system.chart.kubectl, job.name
            ),
            place: Some(place),
            drift: None,
        })
    };
    // Hooks that left no job, since their policy deletes it, count by the chart.
    let left = |hook: &&HookFact| hook.kind == "Job" && !facts.jobs.iter().any(|job| job.name == hook.name);
    let examined = facts.jobs.len() + facts.chart.hooks.iter().filter(left).count();
    Judgement { examined, deviations: facts.jobs.iter().filter_map(deviation).collect() }
}

fn workload_not_ready(case: &ReleaseCase<'_>) -> Judgement {
    let ReleaseCase { facts, system } = case;
    let waiting: Vec<&WorkloadFact> = facts.workloads.iter().filter(|workload| !workload.is_ready()).collect();
    let named = |workload: &WorkloadFact| format!("{}/{}", workload.kind, workload.name);
    let causes = causes(case);
    let of = |workload: &WorkloadFact| causes.iter().find(|cause| cause.of == named(workload));
    let own = |workload: &&WorkloadFact| of(workload).is_some_and(|cause| !cause.is_probe);
    // Others may wait for those that have a cause of their own.
    let told: Vec<&WorkloadFact> = waiting.iter().copied().filter(own).collect();
    let told = if told.is_empty() { waiting } else { told };
    let observed = told.iter().map(|workload| {
        let why = of(workload).map_or_else(|| "nothing shows why".to_owned(), Cause::to_string);
        format!("{}: {}/{} ready; {why}", workload.name, workload.ready, workload.desired)
    });
    let observed: Vec<String> = observed.collect();
    // Storage and quotas are no workload's, and keep workloads from being there.
    let first = causes.first().filter(|cause| !cause.is_probe);
    let deviation = told.first().map(|workload| Deviation {
        place: Some(told.iter().map(|workload| named(workload)).collect::<Vec<_>>().join(", ")),
        expected: "all pods ready".to_owned(),
        observed: observed.join("\n"),
        cause: first.map_or_else(
            || "a readiness probe does not succeed, though the tenants are whole as far as was judged".to_owned(),
            Cause::to_string,
        ),
        remedy: format!(
            "{kubectl} describe {kind}/{name} and {kubectl} logs {kind}/{name} --all-containers; mend what the cause names, then helm upgrade",
            kubectl = system.chart.kubectl,
            kind = workload.kind.to_lowercase(),
            name = workload.name
        ),
        drift: None,
    });
    Judgement { examined: facts.workloads.len(), deviations: deviation.into_iter().collect() }
}

fn causes(case: &ReleaseCase<'_>) -> Vec<Cause> {
    hindrances(case.facts, &Grace::with_database(&case.system.chart.database), case.facts.observed_at)
}

#[cfg(test)]
mod tests;
