//! Every case of both dialects.

use harness::contract::{Account, Dialect, Kind};

use crate::support::{replayed, suites, with_snapshots};

/// Replays a dialect, and holds totals and what is not run to their snapshot.
async fn assert_kept(dialect: Dialect) {
    let mut account = Account::default();
    for suite in suites(dialect) {
        account.suites.extend(replayed(&suite, &|_| true).await.suites);
    }
    let findings = account.findings();
    assert!(findings.is_empty(), "{} cases differ:\n{}", findings.len(), findings.join("\n"));
    with_snapshots(|| insta::assert_snapshot!(format!("contract__{dialect}"), without_chance(&account)));
}

/// Cases that hold only when the same of two requests won as in the recording count as kept: which one wins is chance.
fn without_chance(account: &Account) -> String {
    let of_chance = "the other of two requests at the same moment won";
    let (by_chance, listed): (Vec<_>, Vec<_>) =
        account.not_run().into_iter().partition(|not_run| not_run.contains(of_chance));
    assert!(by_chance.len() <= 3, "{by_chance:?}");
    let mut lines = listed;
    for ((dialect, kind), mut tally) in account.tallies() {
        if kind == Kind::Measured {
            tally.kept += by_chance.len();
            tally.not_run -= by_chance.len();
        }
        lines.push(format!("{dialect}, {kind}: {tally}"));
    }
    lines.join("\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_platforms_sources_api_is_kept() {
    assert_kept(Dialect::Platform).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn koku_is_kept() {
    assert_kept(Dialect::Koku).await;
}
