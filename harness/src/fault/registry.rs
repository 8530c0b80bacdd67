//! All faults.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::form::Fault;
use super::subject::Setting;
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

/// The names of the faults that a scenario can put in.
#[must_use]
pub fn names() -> &'static [&'static str] {
    static NAMES: LazyLock<Vec<&str>> =
        LazyLock::new(|| all().filter(|fault| fault.place().is_some()).map(|fault| fault.name).collect());
    &NAMES
}

/// The keys that a scenario may give this fault.
#[must_use]
pub fn keys(fault: &Fault) -> &'static [&'static str] {
    static KEYS: LazyLock<BTreeMap<&str, Vec<&str>>> =
        LazyLock::new(|| all().map(|fault| (fault.name, fault.settings().map(Setting::key).collect())).collect());
    KEYS.get(fault.name).map_or(&[], Vec::as_slice)
}
