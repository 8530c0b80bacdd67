//! The watched tables: what stood in them before and after, and comparing the difference with what was recorded.

mod change;
mod compare;
mod snapshot;

pub(crate) use change::changes;
pub(crate) use compare::compare_expected;
pub(crate) use snapshot::Snapshot;
