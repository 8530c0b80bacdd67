//! A payload that can be changed in any way, also in ways that the harness' own reader refuses.

use std::io::{self, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::contract::error::ContractError;
use crate::contract::rewriting::Rewriting;
use crate::project::Project;

/// The CSV files of case a, by their places in the manifest.
pub(super) const PODS: usize = 0;
pub(super) const STORAGE: usize = 1;
pub(super) const NODE_LABELS: usize = 2;
pub(super) const NAMESPACE_LABELS: usize = 3;

/// A payload in its parts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Archive {
    pub(super) manifest: Value,
    /// The name and text of each CSV file in the archive.
    pub(super) files: Vec<(String, String)>,
    /// The text of `manifest.json`, where it is not that of `manifest`.
    pub(super) manifest_text: Option<String>,
    pub(super) has_manifest: bool,
}

impl Archive {
    /// Reads a folder below `fixtures/payloads`.
    pub(crate) fn read(payload: &str, rewriting: &Rewriting) -> Result<Self, ContractError> {
        let folder = Project::find().fixtures().join("payloads").join(payload);
        let path = folder.join("manifest.json");
        let manifest: Value =
            serde_json::from_str(&text(&path)?).map_err(|source| ContractError::Form { path: path.clone(), source })?;
        let names = manifest["files"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let files = names.map(|name| Ok((rewriting.apply(name), text(&folder.join(name))?)));
        let files = files.collect::<Result<_, ContractError>>()?;
        let manifest = serde_json::from_str(&rewriting.apply(&manifest.to_string()));
        let manifest = manifest.map_err(|source| ContractError::Form { path, source })?;
        Ok(Self { manifest, files, manifest_text: None, has_manifest: true })
    }

    /// The same under another uuid, for this cluster.
    pub(crate) fn of_cluster(mut self, cluster_id: &str, uuid: &str) -> Self {
        self.manifest["uuid"] = uuid.into();
        self.manifest["cluster_id"] = cluster_id.into();
        self
    }

    /// The archive as it is uploaded.
    pub(crate) fn to_tar_gz(&self) -> Vec<u8> {
        // Writing to memory does not fail.
        self.packed().unwrap_or_default()
    }

    fn packed(&self) -> io::Result<Vec<u8>> {
        let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        let mut add = |name: &str, text: &str| {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            builder.append_data(&mut header, name, text.as_bytes())
        };
        if self.has_manifest {
            add("manifest.json", &self.manifest_text.clone().unwrap_or_else(|| self.manifest.to_string()))?;
        }
        for (name, text) in &self.files {
            add(name, text)?;
        }
        let mut gzip = builder.into_inner()?;
        gzip.flush()?;
        gzip.finish()
    }

    /// Changes the text of one CSV file.
    pub(super) fn change(&mut self, file: usize, change: impl FnOnce(&str) -> String) {
        self.files[file].1 = change(&self.files[file].1);
    }

    /// Changes one row of the pods, cell by cell; the header is row 0.
    pub(super) fn change_pod_row(&mut self, row: usize, change: impl FnOnce(&mut Vec<String>)) {
        self.change(PODS, |text| {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            let mut cells: Vec<String> = lines[row].split(',').map(str::to_owned).collect();
            change(&mut cells);
            lines[row] = cells.join(",");
            lines.join("\n") + "\n"
        });
    }

    /// Sets a cell of one row of the pods. A column that is not there changes nothing, which is found since nothing changed.
    pub(super) fn set_pod_cell(&mut self, row: usize, column: &str, value: &str) {
        let header = self.files[PODS].1.lines().next().unwrap_or_default();
        if let Some(place) = header.split(',').position(|found| found == column) {
            self.change_pod_row(row, |cells| value.clone_into(&mut cells[place]));
        }
    }

    /// Replaces texts in all CSV files, all at once, so that no replacement is replaced again.
    pub(super) fn replace_everywhere(&mut self, replacements: &[(&str, &str)]) {
        for (_, text) in &mut self.files {
            *text = replaced(text, replacements);
        }
    }

    /// The same in the manifest.
    pub(super) fn replace_in_manifest(&mut self, replacements: &[(&str, &str)]) {
        if let Ok(manifest) = serde_json::from_str(&replaced(&self.manifest.to_string(), replacements)) {
            self.manifest = manifest;
        }
    }

    /// Takes a file out of the archive and out of the manifest.
    pub(super) fn forget(&mut self, file: usize) {
        let (name, _) = self.files.remove(file);
        if let Some(files) = self.manifest["files"].as_array_mut() {
            files.retain(|listed| *listed != name);
        }
    }

    /// Lists another file of this text.
    pub(super) fn add_file(&mut self, name: &str, text: &str) {
        if let Some(files) = self.manifest["files"].as_array_mut() {
            files.push(name.into());
        }
        self.files.push((name.to_owned(), text.to_owned()));
    }
}

fn text(path: &Path) -> Result<String, ContractError> {
    std::fs::read_to_string(path).map_err(|source| ContractError::Read { path: path.to_owned(), source })
}

fn replaced(text: &str, replacements: &[(&str, &str)]) -> String {
    let mark = |place: usize| format!("\u{1}{place}\u{2}");
    let marked = replacements
        .iter()
        .enumerate()
        .fold(text.to_owned(), |text, (place, (from, _))| text.replace(from, &mark(place)));
    replacements.iter().enumerate().fold(marked, |text, (place, (_, to))| text.replace(&mark(place), to))
}
