//! What a check found.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::drift::Drift;

/// Whether a finding decides over pass and fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The system is not what it must be.
    Required,
    /// Worth knowing; decides nothing.
    Advisory,
}

/// What is judged: the whole system, or one part of it.
///
/// Presuppositions hold along scopes: a check is not run for a provider when what it presupposes failed for the provider's tenant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Scope {
    /// The system as a whole: its database, its `public` schema, its slate.
    System,
    /// One tenant, by the name of its schema.
    Tenant {
        /// The schema.
        schema: String,
    },
    /// One provider of a tenant.
    Provider {
        /// The tenant's schema.
        schema: String,
        /// The name under which the scenario made it.
        name: String,
    },
    /// What became of one payload of a provider.
    Payload {
        /// The tenant's schema.
        schema: String,
        /// The provider's name.
        provider: String,
        /// The payload's name.
        payload: String,
    },
}

impl Scope {
    /// The schema of the tenant that this scope belongs to.
    #[must_use]
    pub fn schema(&self) -> Option<&str> {
        match self {
            Self::System => None,
            Self::Tenant { schema } | Self::Provider { schema, .. } | Self::Payload { schema, .. } => Some(schema),
        }
    }

    /// This scope and all that it lies within, from the innermost to the system.
    #[must_use]
    pub fn around(&self) -> Vec<Self> {
        let mut around = vec![self.clone()];
        if let Self::Payload { schema, provider, .. } = self {
            around.push(Self::Provider { schema: schema.clone(), name: provider.clone() });
        }
        if let Self::Payload { schema, .. } | Self::Provider { schema, .. } = self {
            around.push(Self::Tenant { schema: schema.clone() });
        }
        if *self != Self::System {
            around.push(Self::System);
        }
        around
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => formatter.write_str("system"),
            Self::Tenant { schema } => write!(formatter, "tenant {schema}"),
            Self::Provider { schema, name } => write!(formatter, "provider {name} of tenant {schema}"),
            Self::Payload { schema, provider, payload } => {
                write!(formatter, "payload {payload} of provider {provider} of tenant {schema}")
            }
        }
    }
}

/// One thing that is wrong: what, where, why it matters and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The id of the check that found it.
    pub check: String,
    /// Whether it decides over pass and fail.
    pub severity: Severity,
    /// What was judged.
    pub scope: Scope,
    /// The exact object within the scope, where there is one (a table, a column, a day and a node).
    pub place: Option<String>,
    /// What had to be there.
    pub expected: String,
    /// What was there.
    pub observed: String,
    /// What brings this about.
    pub cause: String,
    /// How to mend it: a command or SQL with the real names filled in.
    pub remedy: String,
    /// What the difference does, where it is one of structure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.check, self.scope)?;
        if let Some(place) = &self.place {
            write!(formatter, ", {place}")?;
        }
        write!(formatter, ": expected {}, observed {}", self.expected, self.observed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_nest_from_system_to_payload() {
        let tenant = Scope::Tenant { schema: "acme".into() };
        let provider = Scope::Provider { schema: "acme".into(), name: "a".into() };
        let payload = Scope::Payload { schema: "acme".into(), provider: "a".into(), payload: "one-pod".into() };
        let all = [payload, provider, tenant, Scope::System];
        for (depth, scope) in all.iter().enumerate() {
            assert_eq!(scope.around(), all[depth..], "{scope}");
        }
    }
}
