//! The one place that knows how Koku keeps numbers, and when two of them agree.
//!
//! Koku sums in IEEE doubles and stores each sum in `numeric(33,15)` after rounding it to 15 significant digits (what C
//! prints with `%.15g`); totals over stored rows are exact decimal sums. Source: measured on Koku 768be82, facts
//! `koku-formulas.md` §1.

use std::fmt;
use std::io::Write;
use std::iter::Sum;
use std::ops::Add;
use std::str::FromStr;

use bigdecimal::{BigDecimal, RoundingMode, ToPrimitive, Zero};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Digits after the point of `numeric(33,15)`.
const SCALE: i64 = 15;
/// Units of the fifteenth digit in 1.
const UNITS: u128 = 1_000_000_000_000_000;
/// The same as a double.
const ONE: f64 = 1e15;
/// Digits before the point of `numeric(33,15)`.
const INTEGER_DIGITS: i32 = 18;
/// Below this difference two numbers agree, whatever their size: facts `koku-formulas.md` §1.
const ABSOLUTE_TOLERANCE: f64 = 1e-9;
/// Above a value of 10 000, the fifteenth significant digit is larger than [`ABSOLUTE_TOLERANCE`]; a sum of some rows
/// may be off by a few of these digits.
const RELATIVE_TOLERANCE: f64 = 1e-13;

/// A number as a `numeric(33,15)` column holds it: exact, with 15 digits after the point.
///
/// It prints, serializes and reads as `PostgreSQL` prints it, for example `8.333333333333330`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stored {
    /// How many units of the fifteenth digit after the point.
    units: i128,
}

/// A number that `numeric(33,15)` cannot hold.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{0} cannot be stored in numeric(33,15)")]
pub struct NotStorable(pub f64);

impl Stored {
    /// Zero.
    pub const ZERO: Self = Self { units: 0 };

    /// What the database stores when Koku has computed this double: 15 significant digits, then 15 decimals, both rounded
    /// half away from zero.
    pub fn from_double(value: f64) -> Result<Self, NotStorable> {
        if !value.is_finite() || value.abs() >= 10_f64.powi(INTEGER_DIGITS) {
            return Err(NotStorable(value));
        }
        let (digits, exponent) = significant(value).ok_or(NotStorable(value))?;
        let units = if exponent >= 0 {
            i128::from(digits) * 10_i128.pow(exponent.unsigned_abs())
        } else {
            // Beyond 16 places nothing is left of 15 digits.
            rounded_quotient(i128::from(digits), 10_i128.pow(exponent.unsigned_abs().min(17)))
        };
        Ok(Self { units })
    }

    /// A decimal as a `numeric(33,15)` column returns it.
    #[must_use]
    pub fn from_decimal(decimal: &BigDecimal) -> Self {
        let (units, _) = decimal.with_scale_round(SCALE, RoundingMode::HalfUp).into_bigint_and_scale();
        // 33 digits always fit.
        Self { units: units.to_i128().unwrap_or(i128::MAX) }
    }

    /// The exact decimal.
    #[must_use]
    pub fn decimal(self) -> BigDecimal {
        BigDecimal::new(self.units.into(), SCALE)
    }

    /// The nearest double: what Koku's reports show, since JSON there holds floats.
    #[must_use]
    pub fn to_double(self) -> f64 {
        if self.units.unsigned_abs() < 1 << f64::MANTISSA_DIGITS {
            // Both are exact doubles, so that the quotient is the nearest one.
            #[expect(clippy::cast_precision_loss, reason = "fewer than 53 bits")]
            return self.units as f64 / ONE;
        }
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// Whether an observed number agrees with this expected one, within the tolerance.
    #[must_use]
    pub fn agrees_with(self, observed: Self) -> bool {
        let difference = Self { units: self.units.abs_diff(observed.units).try_into().unwrap_or(i128::MAX) };
        difference.to_double() <= tolerance(self.to_double())
    }
}

/// The 15 significant digits of a double as a whole number with its sign, and the power of ten that makes units of it.
fn significant(value: f64) -> Option<(i64, i32)> {
    // Sign, digit, point, 14 digits, `e`, sign, three digits.
    let mut text = [0_u8; 24];
    let mut rest = &mut text[..];
    write!(rest, "{value:.14e}").ok()?;
    let left = rest.len();
    let written = &text[..text.len() - left];
    let split = written.iter().position(|byte| *byte == b'e')?;
    let digits = written[..split].iter().filter(|byte| byte.is_ascii_digit());
    let digits = digits.fold(0, |number, digit| number * 10 + i64::from(digit - b'0'));
    let exponent: i32 = std::str::from_utf8(&written[split + 1..]).ok()?.parse().ok()?;
    Some((if value < 0.0 { -digits } else { digits }, exponent + 1))
}

/// A quotient, rounded half away from zero.
fn rounded_quotient(dividend: i128, divisor: i128) -> i128 {
    (dividend + dividend.signum() * (divisor / 2)) / divisor
}

/// Whether an observed double agrees with an expected one, within the tolerance.
#[must_use]
pub fn doubles_agree(expected: f64, observed: f64) -> bool {
    (expected - observed).abs() <= tolerance(expected)
}

/// How many percent `part` is of `whole`, as the nearest double of the exact quotient; 0 when `whole` is 0, and when it is less,
/// which is `assumed`: no recorded body has a negative capacity.
#[must_use]
pub fn percent(part: &BigDecimal, whole: &BigDecimal) -> f64 {
    if *whole <= BigDecimal::zero() {
        return 0.0;
    }
    nearest_double(&(part * BigDecimal::from(100) / whole))
}

/// The double that is nearest to a decimal.
#[must_use]
pub fn nearest_double(decimal: &BigDecimal) -> f64 {
    // By way of the digits: bigdecimal's own conversion multiplies by a power of ten and may miss the last bit.
    decimal.to_plain_string().parse().ok().or_else(|| decimal.to_f64()).unwrap_or(f64::NAN)
}

fn tolerance(expected: f64) -> f64 {
    ABSOLUTE_TOLERANCE.max(expected.abs() * RELATIVE_TOLERANCE)
}

impl fmt::Display for Stored {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let units = self.units.unsigned_abs();
        write!(formatter, "{sign}{}.{:015}", units / UNITS, units % UNITS)
    }
}

impl FromStr for Stored {
    type Err = bigdecimal::ParseBigDecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from_decimal(&BigDecimal::from_str(text)?))
    }
}

impl Serialize for Stored {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stored {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl Add for Stored {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { units: self.units.saturating_add(other.units) }
    }
}

impl<'a> Sum<&'a Stored> for Stored {
    fn sum<I: Iterator<Item = &'a Self>>(numbers: I) -> Self {
        numbers.fold(Self::ZERO, |total, number| total + *number)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stored(value: f64) -> String {
        Stored::from_double(value).expect("storable").to_string()
    }

    #[test]
    fn a_double_keeps_fifteen_significant_digits() {
        assert_eq!(stored(25.0 / 3.0), "8.333333333333330");
        assert_eq!(stored(50.0 / 3.0), "16.666666666666700");
        assert_eq!(stored(11.0 / 300.0), "0.036666666666667");
        assert_eq!(stored(0.0), "0.000000000000000");
        assert_eq!(stored(-1.5), "-1.500000000000000");
        assert_eq!(stored(1e-20), "0.000000000000000");
    }

    #[test]
    fn what_the_column_cannot_hold_is_refused() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e18, -1e18] {
            assert!(Stored::from_double(value).is_err(), "{value}");
        }
    }

    #[test]
    fn every_size_of_number_is_rounded_in_its_place() {
        for (value, text) in [
            (123_456_789_012_345_678.0, "123456789012346000.000000000000000"),
            (999_999_999_999_999.5, "1000000000000000.000000000000000"),
            (0.000_000_000_000_000_6, "0.000000000000001"),
            (-0.000_000_000_000_000_5, "-0.000000000000001"),
            (0.000_000_000_000_000_4, "0.000000000000000"),
            (5e-17, "0.000000000000000"),
            (f64::MIN_POSITIVE, "0.000000000000000"),
        ] {
            assert_eq!(stored(value), text);
        }
    }

    #[test]
    fn sums_are_exact() {
        let third: Stored = "0.333333333333333".parse().expect("a number");
        let total: Stored = [&third, &third].into_iter().sum();
        assert_eq!(total.to_string(), "0.666666666666666");
        assert!((total.to_double() - 0.666_666_666_666_666).abs() < f64::EPSILON);
    }

    #[test]
    fn the_tolerance_grows_with_the_number() {
        let number = |text: &str| text.parse::<Stored>().expect("a number");
        assert!(number("6").agrees_with(number("6.0000000009")));
        assert!(!number("6").agrees_with(number("6.000000002")));
        assert!(number("123456789.1").agrees_with(number("123456789.10001")));
        assert!(!number("123456789.1").agrees_with(number("123456789.1001")));
        assert!(!doubles_agree(6.0, 6.000_000_002));
    }

    #[test]
    fn a_number_reads_as_it_is_written() {
        let number = Stored::from_double(25.0 / 3.0).expect("storable");
        let json = serde_json::to_string(&number).expect("serializes");
        assert_eq!(json, "\"8.333333333333330\"");
        assert_eq!(serde_json::from_str::<Stored>(&json).expect("reads"), number);
    }

    proptest! {
        #[test]
        fn rounding_moves_a_number_by_less_than_its_fifteenth_digit(value in -1e17_f64..1e17) {
            let stored = Stored::from_double(value).expect("storable").to_double();
            prop_assert!((stored - value).abs() <= (value.abs() * 1e-14).max(1e-15));
        }

        #[test]
        fn rounding_twice_is_rounding_once(value in -1e12_f64..1e12) {
            let once = Stored::from_double(value).expect("storable");
            prop_assert_eq!(Stored::from_double(once.to_double()).expect("storable"), once);
        }
    }
}
