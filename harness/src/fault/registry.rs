//! All faults.

use super::form::Fault;
use super::{data, half, install, provider, slate, tables, tenant};

/// Every fault, subject by subject.
pub fn all() -> impl Iterator<Item = &'static Fault> {
    [slate::FAULTS, install::FAULTS, half::FAULTS, tenant::FAULTS, tables::FAULTS, provider::FAULTS, data::FAULTS]
        .into_iter()
        .flatten()
}

/// The fault of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Fault> {
    all().find(|fault| fault.name == name)
}
