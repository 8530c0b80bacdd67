//! `manifest.json`: what a payload says of itself.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::PayloadError;

/// The manifest of a payload. Keys that are not known here are kept as they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    document: Map<String, Value>,
    uuid: Uuid,
    cluster_id: String,
    files: Vec<String>,
    resource_optimization_files: Vec<String>,
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
}

impl Manifest {
    /// Reads a manifest. Koku requires uuid (version 4), `cluster_id` and date, and refuses names with `/`, `\` or `..`;
    /// source: facts `koku.md` §7, `koku-bad-payloads.md`.
    pub fn parse(bytes: &[u8]) -> Result<Self, PayloadError> {
        let document = serde_json::from_slice(bytes).map_err(|source| PayloadError::ManifestNotJson { source })?;
        Self::from_document(document)
    }

    pub(super) fn from_document(document: Map<String, Value>) -> Result<Self, PayloadError> {
        let uuid = uuid(&document)?;
        let cluster_id = text(&document, "cluster_id")?.to_owned();
        text(&document, "date")?;
        let files = names(&document, "files")?;
        let resource_optimization_files = names(&document, "resource_optimization_files")?;
        let mut seen = BTreeSet::new();
        for name in files.iter().chain(&resource_optimization_files) {
            refuse_unsafe("manifest.json", name)?;
            if !seen.insert(name) {
                return Err(PayloadError::DuplicateFile { place: "manifest.json", name: name.clone() });
            }
        }
        let (start, end) = (time(&document, "start")?, time(&document, "end")?);
        Ok(Self { document, uuid, cluster_id, files, resource_optimization_files, start, end })
    }

    /// The uuid: Koku never processes one twice.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        self.uuid
    }

    /// The cluster the payload is of: the source's `source_ref`.
    #[must_use]
    pub fn cluster_id(&self) -> &str {
        &self.cluster_id
    }

    /// The names of the usage files.
    #[must_use]
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// The names of the files that Koku only forwards.
    #[must_use]
    pub fn resource_optimization_files(&self) -> &[String] {
        &self.resource_optimization_files
    }

    /// The first moment that Koku is to summarise. Without start and end it summarises nothing.
    #[must_use]
    pub fn start(&self) -> Option<DateTime<Utc>> {
        self.start
    }

    /// The last moment that Koku is to summarise.
    #[must_use]
    pub fn end(&self) -> Option<DateTime<Utc>> {
        self.end
    }

    /// Whether it is of an operator that sends each day as a whole again: it has a version, and daily reports. Koku then
    /// compares days that are sent again, and otherwise adds to what is there; source: facts `koku-formulas.md` §6.
    #[must_use]
    pub fn resends_whole_days(&self) -> bool {
        let has = |key| self.document.get(key).is_some_and(|value| !value.is_null() && *value != Value::Bool(false));
        has("version") && has("daily_reports")
    }

    /// The whole manifest as JSON.
    #[must_use]
    pub fn document(&self) -> &Map<String, Value> {
        &self.document
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        // A map of plain values always serializes.
        serde_json::to_vec_pretty(&self.document).unwrap_or_default()
    }
}

/// Refuses a name that leads out of the payload's folder.
pub(super) fn refuse_unsafe(place: &'static str, name: &str) -> Result<(), PayloadError> {
    let unsafe_name = name.is_empty() || name.contains(['/', '\\', '\0']) || name.contains("..");
    if unsafe_name { Err(PayloadError::UnsafeName { place, name: name.to_owned() }) } else { Ok(()) }
}

fn uuid(document: &Map<String, Value>) -> Result<Uuid, PayloadError> {
    let found = text(document, "uuid")?;
    match Uuid::parse_str(found) {
        Ok(uuid) if uuid.get_version_num() == 4 => Ok(uuid),
        _ => Err(wrong("uuid", &Value::from(found), "a UUID of version 4")),
    }
}

fn text<'a>(document: &'a Map<String, Value>, key: &'static str) -> Result<&'a str, PayloadError> {
    match document.get(key) {
        None | Some(Value::Null) => Err(PayloadError::ManifestKeyMissing { key }),
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        Some(other) => Err(wrong(key, other, "a text")),
    }
}

fn names(document: &Map<String, Value>, key: &'static str) -> Result<Vec<String>, PayloadError> {
    let found = match document.get(key) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(found) => found,
    };
    let names = found.as_array().and_then(|names| names.iter().map(|name| name.as_str().map(str::to_owned)).collect());
    names.ok_or_else(|| wrong(key, found, "a list of file names"))
}

fn time(document: &Map<String, Value>, key: &'static str) -> Result<Option<DateTime<Utc>>, PayloadError> {
    match document.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(found) => match found.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok()) {
            Some(moment) => Ok(Some(moment.to_utc())),
            None => Err(wrong(key, found, "a time such as 2026-11-10T00:00:00Z")),
        },
    }
}

fn wrong(key: &'static str, found: &Value, expected: &'static str) -> PayloadError {
    PayloadError::ManifestValue { key, found: found.to_string(), expected }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const GOOD: &str = r#"{"uuid": "0a000000-0000-4000-8000-00000000000a", "cluster_id": "c", "date": "2026-11-11T23:59:59Z",
        "files": ["a.csv"], "start": "2026-11-10T00:00:00Z", "end": "2026-11-11T23:59:59Z", "cr_status": {"x": 1}}"#;

    #[test]
    fn a_good_manifest_is_read_and_keeps_what_it_does_not_know() {
        let manifest = Manifest::parse(GOOD.as_bytes()).expect("good");
        assert_eq!((manifest.cluster_id(), manifest.files()), ("c", &["a.csv".to_owned()][..]));
        assert_eq!(manifest.start().map(|start| start.to_rfc3339()).as_deref(), Some("2026-11-10T00:00:00+00:00"));
        assert_eq!(Manifest::parse(&manifest.to_bytes()).expect("good").document()["cr_status"]["x"], 1);
    }

    #[rstest]
    #[case("\"date\"", "\"dated\"", "manifest.json has no \"date\" (required: uuid, cluster_id, date)")]
    #[case("\"cluster_id\": \"c\"", "\"cluster_id\": 7", "manifest.json: cluster_id is 7, expected a text")]
    #[case(
        "-4000-",
        "-1000-",
        "manifest.json: uuid is \"0a000000-0000-1000-8000-00000000000a\", expected a UUID of version 4"
    )]
    #[case(
        "a.csv",
        "../evil.csv",
        "manifest.json names \"../evil.csv\": only bare file names are allowed, without `/`, `\\` and `..`"
    )]
    #[case("\"a.csv\"", "\"a.csv\", \"a.csv\"", "manifest.json names \"a.csv\" twice")]
    #[case("[\"a.csv\"]", "[1]", "manifest.json: files is [1], expected a list of file names")]
    #[case(
        "2026-11-10T00",
        "yesterdayT00",
        "manifest.json: start is \"yesterdayT00:00:00Z\", expected a time such as 2026-11-10T00:00:00Z"
    )]
    #[case("{\"uuid\"", "[\"uuid\"", "manifest.json is not a JSON object")]
    fn a_faulty_manifest_is_named(#[case] part: &str, #[case] instead: &str, #[case] message: &str) {
        let error = Manifest::parse(GOOD.replacen(part, instead, 1).as_bytes()).expect_err("faulty");
        assert_eq!(error.to_string(), message);
    }
}
