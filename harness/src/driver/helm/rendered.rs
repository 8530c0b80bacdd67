//! What a rendered chart says: its hooks, and what its readiness probes ask.

use std::collections::BTreeSet;

use serde_yaml::Value;

use super::error::HelmError;
use super::post_render::documents;
use crate::fact::release::{ChartFacts, HookFact, ProbeFact};

const HOOK: &str = "helm.sh/hook";
const WEIGHT: &str = "helm.sh/hook-weight";
const DELETE_POLICY: &str = "helm.sh/hook-delete-policy";
/// Kinds whose pods have readiness probes, and for which `--wait` waits.
const WORKLOADS: [&str; 3] = ["Deployment", "StatefulSet", "DaemonSet"];

/// The facts of a chart's rendered documents; components are named by this label. Whether the installation waits is not in them.
pub fn chart_facts(manifest: &str, component_label: &str) -> Result<ChartFacts, HelmError> {
    let mut facts = ChartFacts::default();
    for document in documents(manifest) {
        let object: Value = serde_yaml::from_str(document)?;
        let Some(kind) = object.get("kind").and_then(Value::as_str) else { continue };
        match hook(&object, kind, component_label) {
            Some(hook) => facts.hooks.push(hook),
            None if WORKLOADS.contains(&kind) => facts.probes.extend(probes(&object, kind, component_label)),
            None => {}
        }
    }
    // As Helm runs them: by weight, then by name.
    facts.hooks.sort_by(|left, right| (left.weight, &left.name).cmp(&(right.weight, &right.name)));
    Ok(facts)
}

/// The images of all containers of a chart's rendered documents.
pub fn images(manifest: &str) -> Result<BTreeSet<String>, HelmError> {
    let mut images = BTreeSet::new();
    for document in documents(manifest) {
        collect_images(&serde_yaml::from_str(document)?, &mut images);
    }
    Ok(images)
}

fn collect_images(value: &Value, images: &mut BTreeSet<String>) {
    match value {
        Value::Mapping(mapping) => {
            for (key, value) in mapping {
                match (key.as_str(), value.as_str()) {
                    (Some("image"), Some(image)) => drop(images.insert(image.to_owned())),
                    _ => collect_images(value, images),
                }
            }
        }
        Value::Sequence(sequence) => sequence.iter().for_each(|value| collect_images(value, images)),
        _ => {}
    }
}

fn hook(object: &Value, kind: &str, component_label: &str) -> Option<HookFact> {
    let events = words(annotation(object, HOOK)?);
    Some(HookFact {
        kind: kind.to_owned(),
        name: name(object),
        component: component(object, component_label),
        events,
        // Helm takes what is no number for 0.
        weight: annotation(object, WEIGHT).and_then(|text| text.trim().parse().ok()).unwrap_or(0),
        delete_policies: annotation(object, DELETE_POLICY).map(words).unwrap_or_default(),
    })
}

fn probes(object: &Value, kind: &str, component_label: &str) -> Vec<ProbeFact> {
    let containers = at(object, &["spec", "template", "spec", "containers"]).and_then(Value::as_sequence);
    let paths = containers.into_iter().flatten().filter_map(|container| {
        let path = at(container, &["readinessProbe", "httpGet", "path"])?.as_str()?;
        Some(path.to_owned())
    });
    let probe = |path| ProbeFact {
        workload: format!("{kind}/{}", name(object)),
        component: component(object, component_label),
        path,
    };
    paths.map(probe).collect()
}

fn name(object: &Value) -> String {
    at(object, &["metadata", "name"]).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The component of an object, or else that of its pods.
fn component(object: &Value, label: &str) -> Option<String> {
    let of = |path: &[&str]| at(object, path)?.get(label)?.as_str().map(str::to_owned);
    of(&["metadata", "labels"]).or_else(|| of(&["spec", "template", "metadata", "labels"]))
}

fn annotation<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    at(object, &["metadata", "annotations"])?.get(name)?.as_str()
}

fn words(text: &str) -> BTreeSet<String> {
    text.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
}

fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, key| value.get(*key))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RENDERED: &str = r#"---
# Source: chart/templates/api.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  labels: {part: koku-api}
spec:
  template:
    spec:
      initContainers:
        - name: wait
          image: koku:0
      containers:
        - name: api
          image: koku:1
          readinessProbe:
            httpGet: {path: /readyz/tenants, port: 8000}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: bootstrap-1
  annotations:
    "helm.sh/hook": post-install, post-upgrade
    "helm.sh/hook-weight": "5"
    "helm.sh/hook-delete-policy": before-hook-creation
spec:
  template:
    metadata:
      labels: {part: tenant-bootstrap}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate-1
  annotations: {"helm.sh/hook": "post-install"}
"#;

    #[test]
    fn hooks_stand_in_the_order_in_which_they_run() {
        let facts = chart_facts(RENDERED, "part").expect("readable");
        let names: Vec<_> = facts.hooks.iter().map(|hook| (hook.name.as_str(), hook.weight)).collect();
        assert_eq!(names, [("migrate-1", 0), ("bootstrap-1", 5)]);
        let bootstrap = &facts.hooks[1];
        assert_eq!(bootstrap.component.as_deref(), Some("tenant-bootstrap"));
        assert_eq!(bootstrap.events, BTreeSet::from(["post-install".to_owned(), "post-upgrade".to_owned()]));
        assert_eq!(bootstrap.delete_policies, BTreeSet::from(["before-hook-creation".to_owned()]));
        assert!(!facts.waits);
    }

    #[test]
    fn probes_and_images_are_read() {
        let facts = chart_facts(RENDERED, "part").expect("readable");
        let probe = ProbeFact {
            workload: "Deployment/api".to_owned(),
            component: Some("koku-api".to_owned()),
            path: "/readyz/tenants".to_owned(),
        };
        assert_eq!(facts.probes, [probe]);
        assert_eq!(images(RENDERED).expect("readable"), BTreeSet::from(["koku:0".to_owned(), "koku:1".to_owned()]));
    }
}
