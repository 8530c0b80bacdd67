//! Multisets that are compared.

use std::collections::BTreeMap;

/// What differs between two multisets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference<T = String> {
    pub(super) missing: Vec<T>,
    pub(super) unexpected: Vec<T>,
}

impl<T> Default for Difference<T> {
    fn default() -> Self {
        Self { missing: Vec::new(), unexpected: Vec::new() }
    }
}

impl<T: Ord + Clone> Difference<T> {
    pub(super) fn of(expected: &[T], observed: &[T]) -> Self {
        Self { missing: minus(expected, observed), unexpected: minus(observed, expected) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.unexpected.is_empty()
    }

    /// Without what another difference has as well.
    pub(super) fn without(self, other: &Self) -> Self {
        Self { missing: minus(&self.missing, &other.missing), unexpected: minus(&self.unexpected, &other.unexpected) }
    }
}

/// What remains of one multiset without another, in its order.
pub(super) fn minus<T: Ord + Clone>(from: &[T], taken: &[T]) -> Vec<T> {
    let mut left: BTreeMap<&T, usize> = BTreeMap::new();
    for one in taken {
        *left.entry(one).or_default() += 1;
    }
    let remains = |one: &&T| match left.get_mut(*one) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    from.iter().filter(remains).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_of_two_equals_is_one_more() {
        let difference = Difference::of(&["a", "b"], &["b", "b"]);
        assert_eq!(difference, Difference { missing: vec!["a"], unexpected: vec!["b"] });
        assert_eq!(difference.clone().without(&Difference { missing: vec!["a"], unexpected: vec![] }).missing, [""; 0]);
        assert!(Difference::of(&["a"], &["a"]).is_empty());
    }
}
