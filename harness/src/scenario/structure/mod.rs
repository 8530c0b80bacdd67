//! What is wrong with a scenario whatever the profile: names, references between its parts, the order of its phases.

mod fault;
mod header;
mod phases;
mod resend;
mod tenants;

pub(crate) use header::is_word;

use super::{Problem, Scenario};

/// Everything that is wrong, in the order of the file.
pub(crate) fn problems(scenario: &Scenario) -> Vec<Problem> {
    let mut problems = header::problems(scenario);
    problems.extend(tenants::problems(scenario));
    problems.extend(phases::problems(scenario));
    problems
}
