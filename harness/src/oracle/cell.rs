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
    plain_number(cell).unwrap_or_else(|| any_number(cell))
}

/// Digits with at most one point, as nearly every cell has them. Both the digits and the power of ten are exact doubles, so
/// that the quotient is the nearest double; the standard parser gives the same and takes three times as long.
#[inline]
fn plain_number(cell: &[u8]) -> Option<f64> {
    const EXACT_DIGITS: usize = 15;
    const POWERS: [f64; EXACT_DIGITS + 1] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    if cell.is_empty() || cell.len() > EXACT_DIGITS {
        return None;
    }
    let (mut digits, mut decimals, mut count) = (0_u64, None, 0);
    for byte in cell {
        match byte {
            b'0'..=b'9' => {
                digits = digits * 10 + u64::from(byte - b'0');
                count += 1;
            }
            b'.' if decimals.is_none() => decimals = Some(count),
            _ => return None,
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "fifteen digits are less than 2^53")]
    (count > 0).then(|| digits as f64 / POWERS[count - decimals.unwrap_or(count)])
}

/// What a cell holds that is not plain: signs, exponents, many digits, texts.
#[cold]
fn any_number(cell: &[u8]) -> f64 {
    let parsed = std::str::from_utf8(cell).ok().and_then(|text| text.parse::<f64>().ok());
    parsed.filter(|number| !number.is_nan()).unwrap_or(0.0)
}

/// Whether Koku drops the row that has these values in its columns of seconds and bytes.
#[inline]
pub(super) fn anomalous(values: &[f64]) -> bool {
    values.iter().any(|value| *value > ANOMALOUS)
}

/// Reads cells of a column, and remembers the last: the capacity of a node is the same in row after row.
#[derive(Debug, Default)]
pub(super) struct NumberReader {
    text: Vec<u8>,
    number: f64,
}

impl NumberReader {
    /// The number in this cell.
    #[inline]
    pub(super) fn read(&mut self, cell: &[u8]) -> f64 {
        if cell != self.text {
            self.number = number(cell);
            cell.clone_into(&mut self.text);
        }
        self.number
    }
}

/// A sum of doubles that does not lose the small digits (Kahan's, in Neumaier's form).
///
/// With plain sums the golden case b does not come out to the last digit, with these it does. How Koku itself sums is not in
/// the facts.
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
    fn plain_numbers_are_the_nearest_doubles() {
        for cell in
            ["0", "900.0", "1489.32", "0.1", "7151120547840.0", ".5", "5.", "123456789012345", "1234567890.1234"]
        {
            let standard: f64 = cell.parse().expect("a number");
            assert_eq!(plain_number(cell.as_bytes()).map(f64::to_bits), Some(standard.to_bits()), "{cell}");
        }
        for cell in ["", ".", "1.2.3", "-1", "1e5", "1234567890123456", "abc"] {
            assert_eq!(plain_number(cell.as_bytes()), None, "{cell}");
        }
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
