//! The reference chart as Helm renders it, without a cluster: its names are those of the profiles, it asks for little and has no
//! rights, each fault's value changes what it says, and values that do not fit are refused.
//!
//! Without `helm` on the machine the tests are ignored, as the kind of each says; where `CI` is set they then fail.

mod faults;
mod modest;
mod names;
mod refusals;
mod rendered;

use libtest_mimic::{Arguments, Trial};

fn main() {
    let trials = [faults::trials(), modest::trials(), names::trials(), refusals::trials()].into_iter().flatten();
    let ignored = !rendered::helm_is_there() && std::env::var_os("CI").is_none();
    let kind = if ignored { "there is no helm" } else { "" };
    let trials = trials.map(|trial| trial.with_ignored_flag(ignored).with_kind(kind)).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// A trial that passes unless it panics.
fn trial(name: &str, test: fn()) -> Trial {
    Trial::test(name, move || {
        test();
        Ok(())
    })
}

/// Compares a text with its snapshot in the top-level folder.
fn assert_seen(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("chart__{name}"), text));
}
