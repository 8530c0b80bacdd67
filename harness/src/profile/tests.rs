//! Profiles load, and a wrong one gets an error that shows the line.

use std::path::{Path, PathBuf};

use super::*;

fn fixtures() -> PathBuf {
    PathBuf::from("../fixtures")
}

fn text() -> String {
    std::fs::read_to_string(fixtures().join("profiles/cost-mgmt.yaml")).expect("the profile is readable")
}

/// What loading says of the profile's text with one part of it replaced.
fn error_of(replaced: &str, by: &str) -> String {
    let text = text();
    assert_eq!(text.matches(replaced).count(), 1, "{replaced:?} stands once in the profile");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cost-mgmt.yaml");
    std::fs::write(&path, text.replace(replaced, by)).expect("writable");
    let error = Profile::load_file(&path).expect_err("the profile is wrong").to_string();
    error.replace(&*folder.path().to_string_lossy(), "profiles")
}

#[test]
fn gives_names_by_its_rules() {
    let profile = Profile::load(&fixtures(), "cost-mgmt").expect("loads");
    assert_eq!(profile.schema("AB-c.1"), "AB-c.1");
    assert_eq!(profile.domain("AB-c.1").as_deref(), Some("AB-c.1.local"));
    assert_eq!(profile.migrate_command_for("acme").join(" "), "koku migrate-schemas --schema=acme");
    assert_eq!(SchemaRule::OrgPrefix.schema("org1234567"), "orgorg1234567");
    let hooks = TargetKind::ALL.map(|kind| profile.bootstrap_is_hook(kind));
    assert_eq!(hooks, [false, true, false]);
}

#[test]
fn says_the_same_when_it_is_written_and_read_again() {
    let profile = Profile::load(&fixtures(), "cost-mgmt").expect("loads");
    let written = serde_yaml::to_string(&profile).expect("YAML");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cost-mgmt.yaml");
    std::fs::write(&path, written).expect("writable");
    assert_eq!(Profile::load_file(&path).expect("loads"), profile);
}

#[test]
fn names_a_catalog_that_is_there() {
    for profile in Profile::load_all(&fixtures()).expect("all load") {
        let catalog = fixtures().join("catalogs").join(format!("{}.json", profile.database.catalog));
        assert!(catalog.is_file(), "{}", catalog.display());
    }
}

#[test]
fn errors_show_what_is_wrong() {
    let errors = [
        error_of("made-by: bootstrap-job", "made-by: bootstrapjob"),
        error_of("schema-rule: org-id", "schema-rule: prefix"),
        error_of("request: 1m", "request: 1 minute"),
        error_of("request: 1m", "requests: 1m"),
        error_of("port: 8080", "port: 80800"),
        error_of("\"{org}.local\"", "\"org.local\""),
        error_of("\"--schema={schema}\"", "\"--schema\""),
        error_of("name: cost-mgmt\n", "name: other\n"),
        Profile::load(&fixtures(), "cost-mgnt").expect_err("unknown").to_string(),
        Profile::load(Path::new("nowhere"), "cost-mgmt").expect_err("unreadable").to_string(),
    ];
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("profile-errors", errors.join("\n")));
}
