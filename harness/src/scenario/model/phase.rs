//! The phases of a scenario, with their settings.

use schemars::JsonSchema;
use serde::de::MapAccess;
use serde::{Deserialize, Deserializer, Serialize};

use super::Fault;
use super::one_key::{self, OneKey};
use crate::payload::Form;
use crate::profile::ProviderType;

/// One item of `phases`: a map of one key, the phase, to its settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PhaseStep {
    /// Judges the slate, then installs the chart and migrates the database.
    Install(Install),
    /// Makes the tenants, or observes that the chart's hook has made them.
    Bootstrap(Bootstrap),
    /// Compares every tenant's tables with the catalog.
    VerifyTables(VerifyTables),
    /// Makes a provider through the Sources API.
    CreateProvider(CreateProvider),
    /// Makes several providers at the same moment.
    CreateProvidersAtOnce(CreateProvidersAtOnce),
    /// Uploads a payload and judges what becomes of it.
    ProcessData(ProcessData),
    /// Puts a named defect into the system, to prove that a check finds it.
    Fault(Fault),
}

/// A phase without its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PhaseName {
    /// `install`
    Install,
    /// `bootstrap`
    Bootstrap,
    /// `verify-tables`
    VerifyTables,
    /// `create-provider`
    CreateProvider,
    /// `create-providers-at-once`
    CreateProvidersAtOnce,
    /// `process-data`
    ProcessData,
    /// `fault`
    Fault,
}

impl PhaseName {
    /// The word of scenario files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Install => "install",
            Self::Bootstrap => "bootstrap",
            Self::VerifyTables => "verify-tables",
            Self::CreateProvider => "create-provider",
            Self::CreateProvidersAtOnce => "create-providers-at-once",
            Self::ProcessData => "process-data",
            Self::Fault => "fault",
        }
    }
}

impl std::fmt::Display for PhaseName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Settings of `install`: none yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Install {}

/// Settings of `bootstrap`: none yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bootstrap {}

/// Settings of `verify-tables`: none yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyTables {}

/// Settings of `create-provider`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateProvider {
    /// What its data comes from.
    #[serde(rename = "type")]
    pub provider_type: ProviderType,
    /// The source's name, by which `process-data` names it too.
    #[schemars(length(min = 1))]
    pub name: String,
    /// The tenant that it is made for, by alias. Left out: the only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub tenant: Option<String>,
    /// An earlier provider whose cluster it is for too. Left out: a cluster of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    #[schemars(length(min = 1))]
    pub cluster_of: Option<String>,
    /// A cost model that it gets before it has data: a file of `fixtures/cost-models`. Left out: none, and nothing costs anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    #[schemars(length(min = 1))]
    pub cost_model: Option<String>,
    /// The role that Koku takes on to read the cost reports. Type `aws` only, and needed there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    #[schemars(regex(pattern = r"^arn:"))]
    pub role_arn: Option<String>,
    /// The bucket that holds the cost reports. Type `aws` only, and needed there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    #[schemars(length(min = 1))]
    pub bucket: Option<String>,
}

/// Settings of `create-providers-at-once`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateProvidersAtOnce {
    /// The providers, at least two, each with the settings of `create-provider`.
    #[schemars(length(min = 2))]
    pub providers: Vec<CreateProvider>,
}

/// Settings of `process-data`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProcessData {
    /// The payload's name.
    #[schemars(length(min = 1))]
    pub payload: String,
    /// The provider whose data it is, by name. Left out: the only one of type `ocp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub provider: Option<String>,
    /// In which form it is sent. Left out: that in which the payload is kept, the operator's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Form")]
    pub form: Option<Form>,
    /// How it is sent again, where this provider was sent a payload before. Left out: it is the provider's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Resend")]
    pub resend: Option<Resend>,
}

/// How a payload is sent again to a provider that was sent one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Resend {
    /// The very bytes that were sent before, under the same uuid.
    SameUpload,
    /// Under a new uuid, its last day moved to where the last day of the first one was.
    NewUuid,
}

impl Resend {
    /// The word of scenario files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SameUpload => "same-upload",
            Self::NewUuid => "new-uuid",
        }
    }
}

impl PhaseStep {
    /// Which phase it is.
    #[must_use]
    pub fn name(&self) -> PhaseName {
        match self {
            Self::Install(_) => PhaseName::Install,
            Self::Bootstrap(_) => PhaseName::Bootstrap,
            Self::VerifyTables(_) => PhaseName::VerifyTables,
            Self::CreateProvider(_) => PhaseName::CreateProvider,
            Self::CreateProvidersAtOnce(_) => PhaseName::CreateProvidersAtOnce,
            Self::ProcessData(_) => PhaseName::ProcessData,
            Self::Fault(_) => PhaseName::Fault,
        }
    }

    /// The providers that it makes, in order.
    #[must_use]
    pub fn providers(&self) -> &[CreateProvider] {
        match self {
            Self::CreateProvider(provider) => std::slice::from_ref(provider),
            Self::CreateProvidersAtOnce(at_once) => &at_once.providers,
            _ => &[],
        }
    }

    /// The fault, if it is one.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Fault(fault) => Some(fault),
            _ => None,
        }
    }
}

impl OneKey for PhaseStep {
    type Word = PhaseName;
    const EXPECTED: &'static str = "a phase with its settings, such as `install: {}`";

    fn settings<'de, A: MapAccess<'de>>(phase: PhaseName, map: &mut A) -> Result<Self, A::Error> {
        match phase {
            PhaseName::Install => map.next_value().map(Self::Install),
            PhaseName::Bootstrap => map.next_value().map(Self::Bootstrap),
            PhaseName::VerifyTables => map.next_value().map(Self::VerifyTables),
            PhaseName::CreateProvider => map.next_value().map(Self::CreateProvider),
            PhaseName::CreateProvidersAtOnce => map.next_value().map(Self::CreateProvidersAtOnce),
            PhaseName::ProcessData => map.next_value().map(Self::ProcessData),
            PhaseName::Fault => map.next_value().map(Self::Fault),
        }
    }
}

impl<'de> Deserialize<'de> for PhaseStep {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_key::deserialize(deserializer)
    }
}
