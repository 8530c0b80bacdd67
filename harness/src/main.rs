//! The command. Everything it can do stands in the library, module `cli`.

use std::process::ExitCode;

use async_trait::async_trait;
use harness::cli::{RunRequest, Runner, RunnerError};
use harness::event::Journal;
use harness::scenario::plan::CheckDescriptor;
use tokio_util::sync::CancellationToken;

/// Carries trials out on real targets.
struct Trials;

#[async_trait]
impl Runner for Trials {
    fn checks(&self) -> Vec<CheckDescriptor> {
        Vec::new()
    }

    async fn run(&self, _: RunRequest, _: &Journal, _: CancellationToken) -> Result<(), RunnerError> {
        Err("this build has no runner of trials".into())
    }
}

fn main() -> ExitCode {
    // First of all: the program may have been started to be the reaper, which knows nothing of commands.
    harness::target::local::reaper::run_if_asked();
    // Fails only when one is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    harness::cli::execute(std::env::args_os(), &Trials).into()
}
