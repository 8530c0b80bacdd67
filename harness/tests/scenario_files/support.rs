//! What the tests of scenario files share.

use std::path::PathBuf;

use harness::profile::Profile;
use harness::run_id::RunId;
use harness::scenario::plan::{Applies, CheckDescriptor};
use harness::scenario::{PhaseName, Scenario, Vocabulary};

/// The top of the repository, as cargo runs tests: short, so that no error shows a path of this machine.
pub(crate) fn root() -> PathBuf {
    PathBuf::from("..")
}

/// A run id that is the same each time.
pub(crate) fn run() -> RunId {
    serde_json::from_str("\"261124-101500-abcd\"").expect("a run id is a text")
}

/// The profiles of the repository, the payloads that its scenarios name, and a few checks.
pub(crate) fn vocabulary() -> Vocabulary {
    let payloads = ["one-pod", "small-cluster"].map(str::to_owned).to_vec();
    let profiles = Profile::load_all(&root().join("fixtures")).expect("the profiles load");
    Vocabulary { profiles, payloads, checks: checks() }
}

/// Checks as the registry will describe them.
pub(crate) fn checks() -> Vec<CheckDescriptor> {
    let always = |_: &Profile, _: &Scenario| Applies::Yes;
    let with_domain = |profile: &Profile, _: &Scenario| {
        if profile.domain_required() { Applies::Yes } else { Applies::No("the profile requires no domain".to_owned()) }
    };
    vec![
        CheckDescriptor { id: "slate-not-clean", phase: PhaseName::Install, applies: always },
        CheckDescriptor { id: "extension-missing", phase: PhaseName::Install, applies: always },
        CheckDescriptor { id: "domain-missing", phase: PhaseName::Bootstrap, applies: with_domain },
        CheckDescriptor { id: "schema-missing", phase: PhaseName::Bootstrap, applies: always },
        CheckDescriptor { id: "customer-missing", phase: PhaseName::Bootstrap, applies: always },
        CheckDescriptor { id: "tables-missing", phase: PhaseName::VerifyTables, applies: always },
        CheckDescriptor { id: "usage-differs", phase: PhaseName::ProcessData, applies: always },
    ]
}

/// Snapshots stand in the repository's own folder, named for what they show.
pub(crate) fn snapshots() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}
