//! A plan as people read it.

use std::fmt::{self, Write};

use super::{Applies, Plan, PlannedFault, PlannedPayload, PlannedPhase, PlannedProvider, PlannedStep, PlannedTenant};
use crate::fault::Aim;
use crate::payload::Form;
use crate::profile::ProviderType;
use crate::scenario::{PhaseName, Resend};

impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shared = if self.target.shared { ", shared with others" } else { "" };
        writeln!(formatter, "{} on profile {}, target {}{shared}", self.scenario, self.profile, self.target.kind)?;
        writeln!(formatter, "  {}", self.summary)?;
        writeln!(formatter, "\ntenants")?;
        self.tenants.iter().try_for_each(|tenant| write_tenant(formatter, tenant))?;
        writeln!(formatter, "\nphases")?;
        self.steps.iter().try_for_each(|step| write_step(formatter, step))?;
        self.write_checks(formatter)?;
        let findings =
            if self.expected_findings.is_empty() { "none".into() } else { self.expected_findings.join(", ") };
        writeln!(formatter, "\nexpected findings: {findings}")
    }
}

impl Plan {
    fn write_checks(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.checks.is_empty() {
            return Ok(());
        }
        writeln!(formatter, "\nchecks")?;
        let width = self.checks.iter().map(|check| check.id.len()).max().unwrap_or_default();
        for check in &self.checks {
            match &check.applies {
                Applies::Yes => writeln!(formatter, "  {:width$}  after {}", check.id, after(&check.phases))?,
                Applies::No(why) => writeln!(formatter, "  {:width$}  does not apply: {why}", check.id)?,
            }
        }
        Ok(())
    }
}

fn after(phases: &[PhaseName]) -> String {
    phases.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}

fn write_tenant(formatter: &mut fmt::Formatter<'_>, tenant: &PlannedTenant) -> fmt::Result {
    let domain = tenant.domain.as_ref().map(|domain| format!(", domain {domain:?}")).unwrap_or_default();
    writeln!(formatter, "  {}  org id {:?}, schema {:?}{domain}", tenant.alias, tenant.org_id, tenant.schema)?;
    let account = tenant.account_number.as_deref().map_or_else(|| "as it is".to_owned(), str::to_owned);
    writeln!(formatter, "    account number {account}, user {:?}", tenant.user_name)
}

fn write_step(formatter: &mut fmt::Formatter<'_>, step: &PlannedStep) -> fmt::Result {
    let mut line = format!("  {:>2} {}", step.number, step.phase.name());
    match &step.phase {
        PlannedPhase::Install(_) | PlannedPhase::Bootstrap(_) | PlannedPhase::VerifyTables => {}
        PlannedPhase::CreateProvider(provider) => write_provider(&mut line, provider)?,
        PlannedPhase::CreateProvidersAtOnce(providers) => {
            for (number, provider) in providers.iter().enumerate() {
                line.push_str(if number == 0 { "" } else { "\n     and" });
                write_provider(&mut line, provider)?;
            }
        }
        PlannedPhase::ProcessData(data) => write_payload(&mut line, data)?,
        PlannedPhase::Fault(fault) => write_fault(&mut line, fault)?,
    }
    writeln!(formatter, "{line}")?;
    step.reason.iter().try_for_each(|reason| writeln!(formatter, "     {reason}"))
}

fn write_payload(line: &mut String, data: &PlannedPayload) -> fmt::Result {
    let form = match data.form {
        None => "",
        Some(Form::Operator) => ", in operator form",
        Some(Form::Chart) => ", in chart form",
    };
    let again = match data.resend {
        None => "",
        Some(Resend::SameUpload) => ", the same upload again",
        Some(Resend::NewUuid) => ", again under a new uuid",
    };
    write!(line, "  {} as data of {}{form}{again}", data.payload, data.provider.name)
}

fn write_provider(line: &mut String, provider: &PlannedProvider) -> fmt::Result {
    write!(line, "  {} {:?} for {}", provider.provider_type.as_str(), provider.source_name, provider.tenant.alias)?;
    match provider.provider_type {
        ProviderType::Ocp => {
            write!(line, ", cluster id {}", provider.cluster_id)?;
            provider.cost_model.iter().try_for_each(|model| write!(line, ", cost model {model}"))
        }
        ProviderType::Aws => {
            let bucket = provider.bucket.as_deref().unwrap_or_default();
            write!(line, ", role {}, bucket {bucket}", provider.role_arn.as_deref().unwrap_or_default())
        }
    }
}

fn write_fault(line: &mut String, planned: &PlannedFault) -> fmt::Result {
    write!(line, "  {}", planned.fault.name)?;
    planned.choices.values().try_for_each(|choice| write!(line, " {choice}"))?;
    match (&planned.provider, planned.fault.aim) {
        (Some(provider), _) => write!(line, " of {}", provider.name),
        (None, Aim::System) => Ok(()),
        (None, _) => write!(line, " of {}", planned.tenant.alias),
    }?;
    planned.other.iter().try_for_each(|other| write!(line, " and {}", other.alias))
}
