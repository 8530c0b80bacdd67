//! Where a chart comes from.

use std::fmt;
use std::path::{Path, PathBuf};

/// A chart: a folder, an archive, or a reference into a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChartSource {
    /// A folder with `Chart.yaml`.
    Folder(PathBuf),
    /// What `helm package` makes.
    Archive(PathBuf),
    /// A reference of an OCI registry, such as `oci://registry/charts/name`, and a version of it.
    Oci {
        /// The reference, without the version.
        reference: String,
        /// The version; without one, the newest.
        version: Option<String>,
    },
}

/// Nothing there is a chart.
#[derive(Debug, thiserror::Error)]
#[error("{named} is no chart: {why} (expected a folder with Chart.yaml, an archive .tgz, or a reference oci://…)")]
pub struct ChartError {
    named: String,
    why: &'static str,
}

impl ChartSource {
    /// The chart that this text names; an archive or folder must be there.
    pub fn read(text: &str) -> Result<Self, ChartError> {
        if text.starts_with("oci://") {
            let (reference, version) = split_tag(text);
            return Ok(Self::Oci { reference, version });
        }
        let (path, wrong) = (Path::new(text), |why| Err(ChartError { named: text.to_owned(), why }));
        if path.is_dir() {
            return if path.join("Chart.yaml").is_file() {
                Ok(Self::Folder(path.to_owned()))
            } else {
                wrong("the folder has no Chart.yaml")
            };
        }
        if !path.is_file() {
            return wrong("nothing is there");
        }
        let is_archive = [".tgz", ".tar.gz"].iter().any(|ending| text.ends_with(ending));
        if is_archive { Ok(Self::Archive(path.to_owned())) } else { wrong("the file is no archive") }
    }

    /// How Helm is given it.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        match self {
            Self::Folder(path) | Self::Archive(path) => vec![path.display().to_string()],
            Self::Oci { reference, version } => {
                let version = version.iter().flat_map(|version| ["--version".to_owned(), version.clone()]);
                std::iter::once(reference.clone()).chain(version).collect()
            }
        }
    }

    /// The folder, where it is one.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(path) => Some(path),
            Self::Archive(_) | Self::Oci { .. } => None,
        }
    }
}

impl fmt::Display for ChartSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.arguments().join(" "))
    }
}

/// A reference and its tag, which stands behind the last colon after the last slash.
fn split_tag(text: &str) -> (String, Option<String>) {
    let name = text.rfind('/').map_or(0, |slash| slash + 1);
    match text[name..].rfind(':') {
        Some(colon) => (text[..name + colon].to_owned(), Some(text[name + colon + 1..].to_owned())),
        None => (text.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charts_are_folders_archives_or_references() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name).display().to_string();
        std::fs::create_dir(at("chart")).expect("made");
        std::fs::create_dir(at("empty")).expect("made");
        for file in ["chart/Chart.yaml", "chart-1.0.0.tgz", "chart.zip"] {
            std::fs::write(at(file), "").expect("written");
        }
        assert_eq!(ChartSource::read(&at("chart")).expect("a folder").folder(), Some(Path::new(&at("chart"))));
        assert_eq!(ChartSource::read(&at("chart-1.0.0.tgz")).expect("an archive").folder(), None);
        let told = |name: &str| ChartSource::read(&at(name)).expect_err("no chart").to_string();
        assert!(told("empty").contains("is no chart: the folder has no Chart.yaml (expected"), "{}", told("empty"));
        assert!(told("none").contains("is no chart: nothing is there"));
        assert!(told("chart.zip").contains("is no chart: the file is no archive"));
    }

    #[test]
    fn the_version_of_a_reference_is_given_as_a_version() {
        let arguments = |text| ChartSource::read(text).expect("a reference").arguments();
        assert_eq!(arguments("oci://host:5000/charts/one:1.2.3"), ["oci://host:5000/charts/one", "--version", "1.2.3"]);
        assert_eq!(arguments("oci://host:5000/charts/one"), ["oci://host:5000/charts/one"]);
    }
}
