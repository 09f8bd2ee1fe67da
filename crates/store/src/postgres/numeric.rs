//! PostgreSQL's `numeric`, which its SUM of whole numbers gives.
//!
//! Exact only: nothing here ever becomes a floating-point number.

use crate::SqlValue;

const NEGATIVE: u16 = 0x4000;
const POSITIVE: u16 = 0;

/// A whole number if it is one that fits, else its decimal text; nothing for NaN and infinity.
pub(super) fn decode(raw: &[u8]) -> Option<SqlValue> {
    let word = |index: usize| -> Option<u16> {
        let bytes = raw.get(index * 2..index * 2 + 2)?;
        Some(u16::from_be_bytes(bytes.try_into().ok()?))
    };
    let digits = usize::from(word(0)?);
    let weight = word(1)?.cast_signed();
    let sign = word(2)?;
    let scale = usize::from(word(3)?);
    if sign != NEGATIVE && sign != POSITIVE {
        return None;
    }
    // Each digit counts in base 10,000; those beyond the last stored one are zero.
    let group = |place: i16| -> Option<String> {
        let index = usize::try_from(weight - place)
            .ok()
            .filter(|index| *index < digits);
        let digit = index.map_or(Some(0), |index| word(4 + index))?;
        Some(format!("{digit:04}"))
    };
    let mut whole = String::new();
    for place in (0..=weight.max(0)).rev() {
        whole.push_str(&group(place)?);
    }
    let mut fraction = String::new();
    let mut place = -1;
    while fraction.len() < scale {
        fraction.push_str(&group(place)?);
        place -= 1;
    }
    fraction.truncate(scale);
    let minus = if sign == NEGATIVE { "-" } else { "" };
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    if fraction.bytes().all(|digit| digit == b'0')
        && let Ok(value) = format!("{minus}{whole}").parse()
    {
        return Some(SqlValue::Integer(value));
    }
    let point = if fraction.is_empty() { "" } else { "." };
    Some(SqlValue::Text(format!("{minus}{whole}{point}{fraction}")))
}
