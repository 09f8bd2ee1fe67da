//! Exact numbers at the end of an aggregation: sums wider than the database's, and averages rounded half-even.

use dictionary::{Decimal, Kind, Money, Value, write_scaled};

/// A number that may be larger than a field can hold: `unscaled / 10^scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// The digits as a whole number. Durations count microseconds, money minor units.
    pub unscaled: i128,
    /// Digits after the point.
    pub scale: u8,
}

impl std::fmt::Display for Total {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_scaled(out, self.unscaled, self.scale)
    }
}

/// Digits that an average of whole numbers or decimals has.
const AVERAGE_SCALE: u8 = 6;

/// Digits after the point in the sums of a kind.
pub(super) const fn scale_of(kind: &Kind) -> u8 {
    match kind {
        Kind::Decimal { scale } => *scale,
        Kind::Money => 2,
        _ => 0,
    }
}

/// The average, to six digits; of durations to the microsecond, of money to the minor unit.
pub(super) fn average(sum: i128, count: i64, kind: &Kind) -> Option<Total> {
    let (from, to) = match kind {
        Kind::Duration | Kind::Money => (scale_of(kind), scale_of(kind)),
        _ => (scale_of(kind), AVERAGE_SCALE),
    };
    let widened = sum * 10_i128.pow(u32::from(to.saturating_sub(from)));
    (count > 0).then(|| Total {
        unscaled: divide_half_even(widened, i128::from(count)),
        scale: to,
    })
}

/// Division that rounds to the nearest, and halves to the even one.
pub(super) const fn divide_half_even(dividend: i128, divisor: i128) -> i128 {
    let quotient = dividend.div_euclid(divisor);
    let twice = dividend.rem_euclid(divisor) * 2;
    if twice > divisor || (twice == divisor && quotient % 2 != 0) {
        quotient + 1
    } else {
        quotient
    }
}

/// A stored number as a value of its field.
pub(super) fn value_of(number: i64, kind: &Kind) -> Value {
    match kind {
        Kind::Decimal { scale } => Value::Decimal(Decimal {
            unscaled: number,
            scale: *scale,
        }),
        Kind::Date => Value::Date(base::Date::from_days(
            i32::try_from(number).unwrap_or_default(),
        )),
        Kind::Instant => Value::Instant(base::Timestamp::from_micros(number)),
        Kind::Duration => Value::Duration(number),
        Kind::Boolean => Value::Boolean(number != 0),
        _ => Value::Integer(number),
    }
}

/// The same for an amount.
pub(super) fn money_of(number: i64, currency: &str) -> Value {
    Value::Money(Money {
        minor: number,
        currency: currency.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_to_the_even_one() {
        let cases = [
            (5, 2, 2),
            (7, 2, 4),
            (-5, 2, -2),
            (-7, 2, -4),
            (1, 3, 0),
            (2, 3, 1),
            (-1, 3, 0),
            (-2, 3, -1),
        ];
        for (dividend, divisor, quotient) in cases {
            assert_eq!(
                divide_half_even(dividend, divisor),
                quotient,
                "{dividend} / {divisor}"
            );
        }
    }

    #[test]
    fn averages_keep_six_digits() {
        assert_eq!(
            average(10, 3, &Kind::Integer)
                .map(|it| it.to_string())
                .as_deref(),
            Some("3.333333")
        );
        assert_eq!(
            average(-5, 2, &Kind::Money)
                .map(|it| it.to_string())
                .as_deref(),
            Some("-0.02")
        );
        assert_eq!(average(0, 0, &Kind::Integer), None);
    }
}
