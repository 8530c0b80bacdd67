//! What a plan holds.

use std::collections::BTreeMap;

use serde::Serialize;
use uuid::Uuid;

use super::PlannedCheck;
use crate::fault::{Fault, Setting};
use crate::identity::Identity;
use crate::payload::Form;
use crate::profile::{OwnBudgets, Profile, ProviderType, TargetKind};
use crate::run_id::RunId;
use crate::scenario::{PhaseName, Resend};

/// The kind of target that a plan is for, and whether others use the same system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanTarget {
    /// Where the scenario runs.
    pub kind: TargetKind,
    /// Whether the system is shared (an existing context, a system given by URLs): there what the run makes carries the
    /// run id in its name.
    pub shared: bool,
    /// Whether the system was installed and migrated by others before the run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub installed: bool,
    /// The tenant that is there already, as far as a person has named it.
    #[serde(skip_serializing_if = "GivenTenant::is_unnamed")]
    pub tenant: GivenTenant,
}

/// What a person says of the tenant that a system has already. What is not said follows from the profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct GivenTenant {
    /// Its org id.
    pub org_id: Option<String>,
    /// Its account number.
    pub account_number: Option<String>,
    /// The user that acts for it.
    pub user_name: Option<String>,
}

impl GivenTenant {
    /// Whether nothing is said of it.
    #[must_use]
    pub fn is_unnamed(&self) -> bool {
        *self == Self::default()
    }
}

impl PlanTarget {
    /// A target that the run makes for this scenario alone.
    #[must_use]
    pub fn own(kind: TargetKind) -> Self {
        Self { kind, shared: false, installed: false, tenant: GivenTenant::default() }
    }

    /// As it is unless said otherwise: a system given by URLs is shared, any other is made by the run.
    #[must_use]
    pub fn usual(kind: TargetKind) -> Self {
        let external = kind == TargetKind::External;
        Self { shared: external, installed: external, ..Self::own(kind) }
    }

    /// A system that is there already and that others use.
    #[must_use]
    pub fn shared(kind: TargetKind) -> Self {
        Self { shared: true, ..Self::own(kind) }
    }

    /// A system that runs already and is given by its URLs, with what is said of its tenant.
    #[must_use]
    pub fn external(tenant: GivenTenant) -> Self {
        Self { tenant, ..Self::usual(TargetKind::External) }
    }

    /// A release in a cluster that others installed before the run, with what is said of its tenant.
    #[must_use]
    pub fn installed(tenant: GivenTenant) -> Self {
        Self { tenant, installed: true, ..Self::shared(TargetKind::Cluster) }
    }

    /// Whether the system was installed and migrated by others before the run.
    #[must_use]
    pub fn runs_already(&self) -> bool {
        self.installed
    }
}

/// One scenario on one profile and one kind of target, with every name resolved and the phases in the order in which
/// they run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The scenario's name.
    pub scenario: String,
    /// What the scenario proves.
    pub summary: String,
    /// The profile's name, for people.
    pub profile: String,
    /// Where it runs.
    pub target: PlanTarget,
    /// The run that it is part of.
    pub run: RunId,
    /// The tenants, in the scenario's order.
    pub tenants: Vec<PlannedTenant>,
    /// Budgets in the place of the profile's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budgets: Option<OwnBudgets>,
    /// The phases, in the order in which they run.
    pub steps: Vec<PlannedStep>,
    /// Every check there is, and whether it applies.
    pub checks: Vec<PlannedCheck>,
    /// The check ids of the findings that must be made: a multiset, no more and no fewer.
    pub expected_findings: Vec<String>,
}

/// A tenant with all its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedTenant {
    /// What the scenario calls it.
    pub alias: String,
    /// Its org id, at most 36 characters.
    pub org_id: String,
    /// Its schema, at most 63 bytes. The name needs quoting in SQL.
    pub schema: String,
    /// The domain that it must have, where the profile requires one.
    pub domain: Option<String>,
    /// Its account number, which no other tenant has (source: measured on Koku 768be82, facts koku §6.2: an account
    /// number that another org has is refused). `None` where the tenant was there before and nobody has said which it has.
    pub account_number: Option<String>,
    /// The user that acts for it, which acts for no other.
    pub user_name: String,
}

impl PlannedTenant {
    /// Who acts for it.
    #[must_use]
    pub fn user(&self) -> Identity {
        Identity {
            org_id: self.org_id.clone(),
            account_number: self.account_number.clone().unwrap_or_default(),
            user_name: self.user_name.clone(),
        }
    }
}

/// A phase at its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedStep {
    /// Counts from 1, in the order in which they run.
    pub number: usize,
    /// What happens, with names resolved.
    pub phase: PlannedPhase,
    /// Why it stands here or runs in this way, where that does not follow from the file alone.
    pub reason: Option<String>,
}

/// A phase with names resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlannedPhase {
    /// Judges the slate, installs, migrates.
    Install(PlannedInstall),
    /// Makes tenants, or judges those that were made.
    Bootstrap(BootstrapMode),
    /// Compares every tenant's tables with the catalog.
    VerifyTables,
    /// Makes a provider through the Sources API.
    CreateProvider(PlannedProvider),
    /// Makes several providers at the same moment.
    CreateProvidersAtOnce(Vec<PlannedProvider>),
    /// Uploads a payload and judges what becomes of it.
    ProcessData(PlannedPayload),
    /// Puts a defect in.
    Fault(Box<PlannedFault>),
}

impl PlannedPhase {
    /// Which phase it is.
    #[must_use]
    pub fn name(&self) -> PhaseName {
        match self {
            Self::Install(_) => PhaseName::Install,
            Self::Bootstrap(_) => PhaseName::Bootstrap,
            Self::VerifyTables => PhaseName::VerifyTables,
            Self::CreateProvider(_) => PhaseName::CreateProvider,
            Self::CreateProvidersAtOnce(_) => PhaseName::CreateProvidersAtOnce,
            Self::ProcessData(_) => PhaseName::ProcessData,
            Self::Fault(_) => PhaseName::Fault,
        }
    }
}

/// How `install` runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PlannedInstall {
    /// Whether the migration must truly run, since a fault changes what it meets. Otherwise a target may put a database in
    /// place that is migrated already.
    pub must_migrate: bool,
}

/// How `bootstrap` runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BootstrapMode {
    /// It has the tenants made, then judges them.
    MakeTenants,
    /// They are there already (the install's hook, or the system that runs already): it observes and judges.
    JudgeTenants,
    /// They come with the first source: it judges that `public` is migrated and that no tenant is there yet.
    JudgeNoTenantYet,
}

/// A provider with all its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedProvider {
    /// What the scenario calls it.
    pub name: String,
    /// The source's name: the same, with the run id on a shared system.
    pub source_name: String,
    /// What its data comes from.
    #[serde(rename = "type")]
    pub provider_type: ProviderType,
    /// The tenant that it is made for.
    pub tenant: PlannedTenant,
    /// Its cluster id, which no other provider has.
    pub cluster_id: Uuid,
    /// The cost model that it gets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_model: Option<String>,
    /// The role that Koku takes on. Type `aws` only.
    pub role_arn: Option<String>,
    /// The bucket of the cost reports. Type `aws` only.
    pub bucket: Option<String>,
}

/// A payload and the provider whose data it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedPayload {
    /// The payload's name.
    pub payload: String,
    /// The provider, which an earlier step made.
    pub provider: PlannedProvider,
    /// The form in which it is sent, where it is not that in which it is kept.
    pub form: Option<Form>,
    /// How it is sent again, where an earlier step sent this provider a payload.
    pub resend: Option<Resend>,
}

/// A fault and what it strikes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedFault {
    /// Which fault it is.
    pub fault: &'static Fault,
    /// The tenant that it strikes; of one that strikes what all share, the scenario's first.
    pub tenant: PlannedTenant,
    /// The other tenant that it strikes, if it strikes two.
    pub other: Option<PlannedTenant>,
    /// The provider that it strikes, if it strikes one.
    pub provider: Option<PlannedProvider>,
    /// What of it is struck, where that is chosen.
    pub choices: BTreeMap<Setting, String>,
}

impl Plan {
    /// The checks that apply.
    pub fn applying_checks(&self) -> impl Iterator<Item = &PlannedCheck> {
        self.checks.iter().filter(|check| check.applies == super::Applies::Yes)
    }

    /// Its profile, with the budgets that are its own.
    #[must_use]
    pub fn budgeted(&self, profile: &Profile) -> Profile {
        let own = self.budgets.clone().unwrap_or_default();
        Profile { budgets: profile.budgets.with(&own), ..profile.clone() }
    }

    /// Whether the check of this id applies.
    #[must_use]
    pub fn applies(&self, check: &str) -> bool {
        self.applying_checks().any(|planned| planned.id == check)
    }

    /// Whether the migration must truly run.
    #[must_use]
    pub fn must_migrate(&self) -> bool {
        self.steps.iter().any(|step| matches!(&step.phase, PlannedPhase::Install(install) if install.must_migrate))
    }
}
