//! Every scenario file of the repository.

use std::path::{Path, PathBuf};

use harness::profile::TargetKind;
use harness::scenario::plan::{PlanTarget, PlannedPhase, cannot_run};
use harness::scenario::{PhaseStep, ScenarioFile, load_folder, schema_text};

use crate::support::{root, run, vocabulary};

fn files() -> Vec<ScenarioFile> {
    load_folder(&root().join("scenarios"), &vocabulary()).unwrap_or_else(|error| panic!("{error}"))
}

/// Run with `UPDATE_SCHEMA=1` to write the schema anew after a change of the model.
#[test]
fn the_schema_that_is_checked_in_is_the_models() {
    let path = root().join("scenarios/schema.json");
    let text = schema_text().expect("the schema can be written");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &text).expect("the schema can be written");
    }
    let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(checked_in == text, "scenarios/schema.json is not the model's: `just schemas` writes it anew");
}

#[test]
fn each_is_valid_against_the_schema() {
    let schema: serde_json::Value = serde_json::from_str(&schema_text().expect("a schema")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    for file in files() {
        let text = std::fs::read_to_string(file.path()).expect("readable");
        let document: serde_json::Value = serde_yaml::from_str(&text).expect("YAML");
        let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", file.path().display());
    }
}

/// What the loader refuses for its form alone, an editor that has the schema must refuse too.
#[test]
fn the_schema_refuses_unknown_words_and_missing_keys() {
    let schema: serde_json::Value = serde_json::from_str(&schema_text().expect("a schema")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let wrong = [
        "unknown-key",
        "unknown-key-in-phase",
        "unknown-key-in-empty-phase",
        "unknown-key-in-tenant",
        "unknown-phase",
        "phase-with-two-keys",
        "phase-without-settings",
        "phase-with-null-settings",
        "unknown-fault",
        "unknown-target",
        "unknown-provider-type",
        "empty-phases",
        "empty-tenants",
        "org-id-missing",
        "org-id-as-number",
        "org-id-too-long",
        "tenant-as-number",
        "key-missing",
        "name-with-spaces",
        "wrong-type-list",
    ];
    for name in wrong {
        let path = Path::new("tests/data/bad-scenarios").join(name).with_extension("yaml");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let document: serde_json::Value = serde_yaml::from_str(&text).expect("YAML");
        assert!(!validator.is_valid(&document), "{name}");
    }
}

#[test]
fn each_begins_with_the_line_by_which_an_editor_finds_the_schema() {
    let folder = root().join("scenarios");
    for file in files() {
        let within = file.path().strip_prefix(&folder).expect("within the folder");
        let up: PathBuf = within.components().skip(1).map(|_| "..").collect();
        let expected = format!("# yaml-language-server: $schema={}", up.join("schema.json").display());
        let text = std::fs::read_to_string(file.path()).expect("readable");
        assert_eq!(text.lines().next(), Some(expected.as_str()), "{}", file.path().display());
    }
}

#[test]
fn each_can_be_planned_on_each_of_its_profiles_and_targets() {
    let vocabulary = vocabulary();
    let mut planned = 0;
    for file in files() {
        for name in &file.scenario.profiles {
            let profile = vocabulary.profile(name).expect("a known profile");
            for kind in TargetKind::ALL.into_iter().filter(|kind| file.scenario.runs_on(*kind)) {
                let plan = file.plan(profile, PlanTarget::usual(kind), &run(), &vocabulary);
                // What cannot run there, whatever its file says, is refused, and by that reason.
                if let Some(why) = cannot_run(&file.scenario, profile, &PlanTarget::usual(kind)) {
                    let refused = plan.expect_err("refused").to_string();
                    assert!(refused.contains(&why), "{refused}");
                    continue;
                }
                let plan = plan.unwrap_or_else(|error| panic!("{} on {kind}: {error}", file.path().display()));
                assert_eq!(plan.steps.len(), file.scenario.phases.len(), "{}", file.path().display());
                planned += 1;
            }
        }
    }
    assert!(planned >= 13, "planned only {planned}");
}

#[test]
fn nothing_that_must_differ_is_the_same_in_two_of_them() {
    let vocabulary = vocabulary();
    let mut seen = std::collections::BTreeSet::new();
    let mut own = |what: String| assert!(seen.insert(what.clone()), "{what} stands in two plans");
    for file in files() {
        let profile = vocabulary.profile(&file.scenario.profiles[0]).expect("a known profile");
        let kind = TargetKind::ALL.into_iter().find(|kind| file.scenario.runs_on(*kind)).expect("a target");
        let plan = file.plan(profile, PlanTarget::shared(kind), &run(), &vocabulary).expect("a plan");
        for (index, tenant) in plan.tenants.into_iter().enumerate() {
            // A chart's hook is told org ids only: its tenants have none.
            if let Some(account_number) = &tenant.account_number {
                own(format!("account number {account_number}"));
            }
            own(format!("user {}", tenant.user_name));
            if index > 0 && file.scenario.tenants[index].org_id.is_none() {
                own(format!("org id {}", tenant.org_id));
            }
        }
        let shares = |name: &str| {
            let mut written = file.scenario.phases.iter().flat_map(PhaseStep::providers);
            written.any(|provider| provider.name == name && provider.cluster_of.is_some())
        };
        let providers = plan.steps.into_iter().flat_map(|step| match step.phase {
            PlannedPhase::CreateProvider(provider) => vec![provider],
            PlannedPhase::CreateProvidersAtOnce(providers) => providers,
            _ => vec![],
        });
        for provider in providers {
            own(format!("source {}", provider.source_name));
            if !shares(&provider.name) {
                own(format!("cluster id {}", provider.cluster_id));
            }
        }
    }
}
