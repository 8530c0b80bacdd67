//! What a payload is: a manifest and the files it lists, in memory.

use std::collections::BTreeMap;

use super::columns::{self, FileKind};
use super::{Manifest, PayloadError};

/// The name of the manifest in a payload.
pub(super) const MANIFEST: &str = "manifest.json";

/// One CSV file of a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayloadFile {
    /// Its bare name.
    pub name: String,
    /// What it holds.
    pub kind: FileKind,
    /// Its bytes, header line included.
    pub bytes: Vec<u8>,
}

/// A payload in memory. It is complete and sound: every listed file is there, is of a known kind and has rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Payload {
    pub(super) manifest: Manifest,
    pub(super) files: Vec<PayloadFile>,
}

impl Payload {
    /// Puts a payload together from its manifest's bytes and the other files by name.
    pub fn from_parts(manifest: &[u8], mut parts: BTreeMap<String, Vec<u8>>) -> Result<Self, PayloadError> {
        let manifest = Manifest::parse(manifest)?;
        let usage = manifest.files().iter().map(|name| (name, false));
        let optimization = manifest.resource_optimization_files().iter().map(|name| (name, true));
        let mut files = Vec::with_capacity(parts.len());
        for (name, is_optimization) in usage.chain(optimization) {
            let bytes = parts.remove(name).ok_or_else(|| PayloadError::FileMissing { name: name.clone() })?;
            let kind =
                if is_optimization { FileKind::ResourceOptimization } else { columns::kind_of_file(name, &bytes)? };
            files.push(PayloadFile { name: name.clone(), kind, bytes });
        }
        match parts.into_keys().next() {
            Some(name) => Err(PayloadError::FileNotListed { name }),
            None => Ok(Self { manifest, files }),
        }
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The files, in the manifest's order.
    #[must_use]
    pub fn files(&self) -> &[PayloadFile] {
        &self.files
    }

    /// How many bytes the CSV files have together.
    #[must_use]
    pub fn csv_bytes(&self) -> usize {
        self.files.iter().map(|file| file.bytes.len()).sum()
    }
}
