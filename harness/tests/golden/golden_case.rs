//! A golden case: a payload, and what the real Koku made of it.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use harness::fact::usage::Scope;
use harness::oracle::{self, Expected, Inputs};
use harness::payload::Payload;
use serde_json::Value;

/// The cases that one payload of one cluster makes.
pub(crate) const CASES: [&str; 2] = ["a-one-pod", "b-small-cluster"];

pub(crate) struct GoldenCase {
    folder: PathBuf,
    document: Value,
}

impl GoldenCase {
    pub(crate) fn read(name: &str) -> Self {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/golden")).join(name);
        let text = std::fs::read_to_string(folder.join("expected.json")).expect("the recording");
        Self { folder, document: serde_json::from_str(&text).expect("JSON") }
    }

    /// The payload as it was uploaded.
    pub(crate) fn payload(&self) -> Payload {
        Payload::read(&self.folder.join("upload.tar.gz")).expect("a sound payload")
    }

    /// The recording of the only step.
    pub(crate) fn recorded(&self) -> &Value {
        &self.document["tenants"][0]["steps"][0]
    }

    /// The name of the source, which is an input: it is not in the payload.
    pub(crate) fn inputs(&self) -> Inputs {
        let alias = self.recorded()["source"][0]["name"].as_str().expect("the source's name");
        Inputs::of_source(alias)
    }

    pub(crate) fn expected(&self) -> Expected {
        oracle::expect(&self.payload(), &self.inputs()).expect("an expectation")
    }

    /// The days that the recorded reports were asked for: the month of the recording's clock, 2026-11-24, and the days in
    /// the path of the daily report.
    pub(crate) fn scopes(&self) -> (Scope, Scope) {
        let path = self.recorded()["api"]["compute_daily"]["path"].as_str().expect("a path");
        let day = |parameter: &str| {
            let (_, rest) = path.split_once(parameter).expect("a parameter");
            rest[..10].parse::<NaiveDate>().expect("a date")
        };
        (month(), Scope::Days { first: day("start_date="), last: day("end_date=") })
    }
}

/// The month of the recordings' clock.
pub(crate) fn month() -> Scope {
    Scope::CurrentMonth { first: NaiveDate::from_ymd_opt(2026, 11, 1).expect("a date") }
}
