//! All faults.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::form::Fault;
use super::subject::Setting;
use super::{
    answers, customer, data, domain, drift, half, install, provider, public, release, rights, slate, structure, tables,
    template, tenant, version,
};

/// Every fault, subject by subject.
pub fn all() -> impl Iterator<Item = &'static Fault> {
    [
        slate::FAULTS,
        version::FAULTS,
        release::FAULTS,
        install::FAULTS,
        public::FAULTS,
        half::FAULTS,
        tenant::FAULTS,
        domain::FAULTS,
        customer::FAULTS,
        rights::FAULTS,
        tables::FAULTS,
        drift::FAULTS,
        structure::FAULTS,
        template::FAULTS,
        provider::FAULTS,
        answers::FAULTS,
        data::FAULTS,
    ]
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::fault::FaultPlace;

    #[test]
    fn no_two_faults_have_one_name() {
        let mut names = BTreeSet::new();
        for fault in all() {
            assert!(names.insert(fault.name), "{} stands twice", fault.name);
        }
        assert!(names.len() > 80, "{names:?}");
    }

    #[test]
    fn what_strikes_a_provider_or_its_data_stands_behind_it() {
        let of_providers = all().filter(|fault| fault.aim.needs() == [Setting::Provider]);
        for fault in of_providers.filter(|fault| fault.place().is_some()) {
            let place = fault.place();
            let behind = [FaultPlace::BehindProvider, FaultPlace::BehindData].map(Some);
            assert!(behind.contains(&place), "{}: {place:?}", fault.name);
        }
    }
}
