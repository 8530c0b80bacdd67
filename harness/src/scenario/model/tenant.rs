//! A tenant of a scenario.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A tenant, by alias. In a file it is the alias alone, or a map where the org id is to be another than the rule gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// What the scenario calls it.
    pub alias: String,
    /// The org id, where it is given and not derived by the profile's rule.
    pub org_id: Option<String>,
}

impl From<&str> for Tenant {
    fn from(alias: &str) -> Self {
        Self { alias: alias.to_owned(), org_id: None }
    }
}

/// The map form.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Written {
    /// What the scenario calls the tenant.
    #[schemars(length(min = 1, max = 36))]
    alias: String,
    /// The org id, in place of the one that the profile's rule gives.
    #[schemars(length(min = 1, max = 36))]
    org_id: String,
}

impl Serialize for Tenant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.org_id {
            None => serializer.serialize_str(&self.alias),
            Some(org_id) => Written { alias: self.alias.clone(), org_id: org_id.clone() }.serialize(serializer),
        }
    }
}

/// Takes an alias or a map, so that an error names the key and not "no variant matched".
struct TenantVisitor;

impl<'de> de::Visitor<'de> for TenantVisitor {
    type Value = Tenant;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an alias, or `{ alias: …, org_id: … }`")
    }

    fn visit_str<E: de::Error>(self, alias: &str) -> Result<Tenant, E> {
        Ok(alias.into())
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Tenant, A::Error> {
        let written = Written::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Tenant { alias: written.alias, org_id: Some(written.org_id) })
    }
}

impl<'de> Deserialize<'de> for Tenant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TenantVisitor)
    }
}

impl JsonSchema for Tenant {
    fn schema_name() -> Cow<'static, str> {
        "Tenant".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A tenant's alias, or a map where its org id is to be another than the profile's rule gives.",
            "oneOf": [{ "type": "string", "minLength": 1, "maxLength": 36 }, generator.subschema_for::<Written>()],
        })
    }
}
