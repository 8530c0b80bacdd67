//! What a change of a column's type does to the values that it takes.

use std::cmp::Ordering;

/// How the values of one type stand to those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Values {
    /// It takes the same.
    Same,
    /// It takes more: all that the other takes too.
    More,
    /// It takes fewer, or cuts off what the other keeps.
    Fewer,
    /// It takes others.
    Others,
}

/// What a column of type `observed` takes, compared with one of type `expected`; both as `format_type` prints them.
pub(super) fn compare(expected: &str, observed: &str) -> Values {
    if expected == observed {
        return Values::Same;
    }
    match (expected.strip_suffix("[]"), observed.strip_suffix("[]")) {
        (Some(expected), Some(observed)) => return compare(expected, observed),
        (None, None) => {}
        _ => return Values::Others,
    }
    match (Family::of(expected), Family::of(observed)) {
        (Family::Exact(expected), Family::Exact(observed)) => expected.compare(observed),
        (Family::Ranked(family, expected), Family::Ranked(other, observed)) if family == other => {
            values(observed.cmp(&expected))
        }
        _ => Values::Others,
    }
}

const fn values(ordering: Ordering) -> Values {
    match ordering {
        Ordering::Less => Values::Fewer,
        Ordering::Equal => Values::Same,
        Ordering::Greater => Values::More,
    }
}

/// Types whose values can be compared.
enum Family {
    /// Numbers that are exact.
    Exact(Exact),
    /// Types of one family, of which a higher rank takes all that a lower one does.
    Ranked(&'static str, u32),
    /// Everything else is only equal to itself.
    Alone,
}

/// How many digits stand before and behind the point; `None` is without a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Exact {
    /// The digits of the greatest value.
    whole: Option<i64>,
    /// The digits that every value of this type may have: one fewer for integers, whose greatest value is no row of nines.
    surely: Option<i64>,
    scale: Option<i64>,
}

impl Exact {
    const fn integer(whole: i64) -> Self {
        Self { whole: Some(whole), surely: Some(whole - 1), scale: Some(0) }
    }

    /// A precision and a scale, or neither.
    fn numeric(arguments: &[i64]) -> Self {
        let scale = arguments.get(1).copied().unwrap_or_default();
        let whole = arguments.first().map(|precision| precision - scale);
        Self { whole, surely: whole, scale: whole.map(|_| scale) }
    }

    /// Whether every value of another type fits.
    fn holds(self, other: Self) -> bool {
        let reaches = |own: Option<i64>, needed: Option<i64>| match (own, needed) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(own), Some(needed)) => own >= needed,
        };
        let same_kind = self.whole == other.whole && self.surely == other.surely;
        // An integer type holds a wider one only if it is the same; a numeric holds it when it has all its digits.
        (same_kind || reaches(self.surely, other.whole)) && reaches(self.scale, other.scale)
    }

    fn compare(self, observed: Self) -> Values {
        match (observed.holds(self), self.holds(observed)) {
            (true, true) => Values::Same,
            (true, false) => Values::More,
            // Wider in one way and narrower in another still refuses or cuts something.
            (false, _) => Values::Fewer,
        }
    }
}

impl Family {
    fn of(text: &str) -> Self {
        let (name, arguments) = parts(text);
        let length = arguments.first().and_then(|length| u32::try_from(*length).ok());
        match name.as_str() {
            "smallint" => Self::Exact(Exact::integer(5)),
            "integer" => Self::Exact(Exact::integer(10)),
            "bigint" => Self::Exact(Exact::integer(19)),
            "numeric" => Self::Exact(Exact::numeric(&arguments)),
            "real" => Self::Ranked("float", 1),
            "double precision" => Self::Ranked("float", 2),
            "character varying" | "text" => Self::Ranked("text", length.unwrap_or(u32::MAX)),
            "character" => Self::Ranked("padded", length.unwrap_or(1)),
            "date" => Self::Ranked("day", 0),
            "timestamp without time zone" => Self::Ranked("day", 1 + length.unwrap_or(6)),
            "timestamp with time zone" => Self::Ranked("moment", length.unwrap_or(6)),
            _ => Self::Alone,
        }
    }
}

/// A type's name and the numbers in its brackets, wherever these stand: `timestamp(3) with time zone`.
fn parts(text: &str) -> (String, Vec<i64>) {
    let Some((before, rest)) = text.split_once('(') else { return (text.to_owned(), vec![]) };
    let Some((inside, after)) = rest.split_once(')') else { return (text.to_owned(), vec![]) };
    let numbers = inside.split(',').filter_map(|number| number.trim().parse().ok()).collect();
    (format!("{before}{after}"), numbers)
}

#[cfg(test)]
mod tests {
    use super::Values::{Fewer, More, Others, Same};
    use super::*;

    #[test]
    fn a_type_takes_more_fewer_or_other_values_than_another() {
        let cases = [
            ("character varying(50)", "text", More),
            ("character varying(50)", "character varying(64)", More),
            ("text", "character varying(50)", Fewer),
            ("text", "character varying", Same),
            ("numeric(33,15)", "numeric(20,2)", Fewer),
            ("numeric(20,2)", "numeric(33,15)", More),
            ("numeric(33,15)", "numeric(33,2)", Fewer),
            ("numeric(33,15)", "numeric", More),
            ("numeric", "numeric(33,15)", Fewer),
            ("smallint", "integer", More),
            ("integer", "bigint", More),
            ("bigint", "integer", Fewer),
            ("integer", "numeric(10,0)", More),
            ("integer", "numeric(9,0)", Fewer),
            ("numeric(9,0)", "integer", More),
            ("numeric(33,15)", "bigint", Fewer),
            ("real", "double precision", More),
            ("numeric(33,15)", "double precision", Others),
            ("date", "timestamp without time zone", More),
            ("timestamp without time zone", "date", Fewer),
            ("timestamp with time zone", "timestamp(3) with time zone", Fewer),
            ("timestamp with time zone", "timestamp without time zone", Others),
            ("text[]", "character varying(256)[]", Fewer),
            ("text", "text[]", Others),
            ("jsonb", "json", Others),
            ("uuid", "text", Others),
        ];
        for (expected, observed, values) in cases {
            assert_eq!(compare(expected, observed), values, "{expected} -> {observed}");
        }
    }
}
