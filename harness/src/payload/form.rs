//! The forms of a payload's manifest.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Manifest, Payload, PayloadError};

/// Who a payload says that it is of. It decides what Koku makes of days that are sent again. Source: measured on Koku 768be82,
/// facts `koku-formulas.md` §6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// The operator's: with its version, each day as a whole.
    Operator,
    /// That of the chart's own script: without a version.
    Chart,
}

impl Payload {
    /// The same payload in this form, as golden case d has both.
    pub fn in_form(self, form: Form) -> Result<Self, PayloadError> {
        let mut document = self.manifest.document().clone();
        match form {
            Form::Operator if self.manifest.resends_whole_days() => {}
            Form::Operator => {
                document.remove("operator_version");
                document.insert("version".into(), "costmanagement-metrics-operator:4.3.0".into());
                document.insert("daily_reports".into(), true.into());
            }
            Form::Chart => {
                document.remove("version");
                document.remove("cr_status");
                document.insert("operator_version".into(), "1.0.0".into());
                document.insert("daily_reports".into(), false.into());
            }
        }
        Ok(Self { manifest: Manifest::from_document(document)?, files: self.files })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_form_is_only_the_manifest_and_can_be_taken_back() {
        let fixtures = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures"));
        let payload = Payload::named(fixtures, "one-pod").expect("there");
        assert!(payload.manifest().resends_whole_days());
        let chart = payload.clone().in_form(Form::Chart).expect("sound");
        assert!(!chart.manifest().resends_whole_days());
        assert_eq!(chart.manifest().document().get("version"), None);
        assert_eq!(chart.files(), payload.files());
        assert!(chart.in_form(Form::Operator).expect("sound").manifest().resends_whole_days());
        assert_eq!(payload.clone().in_form(Form::Operator).expect("sound"), payload);
    }
}
