//! What a kind of change is.

use harness::check::Expectation;
use harness::fact::database::DatabaseFacts;

use super::pick::Pick;
use super::{of_objects, of_rows, of_schemas, of_tables};

/// Changes facts in one way at a place of the pick's choice, and says what the findings must name. `None` where there is no such
/// place in any healthy system of its world.
pub(super) type Make = fn(&mut DatabaseFacts, &mut Pick<'_>, &Expectation) -> Option<String>;

/// One kind of change.
pub(super) struct Change {
    /// What it does, in words.
    pub(super) what: &'static str,
    /// The checks that must find it, each once.
    pub(super) found_by: &'static [&'static str],
    /// Does it.
    pub(super) make: Make,
}

/// A change that one check finds.
pub(super) const fn change(what: &'static str, found_by: &'static [&'static str], make: Make) -> Change {
    Change { what, found_by, make }
}

/// All kinds.
pub(super) fn all() -> impl Iterator<Item = &'static Change> {
    [of_rows::CHANGES, of_schemas::CHANGES, of_tables::CHANGES, of_objects::CHANGES].into_iter().flatten()
}
