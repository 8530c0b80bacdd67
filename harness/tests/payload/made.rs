//! Payloads made of the golden one of one pod, sound and faulty.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Days, NaiveDate};
use flate2::Compression;
use flate2::write::GzEncoder;
use harness::payload::Payload;
use serde_json::{Map, Value};

/// A day of usage in the golden payload.
const DAY: &str = "2026-11-10";

pub(crate) fn one_pod() -> Payload {
    Payload::named(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures"), "one-pod").expect("a payload")
}

/// A payload that can be changed. Files have the names `pods.csv`, `storage.csv`, `nodes.csv`, `namespaces.csv`.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) manifest: Map<String, Value>,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

impl Made {
    pub(crate) fn of_one_pod() -> Self {
        let payload = one_pod();
        let names = ["pods.csv", "storage.csv", "nodes.csv", "namespaces.csv"].map(str::to_owned);
        let mut manifest = payload.manifest().document().clone();
        manifest.insert("files".to_owned(), names.iter().cloned().map(Value::from).collect());
        let files = names.into_iter().zip(payload.files()).map(|(name, file)| (name, file.bytes.clone())).collect();
        Self { manifest, files }
    }

    /// The usage of one day, again on each of this many days from this one on.
    pub(crate) fn of_days(first: NaiveDate, days: u64) -> Self {
        let mut made = Self::of_one_pod();
        for bytes in made.files.values_mut() {
            let text = String::from_utf8(std::mem::take(bytes)).expect("text");
            let (header, rows) = text.split_once('\n').expect("a header");
            let of_day: Vec<&str> = rows.lines().filter(|row| row.contains(DAY)).collect();
            let dates = (0..days).map(|day| (first + Days::new(day)).to_string());
            let rows: Vec<String> =
                dates.flat_map(|date| of_day.iter().map(move |row| row.replace(DAY, &date))).collect();
            *bytes = format!("{header}\n{}\n", rows.join("\n")).into_bytes();
        }
        let last = first + Days::new(days - 1);
        made.manifest.insert("start".to_owned(), format!("{first}T00:00:00Z").into());
        made.manifest.insert("end".to_owned(), format!("{last}T23:59:59Z").into());
        made
    }

    pub(crate) fn payload(&self) -> Payload {
        Payload::from_parts(&self.manifest_bytes(), self.files.clone()).expect("a sound payload")
    }

    pub(crate) fn set(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.manifest.insert(key.to_owned(), value.into());
        self
    }

    pub(crate) fn unset(mut self, key: &str) -> Self {
        assert!(self.manifest.remove(key).is_some());
        self
    }

    /// Changes the text of a file.
    pub(crate) fn change(mut self, file: &str, change: impl FnOnce(&str) -> String) -> Self {
        let bytes = self.files.get_mut(file).expect("the file");
        *bytes = change(std::str::from_utf8(bytes).expect("text")).into_bytes();
        self
    }

    pub(crate) fn put(mut self, file: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(file.to_owned(), bytes.into());
        self
    }

    pub(crate) fn without(mut self, file: &str) -> Self {
        assert!(self.files.remove(file).is_some());
        self
    }

    pub(crate) fn manifest_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(&self.manifest).expect("serializes")
    }

    /// The archive, sound or not.
    pub(crate) fn archive(&self) -> Vec<u8> {
        let mut archive = Archive::default();
        for (name, bytes) in &self.files {
            archive.file(name, bytes);
        }
        archive.file("manifest.json", &self.manifest_bytes());
        archive.finish()
    }
}

/// A tar.gz that may hold whatever its format allows.
pub(crate) struct Archive(tar::Builder<GzEncoder<Vec<u8>>>);

impl Default for Archive {
    fn default() -> Self {
        Self(tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast())))
    }
}

impl Archive {
    pub(crate) fn file(&mut self, name: &str, bytes: &[u8]) {
        self.entry(name, tar::EntryType::Regular, bytes.len() as u64, "", bytes);
    }

    pub(crate) fn link(&mut self, name: &str, kind: tar::EntryType, target: &str) {
        self.entry(name, kind, 0, target, &[]);
    }

    /// An entry that says of itself what it may not have: its size, for one.
    pub(crate) fn entry(&mut self, name: &str, kind: tar::EntryType, size: u64, target: &str, bytes: &[u8]) {
        let mut header = tar::Header::new_gnu();
        // By hand: the setters refuse the names that are wanted here.
        let raw = header.as_gnu_mut().expect("a GNU header");
        raw.name[..name.len()].copy_from_slice(name.as_bytes());
        raw.linkname[..target.len()].copy_from_slice(target.as_bytes());
        header.set_entry_type(kind);
        header.set_size(size);
        header.set_mode(0o644);
        header.set_cksum();
        self.0.append(&header, bytes).expect("appends");
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0.into_inner().and_then(GzEncoder::finish).expect("an archive")
    }
}
