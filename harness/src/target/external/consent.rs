//! Nothing acts on a system that nobody has called their own.

use crate::scenario::plan::{Plan, PlannedPhase};

/// A run would act on a system that nobody has called their own.
#[derive(Debug, thiserror::Error)]
#[error(
    "nothing was touched: {scenarios} would act on a system that runs already (make sources there, upload payloads); \
     if it is yours to test, give --i-own-this-system; without it, only scenarios run that look (phases install, bootstrap, verify-tables)"
)]
pub struct NotOwned {
    scenarios: String,
}

/// Refuses plans that act.
pub fn refuse_acting<'a>(plans: impl IntoIterator<Item = &'a Plan>) -> Result<(), NotOwned> {
    let acting: Vec<&str> = plans.into_iter().filter(|plan| acts(plan)).map(|plan| plan.scenario.as_str()).collect();
    if acting.is_empty() { Ok(()) } else { Err(NotOwned { scenarios: acting.join(", ") }) }
}

/// Whether a plan changes a system that runs already: there, installing and bootstrapping only judge.
pub(super) fn acts(plan: &Plan) -> bool {
    plan.steps.iter().any(|step| match step.phase {
        PlannedPhase::Install(_) | PlannedPhase::Bootstrap(_) | PlannedPhase::VerifyTables => false,
        PlannedPhase::CreateProvider(_)
        | PlannedPhase::CreateProvidersAtOnce(_)
        | PlannedPhase::ProcessData(_)
        | PlannedPhase::Fault(_) => true,
    })
}
