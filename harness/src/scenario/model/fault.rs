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
    /// An empty schema of the tenant's name is there before the tenant. Stands behind `install`, before what makes the tenant.
    EarlySchema(TenantFault),
    /// `api_tenant` has the tenant's row before the tenant, without a schema. Stands behind `install`, before what makes the tenant.
    EarlyTenant(TenantFault),
    /// The tenant's `api_tenant` row is gone, its schema stays.
    ForgetTenant(TenantFault),
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
    /// `early-schema`
    EarlySchema,
    /// `early-tenant`
    EarlyTenant,
    /// `forget-tenant`
    ForgetTenant,
    /// `drop-domain`
    DropDomain,
    /// `drop-schema`
    DropSchema,
    /// `forget-customer`
    ForgetCustomer,
    /// `drop-table`
    DropTable,
}

/// Where a fault stands among the phases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultPlace {
    /// Before `install`: it changes what the install meets.
    BeforeInstall,
    /// Behind `install` and before what makes the tenant: it changes what that meets.
    BeforeTenant,
    /// Behind what makes the tenant, which it strikes.
    BehindTenant,
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
            Self::EarlySchema => "early-schema",
            Self::EarlyTenant => "early-tenant",
            Self::ForgetTenant => "forget-tenant",
            Self::DropDomain => "drop-domain",
            Self::DropSchema => "drop-schema",
            Self::ForgetCustomer => "forget-customer",
            Self::DropTable => "drop-table",
        }
    }

    /// Where it stands.
    #[must_use]
    pub fn place(self) -> FaultPlace {
        match self {
            Self::NoExtension | Self::OldTenant => FaultPlace::BeforeInstall,
            Self::EarlySchema | Self::EarlyTenant => FaultPlace::BeforeTenant,
            Self::ForgetTenant | Self::DropDomain | Self::DropSchema | Self::ForgetCustomer | Self::DropTable => {
                FaultPlace::BehindTenant
            }
        }
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
            Self::EarlySchema(_) => FaultName::EarlySchema,
            Self::EarlyTenant(_) => FaultName::EarlyTenant,
            Self::ForgetTenant(_) => FaultName::ForgetTenant,
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
            | Self::EarlySchema(fault)
            | Self::EarlyTenant(fault)
            | Self::ForgetTenant(fault)
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
            FaultName::EarlySchema => map.next_value().map(Self::EarlySchema),
            FaultName::EarlyTenant => map.next_value().map(Self::EarlyTenant),
            FaultName::ForgetTenant => map.next_value().map(Self::ForgetTenant),
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
