//! Cells of numbers, as Koku reads them.

/// Rows with a larger value in seconds or bytes are dropped whole by Koku.
const ANOMALOUS: f64 = 1e18;
/// Bytes to GiB. Column names say gigabyte.
pub(super) const GIB: f64 = 1.0 / 1_073_741_824.0;
/// Seconds of an hour.
pub(super) const HOUR: f64 = 3600.0;

/// The number in a cell. One that is empty, `NaN` or no number counts as 0; source: facts `koku-formulas.md` §1.
#[inline]
pub(super) fn number(cell: &[u8]) -> f64 {
    let parsed = std::str::from_utf8(cell).ok().and_then(|text| text.parse::<f64>().ok());
    parsed.filter(|number| !number.is_nan()).unwrap_or(0.0)
}

/// Whether Koku drops the row that has these values in its columns of seconds and bytes.
#[inline]
pub(super) fn anomalous(values: &[f64]) -> bool {
    values.iter().any(|value| *value > ANOMALOUS)
}

/// A sum of doubles that does not lose the small digits (Kahan's, in Neumaier's form).
///
/// Koku sums each pod's day with such a sum, and the few that remain plainly. The golden cases come out to the last digit
/// when all is summed so; with plain sums they do not.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Sum {
    total: f64,
    lost: f64,
}

impl Sum {
    /// Adds a number.
    #[inline]
    pub(super) fn add(&mut self, number: f64) {
        let total = self.total + number;
        self.lost += if self.total.abs() >= number.abs() {
            (self.total - total) + number
        } else {
            (number - total) + self.total
        };
        self.total = total;
    }

    /// The sum.
    #[inline]
    pub(super) fn value(self) -> f64 {
        self.total + self.lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_counts_nothing() {
        for cell in ["", "abc", "NaN", "nan", "-"] {
            assert!(number(cell.as_bytes()).abs() < f64::EPSILON, "{cell}");
        }
        assert!((number(b"-900.5") + 900.5).abs() < f64::EPSILON);
        assert!((number(b"1932735283200.0") - 1_932_735_283_200.0).abs() < f64::EPSILON);
    }

    #[test]
    fn anomalies_are_those_above_the_threshold_and_infinity() {
        assert!(anomalous(&[0.0, 2e18]));
        assert!(anomalous(&[number(b"inf")]));
        assert!(!anomalous(&[1e18, -2e18]));
    }

    #[test]
    fn a_sum_keeps_small_digits() {
        let mut sum = Sum::default();
        for number in [1e16, 1.0, -1e16, 1.0] {
            sum.add(number);
        }
        assert!((sum.value() - 2.0).abs() < f64::EPSILON, "{}", sum.value());
        let mut infinite = Sum::default();
        infinite.add(f64::NEG_INFINITY);
        assert!(!infinite.value().is_finite());
    }
}
