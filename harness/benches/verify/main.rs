//! The verification of all tenants of a database at once, beside one plain query over `pg_attribute` for the same tables. The goal is a
//! ratio of at most 4, and at most 150 MB, for 100 tenants.
//!
//! `E2E_BENCH_TENANTS` says how many tenants there are. Each turn is a process of its own, so that none finds what another one learned,
//! and the most memory that it ever used is its own. With a thousand tenants the database takes about 28 GB, and most of the time goes
//! into making them: give a server with room for it (`E2E_DATABASE_URL`).

mod expectation;
#[path = "../support/mod.rs"]
mod support;
mod turn;

use fake_koku::catalog::Catalog;
use harness::target::local::{Database, Server, reaper};
use turn::{Place, Turn, Work};

/// How many tenants there are, unless it is said.
const TENANTS: usize = 100;

/// How often each work is done, in turn, so that all meet the same machine.
const ROUNDS: usize = 7;

fn main() {
    reaper::run_if_asked();
    if let Some(work) = Work::asked() {
        return turn::take(work);
    }
    let tenants = std::env::var("E2E_BENCH_TENANTS").ok();
    let tenants = tenants.map_or(TENANTS, |text| text.parse().expect("E2E_BENCH_TENANTS is a number"));
    let runtime = support::runtime();
    let server = runtime.block_on(support::server());
    println!("{tenants} tenants, {}", server.provenance());
    let database = runtime.block_on(filled(&server, tenants));
    let turns = rounds(&Place { url: database.observer_url(), owner: server.owner_name(), tenants });
    support::discard(&runtime, Some(database));
    let plain = best(&turns[0].1);
    for (work, turns) in &turns {
        let (time, memory) = (best(turns), turns.iter().map(|turn| turn.most_memory).max().unwrap_or_default());
        println!("{work}: {:.0} ms, {:.2} times, {} MB", time * 1e3, time / plain, memory / 1_000_000);
    }
}

/// A migrated database with as many tenants, of the catalog with the most tables.
async fn filled(server: &Server, tenants: usize) -> Database {
    let database = server.empty("bench").await.expect("a database");
    support::fill(database.urls(), Catalog::koku_224(), tenants).await;
    database
}

fn rounds(place: &Place<'_>) -> Vec<(Work, Vec<Turn>)> {
    let mut turns: Vec<(Work, Vec<Turn>)> = Work::ALL.into_iter().map(|work| (work, vec![])).collect();
    for _ in 0..ROUNDS {
        for (work, turns) in &mut turns {
            turns.push(Turn::of_a_process(*work, place));
        }
    }
    turns
}

fn best(turns: &[Turn]) -> f64 {
    turns.iter().map(|turn| turn.seconds).fold(f64::INFINITY, f64::min)
}
