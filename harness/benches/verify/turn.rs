//! One turn of one work, in a process of its own.

use std::fmt;
use std::process::Command;
use std::time::Instant;

use harness::check::{Expectation, Facts, Group, Observed, judge_all, registry};
use harness::observer::database::DatabaseObserver;
use harness::secret::SecretUrl;
use sqlx::SqlSafeStr;

use crate::{expectation, support};

/// Which work a process is for.
const WORK: &str = "E2E_BENCH_WORK";

/// Where its database is.
const URL: &str = "E2E_BENCH_URL";

/// How Koku's role is called there.
const OWNER: &str = "E2E_BENCH_OWNER";

/// How many tenants are there.
const TENANTS: &str = "E2E_BENCH_TENANTS";

/// One plain query over `pg_attribute`: every column of every table with its type.
const COLUMNS: &str = r"SELECT n.nspname::text, c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
    AND a.attnum > 0 AND NOT a.attisdropped";

/// The same, of which a digest of each table is fetched.
const DIGESTS: &str = r"SELECT n.nspname::text, c.relname::text,
    md5(string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull), ',' ORDER BY a.attnum))
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
    AND a.attnum > 0 AND NOT a.attisdropped GROUP BY n.nspname, c.relname";

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// The reference: a plain query over all columns, fetched.
    Columns,
    /// A lighter one: only a digest of each table's columns is fetched.
    Digests,
    /// A look at everything.
    Look,
    /// A look at everything, and all checks over it.
    Verify,
}

impl Work {
    /// All of it, the reference first.
    pub(crate) const ALL: [Self; 4] = [Self::Columns, Self::Digests, Self::Look, Self::Verify];

    /// What this process is for, when it is for one work.
    pub(crate) fn asked() -> Option<Self> {
        let asked = std::env::var(WORK).ok()?;
        Self::ALL.into_iter().find(|work| work.to_string() == asked)
    }
}

impl fmt::Display for Work {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Columns => "plain read of all columns",
            Self::Digests => "plain digest of all columns",
            Self::Look => "look at everything",
            Self::Verify => "look at everything and judge it",
        })
    }
}

/// Where it is measured.
pub(crate) struct Place<'a> {
    /// The database.
    pub(crate) url: &'a SecretUrl,
    /// Koku's role.
    pub(crate) owner: &'a str,
    /// How many tenants are there.
    pub(crate) tenants: usize,
}

/// What a work took.
pub(crate) struct Turn {
    /// In seconds, from a session that is open on.
    pub(crate) seconds: f64,
    /// In bytes: the most that the process ever used.
    pub(crate) most_memory: u64,
}

impl Turn {
    /// Has a process take one turn.
    pub(crate) fn of_a_process(work: Work, place: &Place<'_>) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut command = Command::new(program);
        command.env(WORK, work.to_string()).env(URL, place.url.reveal());
        command.env(OWNER, place.owner).env(TENANTS, place.tenants.to_string());
        let output = command.output().expect("a process");
        let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let numbers = said.trim().split_once(' ').unwrap_or_else(|| panic!("{work}: {complained}"));
        Self { seconds: numbers.0.parse().expect("seconds"), most_memory: numbers.1.parse().expect("bytes") }
    }
}

/// Takes one turn and prints what it took.
pub(crate) fn take(work: Work) {
    let given = |variable: &str| std::env::var(variable).expect("its parent gives it");
    let url = SecretUrl::parse(&given(URL)).expect("a URL");
    let runtime = support::runtime();
    let observer = runtime.block_on(DatabaseObserver::connect(&url)).expect("a session");
    let expectation = expectation::of(given(TENANTS).parse().expect("a number"), given(OWNER));
    let seeded = expectation.system.catalog.as_ref().expect("a known version").seeded_tables();
    let started = Instant::now();
    match work {
        Work::Columns => runtime.block_on(read(&observer, COLUMNS)),
        Work::Digests => runtime.block_on(read(&observer, DIGESTS)),
        Work::Look => drop(runtime.block_on(observer.observe(&seeded)).expect("facts")),
        Work::Verify => {
            let seen = Observed::Seen(runtime.block_on(observer.observe(&seeded)).expect("facts"));
            judge(&Facts { database: seen, ..Facts::default() }, &expectation);
        }
    }
    println!("{} {}", started.elapsed().as_secs_f64(), most_memory());
}

async fn read(observer: &DatabaseObserver, query: impl SqlSafeStr) {
    let rows = observer.read("the columns", query).await.expect("rows");
    assert!(!rows.is_empty(), "there are tables");
}

/// All checks of a database; a healthy one has no findings.
fn judge(facts: &Facts, expectation: &Expectation) {
    let results = judge_all(registry::of(&[Group::Install, Group::Tenant, Group::Tables]), facts, expectation);
    let sound = |outcome: &harness::check::Outcome| ["passed", "skipped"].contains(&outcome.word());
    let unsound: Vec<_> = results.iter().filter(|result| !sound(&result.outcome)).collect();
    assert!(unsound.is_empty(), "{unsound:?}");
    assert!(results.len() > expectation.tenants.len(), "each tenant was judged");
}

/// `VmHWM` of this process.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("what Linux says of this process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the most memory");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
}
