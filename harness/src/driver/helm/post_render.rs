//! What a chart makes that not every cluster knows, and how it is taken out before the cluster sees it.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use serde_yaml::Value;

use super::error::HelmError;
use super::program::Helm;

/// From this version on, Helm takes only plugins as post-renderers.
const FIRST_WITH_PLUGINS: u32 = 4;
/// Our own program, which takes the objects out.
const PROGRAM: &str = "e2e-validate";

/// Kinds that stand for something beside the system: routes, links in a console, monitoring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotOfEveryCluster {
    /// The kind.
    pub kind: &'static str,
    /// Its API group.
    pub group: &'static str,
}

const NOT_OF_EVERY_CLUSTER: [NotOfEveryCluster; 3] = [
    NotOfEveryCluster { kind: "Route", group: "route.openshift.io" },
    NotOfEveryCluster { kind: "ConsoleLink", group: "console.openshift.io" },
    NotOfEveryCluster { kind: "ServiceMonitor", group: "monitoring.coreos.com" },
];

impl fmt::Display for NotOfEveryCluster {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({})", self.kind, self.group)
    }
}

/// Takes objects out of what Helm has rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostRenderer {
    program: PathBuf,
    groups: Vec<&'static str>,
}

impl PostRenderer {
    /// Takes these kinds out; `None` where there are none. Helm 4 cannot, and without our own program nobody can.
    pub fn of(helm: &Helm, lacking: &[NotOfEveryCluster]) -> Result<Option<Self>, HelmError> {
        if lacking.is_empty() {
            return Ok(None);
        }
        let named = || lacking.iter().map(NotOfEveryCluster::to_string).collect::<Vec<_>>().join(", ");
        if helm.version().major >= FIRST_WITH_PLUGINS {
            return Err(HelmError::NoPostRenderer { lacking: named() });
        }
        let program = our_program().map_err(|looked_for| HelmError::NoProgram { lacking: named(), looked_for })?;
        Ok(Some(Self { program, groups: lacking.iter().map(|kind| kind.group).collect() }))
    }

    pub(super) fn arguments(&self) -> Vec<String> {
        let words = std::iter::once("post-render").chain(self.groups.iter().copied());
        let words = words.flat_map(|word| ["--post-renderer-args".to_owned(), word.to_owned()]);
        ["--post-renderer".to_owned(), self.program.display().to_string()].into_iter().chain(words).collect()
    }
}

/// The program `e2e-validate`: this one, or the one beside a test program; else where it was looked for.
fn our_program() -> Result<PathBuf, PathBuf> {
    let here = std::env::current_exe().unwrap_or_default();
    // Test programs stand in `deps/`, one below the programs.
    let beside: Vec<PathBuf> = here.ancestors().skip(1).take(2).map(|folder| folder.join(PROGRAM)).collect();
    let found = beside.iter().find(|program| program.is_file()).cloned();
    found.ok_or_else(|| beside.last().cloned().unwrap_or_else(|| PathBuf::from(PROGRAM)))
}

/// What these documents make that a cluster with these API groups does not know.
pub fn lacking(manifest: &str, served: &BTreeSet<String>) -> Result<Vec<NotOfEveryCluster>, HelmError> {
    let mut groups = BTreeSet::new();
    for document in documents(manifest) {
        groups.extend(group(document)?);
    }
    let lacks = |kind: &NotOfEveryCluster| groups.contains(kind.group) && !served.contains(kind.group);
    Ok(NOT_OF_EVERY_CLUSTER.into_iter().filter(lacks).collect())
}

/// The documents without those of these API groups; the others stay as they are, word by word.
pub fn without(manifest: &str, dropped: &[String]) -> Result<String, HelmError> {
    let mut kept = String::new();
    for document in documents(manifest) {
        if !group(document)?.is_some_and(|group| dropped.contains(&group)) {
            kept.push_str("---\n");
            kept.push_str(document.trim_matches('\n'));
            kept.push('\n');
        }
    }
    Ok(kept)
}

/// The documents of a stream, as text; Helm puts each separator on a line of its own.
pub(super) fn documents(manifest: &str) -> impl Iterator<Item = &str> {
    let parts = manifest.strip_prefix("---\n").unwrap_or(manifest).split("\n---\n");
    parts.filter(|document| !document.trim().is_empty())
}

fn group(document: &str) -> Result<Option<String>, HelmError> {
    let value: Value = serde_yaml::from_str(document)?;
    let version = value.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
    Ok(version.split_once('/').map(|(group, _)| group.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "---\n# Source: a\napiVersion: v1\nkind: Service\nmetadata: {name: a} # a comment\n---\n\
                            apiVersion: route.openshift.io/v1\nkind: Route\nmetadata:\n  name: b\n---\n# nothing\n---\n\
                            apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: c}\n";

    fn served(groups: &[&str]) -> BTreeSet<String> {
        groups.iter().map(|group| (*group).to_owned()).collect()
    }

    #[test]
    fn what_a_cluster_lacks_is_found_and_taken_out() {
        let found = lacking(MANIFEST, &served(&["apps", "monitoring.coreos.com"])).expect("readable");
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), ["Route (route.openshift.io)"]);
        let kept = without(MANIFEST, &["route.openshift.io".to_owned()]).expect("readable");
        assert!(kept.contains("metadata: {name: a} # a comment") && kept.contains("ServiceMonitor"), "{kept}");
        assert!(!kept.contains("Route"), "{kept}");
        assert_eq!(lacking(&kept, &served(&[])).expect("readable").len(), 1, "the other one stays");
    }

    #[test]
    fn what_is_no_yaml_is_an_error() {
        let error = without("a: [", &[]).expect_err("no YAML");
        assert!(error.to_string().contains("cannot be read as YAML"), "{error}");
    }
}
