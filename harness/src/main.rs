//! The command. Everything it can do stands in the library, module `cli`.

use std::process::ExitCode;

use harness::run::Trials;

fn main() -> ExitCode {
    // First of all: the program may have been started to be the reaper, which knows nothing of commands.
    harness::target::local::reaper::run_if_asked();
    // Fails only when one is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    harness::cli::execute(std::env::args_os(), &Trials).into()
}
