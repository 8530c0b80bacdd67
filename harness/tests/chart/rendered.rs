//! Asking Helm for what it would install.

use std::process::{Command, Output};

use harness::profile::Profile;
use harness::project::Project;
use serde::Deserialize as _;
use serde_yaml::Value;

/// Whether Helm can be asked at all.
pub(crate) fn helm_is_there() -> bool {
    Command::new("helm").arg("version").output().is_ok_and(|output| output.status.success())
}

/// The profiles, each of which is a values file of the chart.
pub(crate) fn profiles() -> Vec<Profile> {
    Profile::load_all(&Project::find().fixtures()).unwrap_or_else(|error| panic!("{error}"))
}

/// What `helm template` says of the chart with a profile's values and these `--set`. Told which Kubernetes is meant, since a Helm of
/// one's own build assumes an old one.
pub(crate) fn template(profile: &Profile, sets: &[&str]) -> Output {
    let chart = Project::find().fixtures().join(&profile.cluster.chart);
    let mut command = Command::new("helm");
    command.args(["template", &profile.chart.release]).arg(&chart).args(["--namespace", &profile.chart.namespace]);
    command.args(["--kube-version", "1.30.0"]);
    for file in &profile.cluster.values {
        command.arg("--values").arg(chart.join(file));
    }
    for set in sets {
        command.args(["--set", set]);
    }
    command.output().unwrap_or_else(|error| panic!("helm does not start: {error}"))
}

/// The text of what would be installed.
pub(crate) fn manifest(profile: &Profile, sets: &[&str]) -> String {
    let output = template(profile, sets);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What would be installed, object by object.
#[derive(Debug)]
pub(crate) struct Objects(pub(crate) Vec<Value>);

impl Objects {
    pub(crate) fn of(profile: &Profile, sets: &[&str]) -> Self {
        let manifest = manifest(profile, sets);
        let documents = serde_yaml::Deserializer::from_str(&manifest).map(Value::deserialize);
        let objects: Vec<Value> = documents.collect::<Result<_, _>>().expect("YAML");
        Self(objects.into_iter().filter(|object| !object.is_null()).collect())
    }

    /// The object of this kind and name.
    pub(crate) fn find(&self, kind: &str, name: &str) -> &Value {
        let called = |object: &&Value| text(object, "/kind") == kind && text(object, "/metadata/name") == name;
        self.0.iter().find(called).unwrap_or_else(|| panic!("no {kind} {name} among\n{}", self.table()))
    }

    /// The specification of each pod that the objects make, with the name of who makes it.
    pub(crate) fn pods(&self) -> Vec<(String, &Value)> {
        let pod = |object: &'_ Value| match text(object, "/kind") {
            "Pod" => Some("/spec"),
            "Deployment" | "StatefulSet" | "Job" => Some("/spec/template/spec"),
            _ => None,
        };
        let pods = self
            .0
            .iter()
            .filter_map(|object| Some((text(object, "/metadata/name").to_owned(), at(object, pod(object)?))));
        pods.collect()
    }

    /// Kind, name, component, ports or hook of each, sorted.
    pub(crate) fn table(&self) -> String {
        let mut lines: Vec<String> = self.0.iter().map(line).collect();
        lines.sort();
        lines.join("\n")
    }
}

fn line(object: &Value) -> String {
    let mut parts = vec![format!("{:<15} {}", text(object, "/kind"), text(object, "/metadata/name"))];
    parts.extend(at(object, COMPONENT).as_str().map(|component| format!("component {component}")));
    for port in at(object, "/spec/ports").as_sequence().into_iter().flatten() {
        parts.push(format!("port {}", at(port, "/port").as_u64().expect("a port")));
    }
    let annotations = at(object, "/metadata/annotations");
    if let Some(hook) = annotations["helm.sh/hook"].as_str() {
        let weight = annotations["helm.sh/hook-weight"].as_str().unwrap_or("0");
        let policy = annotations["helm.sh/hook-delete-policy"].as_str().unwrap_or("none");
        parts.push(format!("hook {hook}, weight {weight}, deleted {policy}"));
    }
    parts.join(", ")
}

/// Where an object says which component it is.
pub(crate) const COMPONENT: &str = "/metadata/labels/app.kubernetes.io~1component";

/// The value at this place, written as a JSON pointer; null where there is none.
pub(crate) fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    const NOTHING: &Value = &Value::Null;
    pointer.split('/').skip(1).fold(value, |value, step| {
        let step = step.replace("~1", "/");
        let found = match step.parse::<usize>() {
            Ok(index) if value.is_sequence() => value.get(index),
            _ => value.get(step.as_str()),
        };
        found.unwrap_or(NOTHING)
    })
}

/// The text at this place; none is an empty one.
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    at(value, pointer).as_str().unwrap_or_default()
}
