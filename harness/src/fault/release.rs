//! The chart, and how it is installed.

use super::form::{ChartStrike, Fault, Strike};
use super::subject::Aim;

const fn by_values(name: &'static str, summary: &'static str, findings: &'static [&'static str]) -> Fault {
    Fault { name, summary, strike: Strike::Chart(ChartStrike::Values), aim: Aim::System, choices: &[], findings }
}

pub(super) const FAULTS: &[Fault] = &[
    by_values("chart-forgets-domain", "the chart's bootstrap makes tenants without a domain", &["domain-missing"]),
    by_values(
        "chart-migrates-public-only",
        "the chart's bootstrap writes a tenant's rows and makes no schema, as when only public was migrated",
        &["schema-missing"],
    ),
    by_values(
        "chart-without-bootstrap",
        "the chart has no job that makes tenants",
        &["customer-missing", "schema-missing", "tenant-missing"],
    ),
    by_values("bootstrap-before-migrate", "the tenants' job has a lower weight than the migration's", &["hook-order"]),
    by_values(
        "hooks-before-database",
        "the jobs that need the database are pre-install hooks, and it is none",
        &["hook-order"],
    ),
    by_values(
        "bootstrap-job-fails",
        "the tenants' job does all its work and ends with an exit code of 3",
        &["hook-failed"],
    ),
    by_values("image-is-not-there", "the chart names an image of Koku that nobody has", &["workload-not-ready"]),
    Fault {
        strike: Strike::Chart(ChartStrike::Wait),
        ..by_values(
            "wait-for-workloads",
            "Helm waits for the workloads, which wait for tenants that come after the wait",
            &["readiness-deadlock"],
        )
    },
    Fault {
        strike: Strike::Chart(ChartStrike::OldClaim),
        ..by_values(
            "old-claim",
            "a claim of an earlier installation is in the namespace before install",
            &["slate-not-clean"],
        )
    },
];
