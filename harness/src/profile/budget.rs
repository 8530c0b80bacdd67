//! The longest time that each wait may take.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How long a profile allows each wait, written as `90s`, `10m` or `1h`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Budgets {
    /// From the start of the install until its migration has ended.
    #[serde(with = "written")]
    pub install: Duration,
    /// Until every tenant is bootstrapped.
    #[serde(with = "written")]
    pub bootstrap: Duration,
    /// The reply to a request that makes a source, before what stands in front of the Sources API cuts it off or sends it again.
    #[serde(with = "written")]
    pub source: Duration,
    /// From the reply of the Sources API until the provider is there.
    #[serde(with = "written")]
    pub provider: Duration,
    /// From the end of an upload until its manifest is there.
    #[serde(with = "written")]
    pub manifest: Duration,
    /// From the manifest until every file is processed and summarised.
    #[serde(with = "written")]
    pub processing: Duration,
    /// Until the reports API answers with what was summarised.
    #[serde(with = "written")]
    pub report: Duration,
    /// One request over HTTP, to its last byte.
    #[serde(with = "written")]
    pub request: Duration,
}

/// Budgets of one scenario in the place of its profile's: what is to come too late, or never, must not be waited for in full.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OwnBudgets {
    /// The reply to a request that makes a source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Allowed>,
    /// From the reply of the Sources API until the provider is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<Allowed>,
    /// From the end of an upload until its manifest is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest: Option<Allowed>,
    /// From the manifest until every file is processed and summarised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processing: Option<Allowed>,
    /// One request over HTTP, to its last byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Allowed>,
}

/// A budget, such as `90s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Allowed(
    #[serde(with = "written")]
    #[schemars(with = "String", regex(pattern = r"^[0-9]+(ms|s|m|h)$"))]
    pub Duration,
);

impl Budgets {
    /// These, but for those that a scenario has of its own.
    #[must_use]
    pub fn with(&self, own: &OwnBudgets) -> Self {
        let or = |own: Option<Allowed>, usual: Duration| own.map_or(usual, |Allowed(duration)| duration);
        Self {
            source: or(own.source, self.source),
            provider: or(own.provider, self.provider),
            manifest: or(own.manifest, self.manifest),
            processing: or(own.processing, self.processing),
            request: or(own.request, self.request),
            ..self.clone()
        }
    }
}

/// Durations as people write them: a whole number and one of `ms`, `s`, `m`, `h`.
mod written {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer, de};

    /// The units, longest first, each in milliseconds.
    const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

    pub(super) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let whole = UNITS.iter().find(|(_, size)| milliseconds % size == 0 && milliseconds >= *size);
        let (unit, size) = whole.copied().unwrap_or(("ms", 1));
        serializer.serialize_str(&format!("{}{unit}", milliseconds / size))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse(&text).ok_or_else(|| {
            de::Error::invalid_value(
                de::Unexpected::Str(&text),
                &"a duration above zero, such as `90s` (units: ms, s, m, h)",
            )
        })
    }

    pub(super) fn parse(text: &str) -> Option<Duration> {
        let digits = text.find(|character: char| !character.is_ascii_digit())?;
        let (count, unit) = text.split_at(digits);
        let (_, size) = UNITS.iter().find(|(name, _)| *name == unit)?;
        let milliseconds = count.parse::<u64>().ok()?.checked_mul(*size)?;
        (milliseconds > 0).then(|| Duration::from_millis(milliseconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        let read = ["250ms", "90s", "10m", "2h"].map(|text| written::parse(text).expect(text).as_millis());
        assert_eq!(read, [250, 90_000, 600_000, 7_200_000]);
    }

    #[test]
    fn refuses_what_is_no_duration() {
        for text in ["", "s", "90", "0s", "-1s", "1.5h", "1d", "1 h", "99999999999999999999s", "9999999999999999h"] {
            assert_eq!(written::parse(text), None, "{text:?}");
        }
    }
}
