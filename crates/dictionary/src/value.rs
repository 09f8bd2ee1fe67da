//! Every value that a field can hold.

use std::fmt;

use base::{Date, Timestamp, Uuid};

/// A value of a field. A new kind of value is a new variant here and a new file in `kind/`.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// No value. An empty text or list is stored as this.
    #[default]
    Null,
    /// Text of any length, line ends as `\n`, never with U+0000.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A decimal number with the scale of its field.
    Decimal(Decimal),
    /// An amount in a currency.
    Money(Money),
    /// Yes or no.
    Boolean(bool),
    /// A calendar day.
    Date(Date),
    /// An instant.
    Instant(Timestamp),
    /// A length of time in microseconds.
    Duration(i64),
    /// The code of one choice.
    Choice(String),
    /// Codes of several choices, sorted, without repetition, never empty.
    Choices(Vec<String>),
    /// Another record.
    Reference(Uuid),
    /// Several other records, sorted, without repetition, never empty.
    References(Vec<Uuid>),
    /// Anything that JSON can say.
    Json(serde_json::Value),
}

impl Value {
    /// Whether there is no value.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text of a text or a choice.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Choice(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is a whole one.
    #[must_use]
    pub const fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The yes or no.
    #[must_use]
    pub const fn as_boolean(&self) -> Option<bool> {
        match self {
            Self::Boolean(it) => Some(*it),
            _ => None,
        }
    }

    /// The instant.
    #[must_use]
    pub const fn as_instant(&self) -> Option<Timestamp> {
        match self {
            Self::Instant(it) => Some(*it),
            _ => None,
        }
    }

    /// The referenced record.
    #[must_use]
    pub const fn as_reference(&self) -> Option<Uuid> {
        match self {
            Self::Reference(id) => Some(*id),
            _ => None,
        }
    }
}

/// Largest magnitude of the unscaled number of a decimal or an amount of money: below 10^15.
pub const MAX_UNSCALED: i64 = 999_999_999_999_999;

/// A decimal number: `unscaled / 10^scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// The digits as a whole number, |x| < 10^15.
    pub unscaled: i64,
    /// Digits after the point, 0 to 6, fixed by the field.
    pub scale: u8,
}

impl Decimal {
    /// Reads `-12.5` at that scale; `None` if it is no number, has more digits than the scale, or is too large.
    #[must_use]
    pub fn parse(text: &str, scale: u8) -> Option<Self> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let fraction = fraction.trim_end_matches('0');
        let well_formed = !whole.is_empty()
            && whole
                .bytes()
                .chain(fraction.bytes())
                .all(|it| it.is_ascii_digit());
        if !well_formed || fraction.len() > usize::from(scale) || whole.len() > 15 {
            return None;
        }
        let mut unscaled: i64 = whole.parse().ok()?;
        for place in 0..usize::from(scale) {
            let digit = fraction
                .as_bytes()
                .get(place)
                .map_or(0, |it| i64::from(it - b'0'));
            unscaled = unscaled.checked_mul(10)?.checked_add(digit)?;
        }
        (unscaled <= MAX_UNSCALED).then_some(Self {
            unscaled: if negative { -unscaled } else { unscaled },
            scale,
        })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_scaled(out, self.unscaled.into(), self.scale)
    }
}

/// Writes `unscaled / 10^scale` with all its digits.
///
/// # Errors
/// As whoever writes.
pub fn write_scaled(out: &mut fmt::Formatter<'_>, unscaled: i128, scale: u8) -> fmt::Result {
    let power = 10_u128.pow(u32::from(scale.min(18)));
    let sign = if unscaled < 0 { "-" } else { "" };
    let magnitude = unscaled.unsigned_abs();
    if scale == 0 {
        return write!(out, "{sign}{magnitude}");
    }
    let (whole, part, width) = (magnitude / power, magnitude % power, usize::from(scale));
    write!(out, "{sign}{whole}.{part:0width$}")
}

/// An amount of money in minor units (cents) of a currency.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// Minor units; every currency is kept with two digits, |x| < 10^15.
    pub minor: i64,
    /// ISO 4217 code, three capital letters.
    pub currency: String,
}

impl Money {
    /// Reads `12.50 EUR`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (amount, currency) = text.trim().rsplit_once(' ')?;
        let well_formed = currency.len() == 3 && currency.bytes().all(|it| it.is_ascii_uppercase());
        let amount = Decimal::parse(amount, 2)?;
        well_formed.then(|| Self {
            minor: amount.unscaled,
            currency: currency.to_owned(),
        })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} {}",
            Decimal {
                unscaled: self.minor,
                scale: 2
            },
            self.currency
        )
    }
}
