//! The faults that a scenario can put in: those of the registry.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, DeserializeSeed, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::json;

use super::one_key::{self, OneKey};
use crate::fault::{self, FaultPlace, Setting, registry};

/// A fault of the registry, with what the scenario says of it: in a file a map of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which fault it is.
    pub kind: &'static fault::Fault,
    /// Whom it strikes, and what of it.
    pub settings: BTreeMap<Setting, String>,
}

impl Fault {
    /// The fault of this name, which strikes nobody yet; `None` where no fault that a scenario can put in has the name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let kind = registry::find(name).filter(|fault| fault.place().is_some())?;
        Some(Self { kind, settings: BTreeMap::new() })
    }

    /// Strikes this tenant.
    #[must_use]
    pub fn of_tenant(self, alias: impl Into<String>) -> Self {
        self.with(Setting::Tenant, alias)
    }

    /// Strikes this provider.
    #[must_use]
    pub fn of_provider(self, name: impl Into<String>) -> Self {
        self.with(Setting::Provider, name)
    }

    /// Says this of it.
    #[must_use]
    pub fn with(mut self, setting: Setting, value: impl Into<String>) -> Self {
        self.settings.insert(setting, value.into());
        self
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.kind.name
    }

    /// Where it stands among the phases. What no phase can put in is not taken out of a file, and stands nowhere.
    #[must_use]
    pub const fn place(&self) -> Option<FaultPlace> {
        self.kind.place()
    }

    /// What the scenario says of it.
    #[must_use]
    pub fn setting(&self, setting: Setting) -> Option<&str> {
        self.settings.get(&setting).map(String::as_str)
    }

    /// The tenants that it strikes, by alias, as far as it names them itself.
    pub fn tenants(&self) -> impl Iterator<Item = (Setting, &str)> {
        [Setting::Tenant, Setting::Other]
            .into_iter()
            .filter_map(|setting| self.setting(setting).map(|alias| (setting, alias)))
    }
}

/// The name of a fault of the registry, as a file has it.
pub(super) struct Name(&'static fault::Fault);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl Visitor<'_> for NameVisitor {
            type Value = Name;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("the name of a fault")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Name, E> {
                let known = Fault::named(name).map(|fault| Name(fault.kind));
                known.ok_or_else(|| E::unknown_variant(name, registry::names()))
            }
        }
        deserializer.deserialize_identifier(NameVisitor)
    }
}

/// Reads what is said of a fault: the keys that it knows, and no other.
struct SettingsOf(&'static fault::Fault);

impl<'de> DeserializeSeed<'de> for SettingsOf {
    type Value = BTreeMap<Setting, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for SettingsOf {
    type Value = BTreeMap<Setting, String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a map of settings, or `{}` where nothing is to be set")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut settings = BTreeMap::new();
        while let Some(key) = map.next_key_seed(KeyOf(self.0))? {
            settings.insert(key, map.next_value()?);
        }
        Ok(settings)
    }
}

/// Reads one key of the settings of a fault.
struct KeyOf(&'static fault::Fault);

impl<'de> DeserializeSeed<'de> for KeyOf {
    type Value = Setting;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Setting, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for KeyOf {
    type Value = Setting;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a setting of the fault")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<Setting, E> {
        let known = self.0.settings().find(|setting| setting.key() == key);
        known.ok_or_else(|| E::unknown_field(key, registry::keys(self.0)))
    }
}

impl OneKey for Fault {
    type Word = Name;
    const EXPECTED: &'static str = "a fault with its settings, such as `{ drop-domain: { tenant: … } }`";

    fn settings<'de, A: MapAccess<'de>>(Name(kind): Name, map: &mut A) -> Result<Self, A::Error> {
        let settings = map.next_value_seed(SettingsOf(kind))?;
        Ok(Self { kind, settings })
    }
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_key::deserialize(deserializer)
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(self.name(), &self.settings)?;
        map.end()
    }
}

impl JsonSchema for Fault {
    fn schema_name() -> Cow<'static, str> {
        "Fault".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let faults: Vec<serde_json::Value> =
            registry::names().iter().filter_map(|name| registry::find(name)).map(schema_of).collect();
        json_schema!({
            "description": "A named defect, with its settings.",
            "oneOf": faults,
        })
    }
}

/// The schema of one fault: a map of one key to its settings.
fn schema_of(fault: &fault::Fault) -> serde_json::Value {
    let property = |setting: Setting| {
        let text = json!({ "description": setting.meaning(), "type": "string", "minLength": 1 });
        (setting.key().to_owned(), text)
    };
    let settings: serde_json::Map<String, serde_json::Value> = fault.settings().map(property).collect();
    let needed: Vec<&str> = fault.aim.needs().iter().map(|setting| setting.key()).collect();
    json!({
        "description": fault.summary,
        "type": "object",
        "properties": { fault.name: {
            "type": "object",
            "properties": settings,
            "required": needed,
            "additionalProperties": false,
        } },
        "required": [fault.name],
        "additionalProperties": false,
    })
}
