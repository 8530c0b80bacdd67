//! Names as small numbers, so that rows are grouped without copying texts.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map whose keys are names or numbers of our own; see [`QuickHasher`].
pub(super) type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<QuickHasher>>;

/// A name, as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Symbol(u32);

/// All names of a payload: nodes, namespaces, pods, claims.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    numbers: QuickMap<Box<[u8]>, Symbol>,
    names: Vec<Box<[u8]>>,
}

impl Symbols {
    /// The number of this name.
    #[inline]
    pub(super) fn of(&mut self, name: &[u8]) -> Symbol {
        match self.numbers.get(name) {
            Some(symbol) => *symbol,
            None => self.add(name),
        }
    }

    #[cold]
    fn add(&mut self, name: &[u8]) -> Symbol {
        // A payload is smaller than 4 GiB, so that it has fewer names.
        let symbol = Symbol(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        self.names.push(name.into());
        self.numbers.insert(name.into(), symbol);
        symbol
    }

    /// The name of this number.
    pub(super) fn name(&self, symbol: Symbol) -> String {
        String::from_utf8_lossy(self.bytes(symbol)).into_owned()
    }

    /// The name of this number; none if it is empty.
    pub(super) fn name_if_any(&self, symbol: Symbol) -> Option<String> {
        Some(self.name(symbol)).filter(|name| !name.is_empty())
    }

    fn bytes(&self, symbol: Symbol) -> &[u8] {
        self.names.get(symbol.0 as usize).map_or(&[], |name| name)
    }
}

/// Multiplies and rotates. The standard hasher resists chosen keys, which payloads of our own do not bring, and takes
/// three times as long, which is most of the oracle's time.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct QuickHasher(u64);

impl QuickHasher {
    const FACTOR: u64 = 0xf135_7aea_2e62_a9c5;

    #[inline]
    fn add(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(Self::FACTOR).rotate_left(26);
    }
}

impl Hasher for QuickHasher {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.add(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.add(u64::from_le_bytes(last));
    }

    #[inline]
    fn write_u32(&mut self, number: u32) {
        self.add(u64::from(number));
    }

    #[inline]
    fn write_i32(&mut self, number: i32) {
        self.add(u64::from(number.cast_unsigned()));
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.add(number as u64);
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_name_has_one_number() {
        let mut symbols = Symbols::default();
        let (first, second) = (symbols.of(b"node-1"), symbols.of(b"node-2"));
        assert_ne!(first, second);
        assert_eq!(symbols.of(b"node-1"), first);
        assert_eq!(symbols.name(second), "node-2");
        let empty = symbols.of(b"");
        assert_eq!(symbols.name_if_any(empty), None);
    }

    #[test]
    fn the_hasher_tells_like_names_apart() {
        let hashes: BTreeSet<u64> = (0..10_000)
            .map(|number| {
                let mut hasher = QuickHasher::default();
                hasher.write(format!("pod-{number}").as_bytes());
                hasher.finish()
            })
            .collect();
        assert_eq!(hashes.len(), 10_000);
    }
}
