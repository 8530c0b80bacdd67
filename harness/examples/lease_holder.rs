//! Holds a lease on the server and ends as it is told: the tests watch what is left.
//!
//! `lease_holder exit|panic|wait` prints one line of JSON about the server once it has a database of its own.

use std::io::Read;

use harness::run_id::RunId;
use harness::target::local::{Options, Server, reaper};

fn main() {
    reaper::run_if_asked();
    let end = std::env::args().nth(1).unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(hold());
    match end.as_str() {
        "exit" => {}
        "panic" => panic!("as it was told"),
        "wait" => {
            // Ends by a signal, or when the test closes its end.
            let _ = std::io::stdin().read_to_end(&mut Vec::new());
        }
        other => panic!("cannot end by {other:?}"),
    }
}

async fn hold() {
    let options = Options::from_environment(RunId::new(chrono::Utc::now())).expect("readable options");
    let server = match Server::acquire(&options).await {
        Ok(server) => server,
        Err(error) => {
            println!("{}", serde_json::json!({ "error": error.to_string() }));
            std::process::exit(3);
        }
    };
    let database = server.empty("left behind").await.expect("a database");
    let seen = serde_json::json!({
        "address": server.provenance().address,
        "provider": server.provenance().provider,
        "database": database.name(),
    });
    println!("{seen}");
}
