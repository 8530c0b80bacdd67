//! Every case of both dialects.

use harness::contract::{Account, Dialect};

use crate::support::{replayed, suites, with_snapshots};

/// Replays a dialect, and holds totals and what is not run to their snapshot.
async fn assert_kept(dialect: Dialect) {
    let mut account = Account::default();
    for suite in suites(dialect) {
        account.suites.extend(replayed(&suite, &|_| true).await.suites);
    }
    let findings = account.findings();
    assert!(findings.is_empty(), "{} cases differ:\n{}", findings.len(), findings.join("\n"));
    with_snapshots(|| insta::assert_snapshot!(format!("contract__{dialect}"), account.to_text()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_platforms_sources_api_is_kept() {
    assert_kept(Dialect::Platform).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn koku_is_kept() {
    assert_kept(Dialect::Koku).await;
}
