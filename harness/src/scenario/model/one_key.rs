//! Maps of one key: a word, and the settings that belong to it.
//!
//! Serde's own reading of such an enum blames whatever follows when the settings are left out; this one blames the word.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Deserializer, Error, MapAccess, Visitor};

/// A value that is written as a map of one key.
pub(super) trait OneKey: Sized {
    /// The key.
    type Word: DeserializeOwned;
    /// How it is written, for an error.
    const EXPECTED: &'static str;

    /// Reads the settings that belong to a word.
    fn settings<'de, A: MapAccess<'de>>(word: Self::Word, map: &mut A) -> Result<Self, A::Error>;
}

/// Reads a map of one key.
pub(super) fn deserialize<'de, T: OneKey, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(OneKeyVisitor(PhantomData))
}

struct OneKeyVisitor<T>(PhantomData<T>);

impl<'de, T: OneKey> Visitor<'de> for OneKeyVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(T::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let word = map.next_key()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
        let value = T::settings(word, &mut map)?;
        match map.next_key::<String>()? {
            None => Ok(value),
            Some(second) => Err(A::Error::unknown_field(&second, &[])),
        }
    }
}
