//! Scenarios that are written in Rust.

use super::{
    Bootstrap, CreateProvider, CreateProvidersAtOnce, Expect, Fault, Install, PhaseStep, ProcessData, Resend, Scenario,
    Tenant, VerifyTables,
};
use crate::payload::Form;
use crate::profile::ProviderType;

impl Scenario {
    /// A scenario of this name without tenants, phases and expected findings.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            summary: name.clone(),
            name,
            labels: Vec::new(),
            profiles: Vec::new(),
            targets: None,
            tenants: Vec::new(),
            budgets: None,
            phases: Vec::new(),
            expect: Expect::default(),
        }
    }

    /// Runs on this profile too.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profiles.push(name.into());
        self
    }

    /// Adds a tenant whose org id follows the profile's rule.
    #[must_use]
    pub fn tenant(mut self, alias: &str) -> Self {
        self.tenants.push(alias.into());
        self
    }

    /// Adds a tenant with this org id.
    #[must_use]
    pub fn tenant_with_org_id(mut self, alias: impl Into<String>, org_id: impl Into<String>) -> Self {
        self.tenants.push(Tenant { alias: alias.into(), org_id: Some(org_id.into()) });
        self
    }

    /// Adds what happens next.
    #[must_use]
    pub fn then(mut self, step: impl Into<PhaseStep>) -> Self {
        self.phases.push(step.into());
        self
    }

    /// Expects one more finding of this check.
    #[must_use]
    pub fn expect_finding(mut self, check: impl Into<String>) -> Self {
        self.expect.findings.push(check.into());
        self
    }
}

impl CreateProvider {
    /// A provider for an OpenShift cluster.
    #[must_use]
    pub fn ocp(name: impl Into<String>) -> Self {
        Self {
            provider_type: ProviderType::Ocp,
            name: name.into(),
            tenant: None,
            cluster_of: None,
            cost_model: None,
            role_arn: None,
            bucket: None,
        }
    }

    /// A provider for an AWS account.
    #[must_use]
    pub fn aws(name: impl Into<String>, role_arn: impl Into<String>, bucket: impl Into<String>) -> Self {
        Self {
            provider_type: ProviderType::Aws,
            name: name.into(),
            tenant: None,
            cluster_of: None,
            cost_model: None,
            role_arn: Some(role_arn.into()),
            bucket: Some(bucket.into()),
        }
    }

    /// For the cluster of this earlier provider too.
    #[must_use]
    pub fn cluster_of(mut self, provider: impl Into<String>) -> Self {
        self.cluster_of = Some(provider.into());
        self
    }

    /// With this cost model.
    #[must_use]
    pub fn cost_model(mut self, name: impl Into<String>) -> Self {
        self.cost_model = Some(name.into());
        self
    }

    /// Made for this tenant.
    #[must_use]
    pub fn of_tenant(mut self, alias: impl Into<String>) -> Self {
        self.tenant = Some(alias.into());
        self
    }
}

impl ProcessData {
    /// Uploads this payload.
    #[must_use]
    pub fn payload(name: impl Into<String>) -> Self {
        Self { payload: name.into(), provider: None, form: None, resend: None }
    }

    /// As the data of this provider.
    #[must_use]
    pub fn of_provider(mut self, name: impl Into<String>) -> Self {
        self.provider = Some(name.into());
        self
    }

    /// In this form.
    #[must_use]
    pub fn in_form(mut self, form: Form) -> Self {
        self.form = Some(form);
        self
    }

    /// To a provider that was sent a payload before.
    #[must_use]
    pub fn again(mut self, resend: Resend) -> Self {
        self.resend = Some(resend);
        self
    }
}

impl From<Install> for PhaseStep {
    fn from(phase: Install) -> Self {
        Self::Install(phase)
    }
}

impl From<Bootstrap> for PhaseStep {
    fn from(phase: Bootstrap) -> Self {
        Self::Bootstrap(phase)
    }
}

impl From<VerifyTables> for PhaseStep {
    fn from(phase: VerifyTables) -> Self {
        Self::VerifyTables(phase)
    }
}

impl From<CreateProvider> for PhaseStep {
    fn from(phase: CreateProvider) -> Self {
        Self::CreateProvider(phase)
    }
}

impl From<CreateProvidersAtOnce> for PhaseStep {
    fn from(phase: CreateProvidersAtOnce) -> Self {
        Self::CreateProvidersAtOnce(phase)
    }
}

impl From<ProcessData> for PhaseStep {
    fn from(phase: ProcessData) -> Self {
        Self::ProcessData(phase)
    }
}

impl From<Fault> for PhaseStep {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
