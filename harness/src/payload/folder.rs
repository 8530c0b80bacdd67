//! A payload as a folder, the form in which it is kept in the repository.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::model::MANIFEST;
use super::{Payload, PayloadError};

/// The folder of named payloads, below the fixtures.
const NAMED: &str = "payloads";
/// Names that are less alike than this are no likely slip of the pen.
const ALIKE: f64 = 0.6;

impl Payload {
    /// Reads a payload from a `tar.gz` or a folder.
    pub fn read(path: &Path) -> Result<Self, PayloadError> {
        if path.is_dir() {
            return Self::from_folder(path);
        }
        let archive = fs::read(path).map_err(|source| PayloadError::Unreadable { path: path.to_owned(), source })?;
        Self::from_tar_gz(&archive)
    }

    /// Reads a payload from a folder with `manifest.json` and CSV files.
    pub fn from_folder(folder: &Path) -> Result<Self, PayloadError> {
        let mut parts = BTreeMap::new();
        for name in names_in(folder)? {
            let path = folder.join(&name);
            let bytes = fs::read(&path).map_err(|source| PayloadError::Unreadable { path, source })?;
            parts.insert(name, bytes);
        }
        let manifest = parts.remove(MANIFEST).ok_or(PayloadError::NoManifest)?;
        Self::from_parts(&manifest, parts)
    }

    /// The names of the payloads below the fixtures, sorted.
    pub fn names(fixtures: &Path) -> Result<Vec<String>, PayloadError> {
        let mut names = names_in(&fixtures.join(NAMED))?;
        names.sort_unstable();
        Ok(names)
    }

    /// Reads the payload of this name from `payloads/` below the fixtures, as `process-data` names it. A name that is not
    /// there gives an error with the nearest one and the list.
    pub fn named(fixtures: &Path, name: &str) -> Result<Self, PayloadError> {
        let known = Self::names(fixtures)?;
        if known.iter().any(|known| known == name) {
            let path = fixtures.join(NAMED).join(name);
            return Self::from_folder(&path).map_err(|source| PayloadError::Named {
                name: name.to_owned(),
                path,
                source: Box::new(source),
            });
        }
        let likeness = |known: &String| strsim::jaro_winkler(known, name);
        let nearest = known.iter().filter(|known| likeness(known) >= ALIKE);
        let nearest = nearest.max_by(|left, right| likeness(left).total_cmp(&likeness(right))).cloned();
        Err(PayloadError::UnknownName { name: name.to_owned(), nearest, known })
    }
}

fn names_in(folder: &Path) -> Result<Vec<String>, PayloadError> {
    let unreadable = |source| PayloadError::Unreadable { path: folder.to_owned(), source };
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    entries
        .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()).map_err(unreadable))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixtures() -> &'static Path {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures"))
    }

    #[test]
    fn named_payloads_are_the_golden_ones() {
        for (name, golden) in [
            ("one-pod", "a-one-pod/upload.tar.gz"),
            ("small-cluster", "b-small-cluster/upload.tar.gz"),
            ("one-day-12h", "d-resend/opday-1-12h.tar.gz"),
            ("one-day-24h", "d-resend/opday-2-24h-changed.tar.gz"),
        ] {
            let uploaded = fixtures().join("golden").join(golden);
            assert_eq!(
                Payload::named(fixtures(), name).expect("there"),
                Payload::read(&uploaded).expect("there"),
                "{name}"
            );
        }
    }

    #[test]
    fn an_unknown_name_brings_the_nearest_and_the_list() {
        let error = Payload::named(fixtures(), "one-pood").expect_err("unknown");
        assert!(error.to_string().starts_with("no payload \"one-pood\" (did you mean \"one-pod\"?); there are: "));
        let error = Payload::named(fixtures(), "../golden").expect_err("unknown");
        assert!(error.to_string().contains("there are: one-day-12h, one-day-24h, one-pod, small-cluster"), "{error}");
        let error = Payload::named(fixtures(), "xyz").expect_err("unknown");
        assert!(!error.to_string().contains("did you mean"), "{error}");
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = Payload::from_folder(Path::new("no/such/folder")).expect_err("absent");
        assert_eq!(error.to_string(), "cannot read no/such/folder");
    }
}
