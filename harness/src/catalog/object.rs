//! Sequences and functions of a catalog file.

use super::raw::{RawFunction, RawSequence};
use crate::fact::object::{FunctionDefinition, SequenceDefinition};

/// A sequence by its name; what the file leaves out is as PostgreSQL makes it of the type.
pub(super) fn sequence(raw: RawSequence) -> (String, SequenceDefinition) {
    let usual = SequenceDefinition::usual(&raw.data_type, raw.owned_by, raw.owner_kind);
    let definition = SequenceDefinition {
        start: raw.start.unwrap_or(usual.start),
        minimum: raw.minimum.unwrap_or(usual.minimum),
        maximum: raw.maximum.unwrap_or(usual.maximum),
        increment: raw.increment.unwrap_or(usual.increment),
        cycle: raw.cycle,
        ..usual
    };
    (raw.name, definition)
}

/// A function by its signature.
pub(super) fn function(raw: RawFunction) -> (String, FunctionDefinition) {
    let RawFunction { name, kind, arguments, returns, language, volatility, strict, returns_set: _ } = raw;
    let definition = FunctionDefinition { name, kind, arguments, returns, language, volatility, strict };
    (definition.signature(), definition)
}
