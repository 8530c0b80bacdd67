//! Times in payloads: `2026-11-10 00:00:00 +0000 UTC`, or `2026-11-10T00:00:00Z`.

use chrono::{Datelike, NaiveDate};

/// How many bytes a date has: `2026-11-10`.
pub(super) const DATE_LENGTH: usize = 10;

/// What may follow the second. Koku counts days in UTC; a payload gives its times in UTC.
const ZONES: [&[u8]; 4] = [b" +0000 UTC", b"Z", b"+00:00", b""];

/// An hour of usage: one distinct `interval_start`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Hour {
    /// Days since the first of January of year 1.
    day: i32,
    /// Seconds since midnight.
    second: u32,
}

impl Hour {
    /// The UTC day.
    pub(crate) fn day_number(self) -> i32 {
        self.day
    }

    /// Reads a time.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let day = parse_date(text.get(..DATE_LENGTH)?)?.num_days_from_ce();
        let clock = text.get(DATE_LENGTH..DATE_LENGTH + 9)?;
        if !matches!(clock[0], b' ' | b'T') || clock[3] != b':' || clock[6] != b':' {
            return None;
        }
        let (hour, minute, second) = (two_digits(&clock[1..3])?, two_digits(&clock[4..6])?, two_digits(&clock[7..9])?);
        let in_range = hour < 24 && minute < 60 && second < 60;
        let zone = &text[DATE_LENGTH + 9..];
        (in_range && ZONES.contains(&zone)).then_some(Self { day, second: hour * 3600 + minute * 60 + second })
    }
}

/// Reads hours, and remembers the last: rows of one hour mostly follow one another.
#[derive(Debug, Default)]
pub(crate) struct HourReader {
    text: Vec<u8>,
    hour: Option<Hour>,
}

impl HourReader {
    /// The hour in this cell.
    pub(crate) fn read(&mut self, cell: &[u8]) -> Option<Hour> {
        if self.hour.is_none() || cell != self.text {
            self.hour = Hour::parse(cell);
            self.text.clear();
            self.text.extend_from_slice(cell);
        }
        self.hour
    }
}

/// Reads `2026-11-10`.
pub(super) fn parse_date(text: &[u8]) -> Option<NaiveDate> {
    if text.len() != DATE_LENGTH || text[4] != b'-' || text[7] != b'-' {
        return None;
    }
    let year = two_digits(&text[..2])? * 100 + two_digits(&text[2..4])?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, two_digits(&text[5..7])?, two_digits(&text[8..10])?)
}

fn two_digits(text: &[u8]) -> Option<u32> {
    match text {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some(u32::from(tens - b'0') * 10 + u32::from(ones - b'0')),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_one_time() {
        let first = Hour::parse(b"2026-11-10 13:00:00 +0000 UTC").expect("a time");
        assert_eq!(Hour::parse(b"2026-11-10T13:00:00Z"), Some(first));
        assert_eq!(first.second, 13 * 3600);
        assert_eq!(NaiveDate::from_num_days_from_ce_opt(first.day_number()), NaiveDate::from_ymd_opt(2026, 11, 10));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "yesterday",
            "",
            "2026-11-10",
            "2026-11-31 00:00:00 +0000 UTC",
            "2026-11-10 24:00:00 +0000 UTC",
            "2026-11-10 00:00:00 +0200",
        ] {
            assert_eq!(Hour::parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn the_reader_does_not_mistake_one_hour_for_another() {
        let mut reader = HourReader::default();
        let first = reader.read(b"2026-11-10T13:00:00Z");
        assert_eq!(reader.read(b"2026-11-10T13:00:00Z"), first);
        assert_ne!(reader.read(b"2026-11-10T14:00:00Z"), first);
        assert_eq!(reader.read(b"nonsense"), None);
        assert_eq!(reader.read(b"2026-11-10T13:00:00Z"), first);
    }
}
