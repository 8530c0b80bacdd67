//! What judging looks up for each subject: what is expected of it, and what stands in its way. With a thousand tenants, neither may be
//! searched for.

use std::collections::BTreeMap;

use super::expectation::{Expectation, PayloadExpectation, ProviderExpectation, TenantExpectation};
use super::finding::Scope;
use super::outcome::Outcome;

/// Expectations by their scopes.
pub(super) struct Subjects<'a> {
    tenants: BTreeMap<Scope, Vec<&'a TenantExpectation>>,
    providers: BTreeMap<Scope, Vec<&'a ProviderExpectation>>,
    payloads: BTreeMap<Scope, Vec<&'a PayloadExpectation>>,
}

impl<'a> Subjects<'a> {
    pub(super) fn of(expectation: &'a Expectation) -> Self {
        Self {
            tenants: by_scope(&expectation.tenants, TenantExpectation::scope),
            providers: by_scope(&expectation.providers, ProviderExpectation::scope),
            payloads: by_scope(&expectation.payloads, PayloadExpectation::scope),
        }
    }

    pub(super) fn tenants(&self, scope: &Scope) -> impl Iterator<Item = &'a TenantExpectation> {
        self.tenants.get(scope).into_iter().flatten().copied()
    }

    pub(super) fn providers(&self, scope: &Scope) -> impl Iterator<Item = &'a ProviderExpectation> {
        self.providers.get(scope).into_iter().flatten().copied()
    }

    pub(super) fn payloads(&self, scope: &Scope) -> impl Iterator<Item = &'a PayloadExpectation> {
        self.payloads.get(scope).into_iter().flatten().copied()
    }
}

fn by_scope<T>(all: &[T], scope: fn(&T) -> Scope) -> BTreeMap<Scope, Vec<&T>> {
    let mut by_scope: BTreeMap<Scope, Vec<&T>> = BTreeMap::new();
    for one in all {
        by_scope.entry(scope(one)).or_default().push(one);
    }
    by_scope
}

/// Checks that did not pass, by where they did not, each with what is to blame: itself, or what stood in its own way.
#[derive(Default)]
pub(super) struct Obstacles(BTreeMap<&'static str, BTreeMap<Scope, String>>);

impl Obstacles {
    /// Notes how a check ended.
    pub(super) fn note(&mut self, check: &'static str, scope: &Scope, outcome: &Outcome) {
        let because = match outcome {
            Outcome::Passed | Outcome::Skipped { .. } => return,
            Outcome::NotRun { because } => because.clone(),
            Outcome::Failed { .. } | Outcome::Errored { .. } => check.to_owned(),
        };
        self.0.entry(check).or_default().entry(scope.clone()).or_insert(because);
    }

    /// What of the presupposed checks stands in a scope's way: the first that did not pass there or around there.
    pub(super) fn before(&self, presupposed: impl Iterator<Item = &'static str>, scope: &Scope) -> Option<&String> {
        let failed = presupposed.filter_map(|check| self.0.get(check)).collect::<Vec<_>>();
        if failed.is_empty() {
            return None;
        }
        let around = scope.around();
        failed.into_iter().find_map(|scopes| around.iter().find_map(|outer| scopes.get(outer)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_around_a_subject_stands_in_its_way_and_what_failed_beside_it_does_not() {
        let tenant = |schema: &str| Scope::Tenant { schema: schema.to_owned() };
        let provider = |schema: &str| Scope::Provider { schema: schema.to_owned(), name: "a".to_owned() };
        let mut obstacles = Obstacles::default();
        obstacles.note("passes", &tenant("acme"), &Outcome::Passed);
        obstacles.note("fails", &tenant("acme"), &Outcome::Errored { why: "a test".to_owned() });
        obstacles.note("waits", &tenant("other"), &Outcome::NotRun { because: "fails".to_owned() });
        let before =
            |scope: &Scope| obstacles.before(["passes", "fails", "waits"].into_iter(), scope).map(String::as_str);
        assert_eq!(before(&tenant("acme")), Some("fails"));
        assert_eq!(before(&provider("acme")), Some("fails"));
        assert_eq!(before(&tenant("other")), Some("fails"));
        assert_eq!(before(&provider("third")), None);
        assert_eq!(before(&Scope::System), None);
        assert_eq!(obstacles.before(["passes"].into_iter(), &tenant("acme")), None);
    }
}
