//! Choices that proptest makes.

use proptest::sample::Index;

/// One choice after the other, of whatever there is to choose from.
pub(super) struct Pick<'a>(pub(super) std::slice::Iter<'a, Index>);

impl Pick<'_> {
    /// One of these; `None` where there are none.
    pub(super) fn of<T>(&mut self, items: impl IntoIterator<Item = T>) -> Option<T> {
        let mut items: Vec<T> = items.into_iter().collect();
        let index = self.0.next().expect("as many choices as a change needs");
        if items.is_empty() { None } else { Some(items.swap_remove(index.index(items.len()))) }
    }

    /// Takes one of these out.
    pub(super) fn take<T>(&mut self, items: &mut Vec<T>) -> Option<T> {
        let index = self.of(0..items.len())?;
        Some(items.remove(index))
    }
}
