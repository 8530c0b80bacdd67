//! What brings a difference about, and what follows, in words.

use super::comparison::{Aspect, Different};
use crate::check::drift::Drift;

/// The cause of one difference.
pub(super) fn cause(aspect: Aspect, different: &Different) -> String {
    let what = match aspect {
        Aspect::Columns if !different.missing.is_empty() && !different.unexpected.is_empty() => "a column was altered",
        Aspect::Columns => "a column was dropped or added",
        Aspect::Keys => "a constraint was dropped or added",
        Aspect::Indexes => "an index was dropped or added",
        Aspect::Triggers => "a trigger was dropped, switched off or added",
        Aspect::Sequences => "a sequence was altered, dropped or added",
        Aspect::Functions => "a function was dropped, replaced or added",
    };
    format!("{what} by hand, or by another version of Koku; {}", consequence(different.drift))
}

/// What follows of a difference of this class.
const fn consequence(drift: Drift) -> &'static str {
    match drift {
        Drift::LostTable | Drift::LostColumn => "its data is lost, and statements that name it fail",
        Drift::RetypedColumn => "values are stored and compared otherwise, or refused",
        Drift::NarrowedColumn => "rows that Koku writes may be refused or cut",
        Drift::WidenedColumn => "rows are taken that Koku does not expect",
        Drift::LostSequence => "new rows get no number",
        Drift::LostFunction => "whoever calls it fails",
        Drift::LostTrigger => "what it does when rows change is not done, and nothing tells of it",
        Drift::LostKey => "rows that are wrong are taken",
        Drift::LostIndex => "queries become slow, and nothing else tells of it",
        Drift::Altered => "Koku meets another form than it was written for",
        Drift::Extra => "Koku knows nothing of it",
    }
}
