//! The unit tests, which name the charts.

use super::*;
use crate::project::Project;

fn profile(name: &str) -> Profile {
    Profile::load(&Project::find().fixtures(), name).expect("a profile of ours")
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn seed() -> LiveNames {
    LiveNames {
        services: names(&["koku-koku-db", "koku-sources-api", "koku-koku-api", "koku-ingress"]),
        secrets: names(&["koku-koku-db-credentials"]),
        components: names(&["database", "sources-api", "koku-api", "ingress", "masu"]),
    }
}

#[test]
fn a_release_that_has_all_names_is_the_profiles() {
    let (live, profile) = (seed(), profile("cost-mgmt"));
    assert_eq!((live.unmatched(&profile), live.matched(&profile)), (Vec::new(), expected(&profile).len()));
}

#[test]
fn each_name_that_matches_nothing_is_told_with_the_nearest() {
    let mut renamed = seed();
    renamed.services.remove("koku-koku-db");
    renamed.services.insert("koku-koku-database".to_owned());
    renamed.secrets = BTreeSet::new();
    renamed.components.remove("sources-api");
    renamed.components.insert("source-api".to_owned());
    let told = |live: &LiveNames, profile: &Profile| {
        let (profile, unmatched) = (profile.name.clone(), live.unmatched(profile));
        NamesError::Unmatched { profile, namespace: "apart".to_owned(), unmatched }.to_string()
    };
    let seed_profile = profile("cost-mgmt");
    let one = LiveNames { secrets: BTreeSet::new(), ..seed() };
    let told = [
        told(&renamed, &seed_profile),
        told(&one, &seed_profile),
        told(&seed(), &profile("cost-onprem")),
        told(&LiveNames::default(), &seed_profile),
    ];
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.bind(|| insta::assert_snapshot!("cluster-names", told.join("\n\n")));
}
