//! What only a real cluster shows: Helm, the chart, Kubernetes. Each file says which cluster is meant.
//!
//! The tests need `E2E_TARGET=cluster`; then a cluster that is not there is an error. Otherwise they are ignored, as the kind of each
//! says.

mod forward;
mod release;
mod seed;
mod system;
mod watch;

use libtest_mimic::{Arguments, Trial};

fn main() {
    let asked = std::env::var("E2E_TARGET").is_ok_and(|target| target == "cluster");
    let kind = if asked { "" } else { "needs E2E_TARGET=cluster" };
    let trials = [forward::trials(), release::trials(), seed::trials(), watch::trials()].into_iter().flatten();
    let trials = trials.map(|trial| trial.with_ignored_flag(!asked).with_kind(kind)).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// A trial that passes unless it panics.
fn trial(name: &str, test: fn()) -> Trial {
    Trial::test(name, move || {
        test();
        Ok(())
    })
}
