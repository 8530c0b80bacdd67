//! The faults that a scenario can put in.

use schemars::JsonSchema;
use serde::de::MapAccess;
use serde::{Deserialize, Deserializer, Serialize};

use super::one_key::{self, OneKey};

/// A named defect, with its settings: in a file a map of one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The extension is missing and the migrating role may not make it. Stands before `install`.
    NoExtension(NoExtension),
    /// A tenant is there from before. Stands before `install`.
    OldTenant(TenantFault),
    /// The tenant's `api_domain` row is gone.
    DropDomain(TenantFault),
    /// The tenant's schema is gone, its rows in `public` stay.
    DropSchema(TenantFault),
    /// The tenant's `api_customer` row is gone.
    ForgetCustomer(TenantFault),
    /// One table of the tenant's schema is gone.
    DropTable(TableFault),
}

/// A fault without its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FaultName {
    /// `no-extension`
    NoExtension,
    /// `old-tenant`
    OldTenant,
    /// `drop-domain`
    DropDomain,
    /// `drop-schema`
    DropSchema,
    /// `forget-customer`
    ForgetCustomer,
    /// `drop-table`
    DropTable,
}

/// Settings of `no-extension`: none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoExtension {}

/// Settings of a fault that strikes one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TenantFault {
    /// The tenant, by alias.
    #[schemars(length(min = 1))]
    pub tenant: String,
}

/// Settings of a fault that strikes one table of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableFault {
    /// The tenant, by alias.
    #[schemars(length(min = 1))]
    pub tenant: String,
    /// The table's name, without the schema.
    #[schemars(length(min = 1))]
    pub table: String,
}

impl FaultName {
    /// The word of scenario files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoExtension => "no-extension",
            Self::OldTenant => "old-tenant",
            Self::DropDomain => "drop-domain",
            Self::DropSchema => "drop-schema",
            Self::ForgetCustomer => "forget-customer",
            Self::DropTable => "drop-table",
        }
    }

    /// Whether it changes what `install` meets, and so stands before it. Any other strikes a tenant that is there.
    #[must_use]
    pub fn stands_before_install(self) -> bool {
        matches!(self, Self::NoExtension | Self::OldTenant)
    }

    /// Whether it changes what the migration meets, so that the migration must truly run and no migrated database may be
    /// put in place.
    #[must_use]
    pub fn changes_migration(self) -> bool {
        self == Self::NoExtension
    }
}

impl std::fmt::Display for FaultName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Fault {
    /// Which fault it is.
    #[must_use]
    pub fn name(&self) -> FaultName {
        match self {
            Self::NoExtension(_) => FaultName::NoExtension,
            Self::OldTenant(_) => FaultName::OldTenant,
            Self::DropDomain(_) => FaultName::DropDomain,
            Self::DropSchema(_) => FaultName::DropSchema,
            Self::ForgetCustomer(_) => FaultName::ForgetCustomer,
            Self::DropTable(_) => FaultName::DropTable,
        }
    }

    /// The tenant that it strikes, by alias, if it strikes one.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        match self {
            Self::NoExtension(_) => None,
            Self::OldTenant(fault)
            | Self::DropDomain(fault)
            | Self::DropSchema(fault)
            | Self::ForgetCustomer(fault) => Some(&fault.tenant),
            Self::DropTable(fault) => Some(&fault.tenant),
        }
    }
}

impl OneKey for Fault {
    type Word = FaultName;
    const EXPECTED: &'static str = "a fault with its settings, such as `{ drop-domain: { tenant: … } }`";

    fn settings<'de, A: MapAccess<'de>>(fault: FaultName, map: &mut A) -> Result<Self, A::Error> {
        match fault {
            FaultName::NoExtension => map.next_value().map(Self::NoExtension),
            FaultName::OldTenant => map.next_value().map(Self::OldTenant),
            FaultName::DropDomain => map.next_value().map(Self::DropDomain),
            FaultName::DropSchema => map.next_value().map(Self::DropSchema),
            FaultName::ForgetCustomer => map.next_value().map(Self::ForgetCustomer),
            FaultName::DropTable => map.next_value().map(Self::DropTable),
        }
    }
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_key::deserialize(deserializer)
    }
}
