//! What a rendered chart means to be there.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_yaml::Value;

use super::ManifestError;
use crate::fact::release::{ChartFacts, HookFact, ProbeFact};

const HOOK: &str = "helm.sh/hook";
const WEIGHT: &str = "helm.sh/hook-weight";
const DELETE_POLICY: &str = "helm.sh/hook-delete-policy";

/// Reads what `helm template` gives, or the manifest and hooks of a release: YAML documents in any order.
pub fn chart_facts(rendered: &str, component_label: &str, waits: bool) -> Result<ChartFacts, ManifestError> {
    let mut facts = ChartFacts { waits, ..ChartFacts::default() };
    for document in serde_yaml::Deserializer::from_str(rendered) {
        let object = Value::deserialize(document)?;
        if !object.is_mapping() {
            continue;
        }
        match hook(&object, component_label)? {
            Some(hook) => facts.hooks.push(hook),
            None => facts.probes.extend(probes(&object, component_label)),
        }
    }
    // Helm runs the hooks of one event by weight, then by name.
    facts.hooks.sort_by(|one, other| (one.weight, &one.name).cmp(&(other.weight, &other.name)));
    Ok(facts)
}

fn text<'a>(object: &'a Value, path: &[&str]) -> Option<&'a str> {
    path.iter().try_fold(object, |value, key| value.get(key))?.as_str()
}

fn named(object: &Value) -> (String, String) {
    let name = text(object, &["metadata", "name"]).unwrap_or_default().to_owned();
    (text(object, &["kind"]).unwrap_or_default().to_owned(), name)
}

fn component(object: &Value, label: &str) -> Option<String> {
    let of_pods = || text(object, &["spec", "template", "metadata", "labels", label]);
    text(object, &["metadata", "labels", label]).or_else(of_pods).map(str::to_owned)
}

fn list(object: &Value, annotation: &str) -> BTreeSet<String> {
    let written = text(object, &["metadata", "annotations", annotation]).unwrap_or_default();
    written.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn hook(object: &Value, component_label: &str) -> Result<Option<HookFact>, ManifestError> {
    let events = list(object, HOOK);
    if events.is_empty() {
        return Ok(None);
    }
    let (kind, name) = named(object);
    let written = text(object, &["metadata", "annotations", WEIGHT]).unwrap_or("0");
    let Ok(weight) = written.trim().parse() else {
        return Err(ManifestError::Weight { object: format!("{kind}/{name}"), weight: written.to_owned() });
    };
    let delete_policies = list(object, DELETE_POLICY);
    Ok(Some(HookFact { component: component(object, component_label), kind, name, events, weight, delete_policies }))
}

fn probes(object: &Value, component_label: &str) -> Vec<ProbeFact> {
    let (kind, name) = named(object);
    if !matches!(kind.as_str(), "Deployment" | "StatefulSet" | "DaemonSet") {
        return Vec::new();
    }
    let template = ["spec", "template", "spec", "containers"];
    let containers = template.iter().try_fold(object, |value, key| value.get(key)).and_then(Value::as_sequence);
    let probe = |container: &Value| {
        text(container, &["readinessProbe", "httpGet", "path"]).map(|path| ProbeFact {
            workload: format!("{kind}/{name}"),
            component: component(object, component_label),
            path: path.to_owned(),
        })
    };
    containers.into_iter().flatten().filter_map(probe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABEL: &str = "app.kubernetes.io/component";

    const RENDERED: &str = r#"---
# Source: a/templates/api.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: api, labels: { app.kubernetes.io/component: koku-api } }
spec:
  template:
    spec:
      containers:
        - name: koku
          readinessProbe: { httpGet: { path: /readyz/tenants, port: http } }
        - name: beside
---
apiVersion: batch/v1
kind: Job
metadata:
  name: bootstrap
  annotations: { helm.sh/hook: "post-install, post-upgrade", helm.sh/hook-weight: "5" }
spec: { template: { metadata: { labels: { app.kubernetes.io/component: tenant-bootstrap } } } }
---
---
kind: Job
metadata: { name: migrate, annotations: { helm.sh/hook: post-install, helm.sh/hook-delete-policy: before-hook-creation } }
"#;

    #[test]
    fn hooks_come_in_the_order_in_which_they_run_beside_the_probes() {
        let facts = chart_facts(RENDERED, LABEL, false).expect("is understood");
        insta::with_settings!({ snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"), prepend_module_to_snapshot => false }, {
            insta::assert_yaml_snapshot!("cluster_chart_facts", facts);
        });
    }

    #[test]
    fn a_weight_that_is_no_number_is_named() {
        let rendered = "kind: Job\nmetadata: {name: m, annotations: {helm.sh/hook: test, helm.sh/hook-weight: five}}";
        let error = chart_facts(rendered, LABEL, false).expect_err("no number");
        assert_eq!(error.to_string(), "Job/m: its hook weight \"five\" is not a whole number");
    }
}
