//! What the tests of scenario files share.

use std::path::{Path, PathBuf};

use harness::check::{Applies, Capabilities, Group};
use harness::profile::Profile;
use harness::run_id::RunId;
use harness::scenario::Vocabulary;
use harness::scenario::plan::{CheckDescriptor, phases, registered_checks};

/// The top of the repository, as cargo runs tests: short, so that no error shows a path of this machine.
pub(crate) fn root() -> PathBuf {
    PathBuf::from("..")
}

/// A run id that is the same each time.
pub(crate) fn run() -> RunId {
    serde_json::from_str("\"261124-101500-abcd\"").expect("a run id is a text")
}

/// The profiles of the repository, the payloads that its scenarios name, and every check.
pub(crate) fn vocabulary() -> Vocabulary {
    Vocabulary { checks: registered_checks(), ..vocabulary_with_few_checks() }
}

/// The same with a few checks.
pub(crate) fn vocabulary_with_few_checks() -> Vocabulary {
    let payloads = names_in(&root().join("fixtures/payloads"));
    let profiles = Profile::load_all(&root().join("fixtures")).expect("the profiles load");
    Vocabulary { profiles, payloads, checks: checks() }
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A few checks, so that no snapshot changes with the registry.
pub(crate) fn checks() -> Vec<CheckDescriptor> {
    let always = |_| Applies::Yes;
    let with_domain =
        |chart: Capabilities| if chart.domain_required { Applies::Yes } else { Applies::No("no domain is required") };
    vec![
        CheckDescriptor { id: "slate-not-clean", phases: phases(Group::Slate), applies: always },
        CheckDescriptor { id: "extension-missing", phases: phases(Group::Install), applies: always },
        CheckDescriptor { id: "domain-missing", phases: phases(Group::Tenant), applies: with_domain },
        CheckDescriptor { id: "schema-missing", phases: phases(Group::Tenant), applies: always },
        CheckDescriptor { id: "tables-missing", phases: phases(Group::Tables), applies: always },
        CheckDescriptor { id: "source-refused", phases: phases(Group::Provider), applies: always },
        CheckDescriptor { id: "usage-differs", phases: phases(Group::Data), applies: always },
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
