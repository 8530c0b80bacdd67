//! What the chart calls its things is what the profiles say.

use harness::profile::{Job, Profile, Service, TenantMaker};
use libtest_mimic::Trial;
use serde_yaml::Value;

use crate::rendered::{COMPONENT, Objects, at, profiles, text};
use crate::{assert_seen, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("names::every_object_with_its_hooks", every_object_with_its_hooks),
        trial("names::every_name_of_a_profile_is_an_object", every_name_of_a_profile_is_an_object),
        trial("names::the_tenants_of_the_values_are_made_in_order", the_tenants_of_the_values),
    ]
}

fn every_object_with_its_hooks() {
    for profile in profiles() {
        assert_seen(&format!("objects_{}", profile.name), &Objects::of(&profile, &[]).table());
    }
}

fn every_name_of_a_profile_is_an_object() {
    for profile in profiles() {
        let objects = Objects::of(&profile, &[]);
        component(objects.find("StatefulSet", &profile.database.component.name), &profile.database.component.component);
        component(objects.find("Deployment", &profile.processor.name), &profile.processor.component);
        for named in [&profile.sources, &profile.koku, &profile.upload] {
            service(&objects, named);
        }
        job(&objects, &profile.migration);
        match (&profile.bootstrap.job, profile.tenants.made_by) {
            (Some(bootstrap), TenantMaker::BootstrapJob) => job(&objects, bootstrap),
            (None, TenantMaker::FirstSource) => {
                assert!(!objects.table().contains("tenant-bootstrap"), "{}", objects.table());
            }
            (job, maker) => panic!("{maker:?} with {job:?}"),
        }
        credentials(&objects, &profile);
        behaviour(&objects, &profile);
    }
}

fn component(object: &Value, expected: &str) {
    for place in [COMPONENT, "/spec/template/metadata/labels/app.kubernetes.io~1component"] {
        assert_eq!(text(object, place), expected, "{place} of {}", text(object, "/metadata/name"));
    }
}

/// A Service with the profile's port that leads to a Deployment of the profile's component.
fn service(objects: &Objects, named: &Service) {
    let service = objects.find("Service", &named.service);
    assert_eq!(at(service, "/spec/ports/0/port").as_u64(), Some(named.port.into()), "port of {}", named.service);
    assert_eq!(text(service, "/spec/selector/app.kubernetes.io~1component"), named.component, "{}", named.service);
    component(objects.find("Deployment", &named.service), &named.component);
}

/// A job of the first revision, a hook after the install with the profile's weight.
fn job(objects: &Objects, named: &Job) {
    let job = objects.find("Job", &format!("{}-1", named.name));
    component(job, &named.component);
    let annotations = at(job, "/metadata/annotations");
    assert_eq!(annotations["helm.sh/hook"].as_str(), Some("post-install,post-upgrade"), "{}", named.name);
    assert_eq!(annotations["helm.sh/hook-weight"].as_str(), Some(named.hook_weight.to_string().as_str()));
    assert_eq!(annotations["helm.sh/hook-delete-policy"].as_str(), Some("before-hook-creation"));
}

fn credentials(objects: &Objects, profile: &Profile) {
    let (keys, database) = (&profile.cluster.credentials, &profile.database);
    let secret = objects.find("Secret", &keys.secret);
    let logins = [
        Some((&keys.superuser, &database.superuser)),
        Some((&keys.owner, &database.owner)),
        keys.observer.as_ref().zip(database.observer.as_ref()),
    ];
    let logins: Vec<_> = logins.into_iter().flatten().collect();
    let data = at(secret, "/data").as_mapping().expect("data");
    assert_eq!(data.len(), logins.len() * 2, "{data:?}");
    for (login, role) in logins {
        assert_eq!(decoded(&data[login.user.as_str()]), *role);
        assert_eq!(decoded(&data[login.password.as_str()]).len(), 24, "a password is drawn");
    }
}

fn decoded(value: &Value) -> String {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(value.as_str().expect("text")).expect("base64");
    String::from_utf8(bytes).expect("UTF-8")
}

/// Database, catalog, dialect and readiness, as Koku is told them.
fn behaviour(objects: &Objects, profile: &Profile) {
    let koku = objects.find("Deployment", &profile.koku.service);
    let environment = at(koku, "/spec/template/spec/containers/0/env").as_sequence().expect("an environment");
    let told = |name: &str| {
        let variable = environment.iter().find(|variable| variable["name"] == name);
        variable.and_then(|variable| variable["value"].as_str()).unwrap_or_default()
    };
    let address = format!("postgres://{}:5432/{}", profile.database.component.name, profile.database.name);
    assert_eq!(told("DATABASE_URL"), address);
    assert!(profile.database.catalog.ends_with(told("KOKU_CATALOG")), "{}", told("KOKU_CATALOG"));
    assert_eq!(told("KOKU_DIALECT"), serde_yaml::to_string(&profile.sources_dialect).expect("a word").trim());
    let tenants = profile.bootstrap.job.as_ref().map(|_| profile.tenants.default_org_id.as_str());
    assert_eq!(told("KOKU_TENANTS"), tenants.unwrap_or_default());
    let ready = text(koku, "/spec/template/spec/containers/0/readinessProbe/httpGet/path");
    assert_eq!(ready, profile.cluster.readiness.as_deref().unwrap_or("/readyz/tenants"));
}

fn the_tenants_of_the_values() {
    for profile in profiles() {
        let (Some(default), Some(further)) = (&profile.chart.default_org_id_value, &profile.chart.tenants_value) else {
            continue;
        };
        // One that is named twice is made once.
        let sets = [format!("{default}=first"), format!("{further}={{org2,first,org3}}")];
        let objects = Objects::of(&profile, &sets.each_ref().map(String::as_str));
        let bootstrap = profile.bootstrap.job.as_ref().expect("whoever lists tenants makes them");
        let job = objects.find("Job", &format!("{}-1", bootstrap.name));
        let arguments = at(job, "/spec/template/spec/containers/0/args").as_sequence().expect("arguments");
        let orgs: Vec<_> = arguments.iter().filter_map(|word| word.as_str()?.strip_prefix("--org=")).collect();
        assert_eq!(orgs, ["first", "org2", "org3"]);
    }
}
