//! What the chart asks of a cluster: little, and no rights.

use libtest_mimic::Trial;
use serde_yaml::Value;

use crate::rendered::{Objects, at, profiles, text};
use crate::trial;

/// Everything that the chart can have, so that nothing is left out.
const EVERYTHING: &str = "costManagement.defaultProvider.enabled=true";

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("modest::requests_stay_below_the_promise", requests_stay_below_the_promise),
        trial("modest::no_pod_has_rights", no_pod_has_rights),
        trial("modest::passwords_come_from_the_secret_alone", passwords_come_from_the_secret_alone),
    ]
}

/// The chart of each profile; with the default provider's hook where a Sources API of the platform is served.
fn whole() -> Vec<Objects> {
    let profiles = profiles();
    let with = |chart: &harness::profile::Profile| match chart.sources_dialect {
        harness::profile::SourcesDialect::Platform => Objects::of(chart, &[EVERYTHING]),
        harness::profile::SourcesDialect::Koku => Objects::of(chart, &[]),
    };
    profiles.iter().map(with).collect()
}

fn containers(pod: &Value) -> impl Iterator<Item = &Value> {
    ["/initContainers", "/containers"].into_iter().flat_map(|kind| at(pod, kind).as_sequence().into_iter().flatten())
}

/// At most 0.4 CPU and 512 MiB, jobs and test included, as if all ran at once. Init containers end before the others begin.
fn requests_stay_below_the_promise() {
    for objects in whole() {
        let pods = objects.pods();
        assert!(pods.len() >= 5, "{}", objects.table());
        let (mut millicores, mut mebibytes) = (0, 0);
        for (name, pod) in &pods {
            for container in at(pod, "/containers").as_sequence().expect("containers") {
                let asked = |what: &str| text(container, &format!("/resources/requests/{what}")).to_owned();
                millicores += quantity(&asked("cpu"), "m", name);
                mebibytes += quantity(&asked("memory"), "Mi", name);
            }
        }
        assert!(millicores <= 400, "{millicores} millicores");
        assert!(mebibytes <= 512, "{mebibytes} MiB");
    }
}

fn quantity(text: &str, unit: &str, of: &str) -> u32 {
    let number = text.strip_suffix(unit).and_then(|number| number.parse().ok());
    number.unwrap_or_else(|| panic!("{of} asks for `{text}`: write a number of {unit}"))
}

fn no_pod_has_rights() {
    for objects in whole() {
        let granting = ["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"];
        assert!(!objects.0.iter().any(|object| granting.contains(&text(object, "/kind"))), "{}", objects.table());
        for (name, pod) in objects.pods() {
            assert_eq!(at(pod, "/automountServiceAccountToken").as_bool(), Some(false), "{name}");
            assert_eq!(at(pod, "/securityContext/runAsNonRoot").as_bool(), Some(true), "{name}");
            for container in containers(pod) {
                let security = at(container, "/securityContext");
                assert_eq!(at(security, "/allowPrivilegeEscalation").as_bool(), Some(false), "{name}");
                assert_eq!(at(security, "/readOnlyRootFilesystem").as_bool(), Some(true), "{name}");
                assert_eq!(text(security, "/capabilities/drop/0"), "ALL", "{name}");
            }
        }
    }
}

fn passwords_come_from_the_secret_alone() {
    for objects in whole() {
        let mut seen = 0;
        for (name, pod) in objects.pods() {
            for variable in
                containers(pod).flat_map(|container| at(container, "/env").as_sequence().into_iter().flatten())
            {
                assert!(!text(variable, "/value").contains('@'), "a URL with a login in {name}");
                if text(variable, "/name").ends_with("PASSWORD") {
                    let key = text(variable, "/valueFrom/secretKeyRef/key");
                    assert!(key.ends_with("-password"), "{name}: {variable:?}");
                    seen += 1;
                }
            }
        }
        assert!(seen >= 4, "{seen} passwords in {}", objects.table());
    }
}
